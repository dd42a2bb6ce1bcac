import type { GpuTag, SandboxTag } from '../../namespaces.ts'

/** The flavors the reference knows. `l4` counts as its bigger sibling there, and all others as no GPU. */
const FAMILIES: ReadonlyMap<string, GpuTag> = new Map([
  ...family('t4', 't4-small', 't4-medium'),
  ...family('l40s', 'l4x1', 'l4x4', 'l40sx1', 'l40sx4', 'l40sx8'),
  ...family('a10g', 'a10g-small', 'a10g-large', 'a10g-largex2', 'a10g-largex4'),
  ...family('a100', 'a100-large', 'a100x2', 'a100x4', 'a100x8'),
  ...family('h100', 'h100', 'h100x8'),
])

function family(kind: GpuTag, ...flavors: readonly string[]): [string, GpuTag][] {
  return flavors.map((flavor) => [flavor, kind])
}

const SEVERAL = /x[248]/

export function kindsOfFlavor(flavor: string): GpuTag[] {
  const kind = FAMILIES.get(flavor) ?? 'none'
  return SEVERAL.test(flavor) ? [kind, 'multi'] : [kind]
}

export function kindOfSandbox(hardware: string): SandboxTag {
  return FAMILIES.has(hardware) ? 'gpu' : 'cpu'
}
