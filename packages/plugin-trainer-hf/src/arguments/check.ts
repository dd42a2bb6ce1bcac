import { type Logger, sftError } from '@sftkit/core'
import type { Method } from '../worker/protocol.ts'
import { nearestArgument } from './nearest.ts'
import { OLD_NAMES, OWN_ARGUMENTS } from './old-names.ts'

const CONFIG_OF: Readonly<Record<Method, string>> = { sft: 'SFTConfig', dpo: 'DPOConfig', kto: 'KTOConfig' }

/**
 * `args` under the names of the installed TRL.
 *
 * @param fields the arguments that its config takes
 * @throws SFT_TRAIN_ARGUMENT with every name that is not one of them, and the nearest one where there is one
 */
export function checkedArguments(
  args: Readonly<Record<string, unknown>>,
  method: Method,
  fields: readonly string[],
  log?: Logger,
): Record<string, unknown> {
  const known = new Set(fields)
  const checked: Record<string, unknown> = {}
  const wrong: string[] = []
  for (const [name, value] of Object.entries(args)) {
    const own = OWN_ARGUMENTS[name]
    const old = OLD_NAMES[name]
    if (own !== undefined) wrong.push(`${name}: ${own}`)
    else if (known.has(name)) checked[name] = value
    else if (old !== undefined && 'now' in old && known.has(old.now)) {
      log?.warn(`trainer: ${name} is called ${old.now} by now`)
      checked[old.now] = value
    } else if (old !== undefined && 'instead' in old) wrong.push(`${name}: ${old.instead}`)
    else {
      const nearest = nearestArgument(name, fields)
      wrong.push(
        nearest === undefined
          ? `${name}: unknown, and no argument is called like it`
          : `${name}: the nearest is ${nearest}`,
      )
    }
  }
  if (wrong.length === 0) return checked
  throw sftError(
    'SFT_TRAIN_ARGUMENT',
    `The installed TRL's ${CONFIG_OF[method]} does not take ${wrong.length === 1 ? 'an argument' : 'arguments'} of \`args\`: ${wrong.join('; ')}.`,
  )
}
