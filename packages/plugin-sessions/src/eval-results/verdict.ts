import { type Drop, errorText, sftError } from '@sftkit/core'

/** Why a result is left out; nothing where it stays. @param passed undefined where nobody has said it */
export function leftOut<R>(
  result: R,
  passed: boolean | undefined,
  {
    passedOnly,
    filter,
  }: { readonly passedOnly: boolean; readonly filter: ((result: R) => boolean) | undefined },
): Drop | undefined {
  if (passedOnly && passed !== true) return { reason: passed === false ? 'not-passed' : 'no-verdict' }
  if (filter === undefined) return undefined
  let stays: unknown
  try {
    stays = filter(result)
  } catch (error) {
    return { reason: 'filter-error', detail: errorText(error) }
  }
  // A promise would count as a yes.
  if (stays instanceof Promise) {
    stays.catch(() => {})
    throw sftError(
      'SFT_PLUGIN_PROMISE',
      'The filter of eval results returned a promise, and is synchronous.',
      {
        plugin: 'eval-results',
      },
    )
  }
  return stays ? undefined : { reason: 'filter' }
}
