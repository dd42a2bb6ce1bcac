import { secretRedactor } from '../errors/redact.ts'
import type { Sidecar } from './task.ts'

/** Blanks credentials out of what plugins say about rows, before it is written anywhere. Rows stay as they are. */
export function redactSidecar(sidecar: Sidecar): Sidecar {
  const redact = secretRedactor()
  const detailed = <T extends { readonly detail?: string }>(row: T): T =>
    row.detail === undefined ? row : { ...row, detail: redact(row.detail) }
  return {
    ...sidecar,
    drops: sidecar.drops.map((drop) => ({ ...detailed(drop), reason: redact(drop.reason) })),
    losses: sidecar.losses.map(detailed),
    unreadable: sidecar.unreadable.map((row) => ({ ...row, message: redact(row.message) })),
  }
}
