import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Family } from './families.ts'
import type { Row } from './rows.ts'

const python =
  process.env.SFT_PYTHON ??
  fileURLToPath(new URL('../../../../.tools/python-train/bin/python', import.meta.url))

export type MaskedRow = { readonly ids: number[]; readonly mask: number[] } | { readonly error: string }
export interface Masks {
  readonly by: 'own' | 'trl' | 'none'
  readonly rows?: readonly MaskedRow[]
}

export const chatTemplates = fileURLToPath(
  new URL(
    '../../../../.tools/python-train/lib/python3.11/site-packages/trl/chat_templates/',
    import.meta.url,
  ),
)

/** Trains a tokenizer for each family and asks TRL for its tokens and masks. */
export function trlMasks(families: readonly (Family & { training?: string })[], rows: readonly Row[]) {
  const folder = mkdtempSync(join(tmpdir(), 'sft-masks-'))
  const listed = families.map((family) => ({
    ...family,
    template: family.trl === undefined ? null : join(chatTemplates, `${family.trl}.jinja`),
  }))
  writeFileSync(join(folder, 'families.json'), JSON.stringify(listed))
  writeFileSync(join(folder, 'rows.jsonl'), rows.map((row) => JSON.stringify(row)).join('\n'))
  const script = fileURLToPath(new URL('trl_masks.py', import.meta.url))
  const ran = spawnSync(python, [script, join(folder, 'families.json'), join(folder, 'rows.jsonl'), folder], {
    encoding: 'utf8',
  })
  if (ran.status !== 0) throw new Error(ran.stderr.slice(-3000))
  return {
    folder,
    masks: JSON.parse(readFileSync(join(folder, 'masks.json'), 'utf8')) as Record<string, Masks>,
  }
}
