import type { Tag } from '@sftkit/core'
import type { NamespaceRule } from '../rules.ts'

/** Facets of the jobs that a session ran, given how statuses spell a failure. */
export function hfJobTags(failures: ReadonlySet<string>): NamespaceRule {
  return ({ job, outOfMemory }) => {
    const tags: Tag[] = []
    if (job.submitted > 0) tags.push('hf_job:submitted')
    if (job.submitted > 1) tags.push('hf_job:multi')
    if (job.endings.some((status) => SUCCESSES.has(status))) tags.push('hf_job:succeeded')
    if (job.endings.some((status) => failures.has(status))) tags.push('hf_job:failed')
    if (job.pushed) tags.push('hf_job:push_to_hub')
    if (outOfMemory) tags.push('hf_job:oom')
    return tags
  }
}

const SUCCESSES: ReadonlySet<string> = new Set(['completed', 'succeeded', 'success'])
