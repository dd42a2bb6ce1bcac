import type { Tag } from '@sftkit/core'
import type { GpuTag } from '../../namespaces.ts'
import type { NamespaceRule } from '../rules.ts'

/** The kinds of accelerator, `multi` among them, that a hardware flavor stands for. */
export type FlavorKinds = (flavor: string) => readonly GpuTag[]

/** The accelerators of all submitted jobs; `none` only where no job had any. */
export function gpuTags(kindsOf: FlavorKinds): NamespaceRule {
  return ({ job }) => {
    const kinds = new Set([...job.flavors].flatMap((flavor) => kindsOf(flavor)))
    if (kinds.size > 1) kinds.delete('none')
    return [...kinds].map((kind): Tag => `gpu:${kind}`)
  }
}
