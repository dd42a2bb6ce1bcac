import {
  type Context,
  definePlugin,
  type Plugin,
  parseOptions,
  type RunIndex,
  type SplitPlan,
} from '@sftkit/core'
import { z } from 'zod'

const repositorySplitOptions = z.strictObject({
  /** Repositories that are never trained on. */
  heldOut: z.array(z.string()),
})
export type RepositorySplitOptions = z.input<typeof repositorySplitOptions>

const EXAMPLES = `
  select examples.group_key as task, max(measures.value) as repository
  from examples left join measures on measures.example_id = examples.example_id and measures.name = 'repository'
  where examples.dropped is null group by examples.group_key`

/**
 * Splits by repository: what agents did in the repositories that are held out is the split `test`, the rest `train`.
 * It takes the place of the split of the default preset: a user's plugins come first, and the first that splits wins.
 */
export function repositorySplit(options: RepositorySplitOptions): Plugin {
  const { heldOut } = parseOptions('repository-split', repositorySplitOptions, options)
  return definePlugin({
    name: 'repository-split',
    version: '1.0.0',
    options: { heldOut },
    setup(api) {
      // The index has no column for the repository: the plugin adds its value to each example.
      api.measure('repository', (example) => example.group.repo)
      api.split(({ index }: Context & { readonly index: RunIndex }): SplitPlan => {
        const assign = new Map<string, string>()
        for (const { task, repository } of index.query(EXAMPLES)) {
          assign.set(String(task), heldOut.includes(String(repository)) ? 'test' : 'train')
        }
        return { by: 'group', assign }
      })
    },
  })
}
