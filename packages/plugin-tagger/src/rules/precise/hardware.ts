import type { GpuTag, SandboxTag } from '../../namespaces.ts'

/**
 * Kinds of the Hub's hardware flavors, for jobs, Spaces and sandboxes alike, told by the name's beginning; those that
 * are no longer offered are in older sessions. Source: `JobHardware` and `SpaceHardware` of huggingface_hub.
 */
const KINDS: readonly (readonly [RegExp, GpuTag])[] = [
  [/^(?:cpu|sprx\d)/, 'none'],
  [/^t4\b/, 't4'],
  [/^l4(?:x\d+)?$/, 'l4'],
  [/^l40s(?:x\d+)?$/, 'l40s'],
  [/^a10g\b/, 'a10g'],
  [/^a100(?:x\d+)?\b/, 'a100'],
  [/^h100(?:x\d+)?\b/, 'h100'],
  [/^h200(?:x\d+)?\b/, 'h200'],
  [/^b200(?:x\d+)?\b/, 'b200'],
  [/^rtx-pro-6000(?:x\d+)?$/, 'rtx-pro-6000'],
  [/^zero\b/, 'zero'],
  [/^v\d+[a-z]-\d+x\d+$/, 'tpu'],
  [/^inf2(?:x\d+)?$/, 'inferentia'],
]

export function kindsOfFlavor(flavor: string): GpuTag[] {
  const kind = kindOf(flavor.trim().toLowerCase())
  return kind !== 'none' && countOf(flavor) > 1 ? [kind, 'multi'] : [kind]
}

export function kindOfSandbox(hardware: string): SandboxTag {
  const kind = kindOf(hardware.trim().toLowerCase())
  if (kind === 'unknown') return 'unknown'
  return kind === 'none' ? 'cpu' : 'gpu'
}

function kindOf(flavor: string): GpuTag {
  return KINDS.find(([pattern]) => pattern.test(flavor))?.[1] ?? 'unknown'
}

/** Devices of a flavor: `h200x8` has 8, the TPU slice `v5e-2x4` has 8. */
function countOf(flavor: string): number {
  const [, rows = '1', columns] = /(\d*)x(\d+)$/i.exec(flavor.trim()) ?? []
  if (columns === undefined) return 1
  return /^v\d/i.test(flavor) ? Number(rows) * Number(columns) : Number(columns)
}
