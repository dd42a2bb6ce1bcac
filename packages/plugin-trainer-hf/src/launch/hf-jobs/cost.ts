import { listJobHardware } from '@huggingface/hub'
import { nearestName, sftError } from '@sftkit/core'
import { z } from 'zod'
import { asking, type HubClient } from './client.ts'

const hardwareSchema = z.array(
  z.looseObject({ name: z.string(), unitCostUSD: z.number().nonnegative(), unitLabel: z.string() }),
)

const UNIT_SECONDS: Readonly<Record<string, number>> = { second: 1, minute: 60, hour: 3600, day: 86_400 }

/** US dollars for a second of a flavor, by the Hub's own list. @throws SFT_TRAIN_JOB for one that is not on it */
export async function priceOf(flavor: string, hub: HubClient): Promise<number> {
  const list = await asking(hub, 'list its hardware', () =>
    listJobHardware({ hubUrl: hub.url, accessToken: hub.token, fetch: hub.fetch }),
  )
  const hardware = hardwareSchema.parse(list)
  const found = hardware.find(({ name }) => name === flavor)
  const seconds = UNIT_SECONDS[found?.unitLabel.replace(/s$/, '') ?? '']
  if (found !== undefined && seconds !== undefined) return found.unitCostUSD / seconds
  const names = hardware.map(({ name }) => name)
  const nearest = nearestName(flavor, names)
  throw sftError('SFT_TRAIN_JOB', `HF Jobs have no flavor ${flavor}.`, {
    fix: `${nearest === undefined ? '' : `Did you mean ${nearest}? `}There are ${names.join(', ')}.`,
  })
}

export function dollars(amount: number): string {
  return `$${amount < 0.1 ? amount.toFixed(3) : amount.toFixed(2)}`
}
