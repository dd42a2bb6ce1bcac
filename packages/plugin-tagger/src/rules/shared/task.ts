import type { JsonValue } from '@sftkit/core'
import type { Facts } from '../../facts/facts.ts'
import type { NamespaceRule } from '../rules.ts'

/** Tools that read and plan; a session of nothing else is research. */
export const LOOKUP_TOOLS: ReadonlySet<string> = new Set([
  'explore_hf_docs',
  'fetch_hf_docs',
  'github_find_examples',
  'github_list_repos',
  'github_read_file',
  'hf_inspect_dataset',
  'hf_papers',
  'hub_repo_details',
  'plan',
  'research',
  'web_search',
])
const DATA_TOOLS: ReadonlySet<string> = new Set(['dataset_tools', 'hf_inspect_dataset', 'hub_repo_details'])
const COMPUTE_TOOLS: ReadonlySet<string> = new Set(['hf_jobs', 'sandbox_create', 'sandbox_exec'])
const INFERENCE_TOOLS: ReadonlySet<string> = new Set(['generate', 'inference', 'run_inference'])

/** What the session was for: the first of training, inference, data preparation, research that its tools speak for. */
export function taskTags(isTraining: (script: JsonValue) => boolean): NamespaceRule {
  return ({ scripts, tools }: Facts) => {
    if (scripts.some(isTraining)) return ['task:training']
    const names = [...tools]
    const someIn = (known: ReadonlySet<string>) => names.some((name) => known.has(name))
    const computes = someIn(COMPUTE_TOOLS)
    if (!computes && someIn(INFERENCE_TOOLS)) return ['task:inference']
    if (!computes && someIn(DATA_TOOLS)) return ['task:data_prep']
    return names.length > 0 && names.every((name) => LOOKUP_TOOLS.has(name)) ? ['task:research_only'] : []
  }
}
