import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Family } from './families.ts'
import type { Row } from './rows.ts'

export type MaskedRow = { readonly ids: number[]; readonly mask: number[] } | { readonly error: string }

/** How TRL trains a family: by the template's own marks, by a patched copy, or not at all. */
export interface Masks {
  readonly by: 'own' | 'trl' | 'none'
  readonly rows?: readonly MaskedRow[]
}

export interface WithTemplates {
  /** The rows' tokens with the model's own template. */
  readonly plain: readonly (readonly number[] | null)[]
  readonly marked: readonly (readonly MaskedRow[])[]
}

export interface Trl {
  /** Has a folder with a tokenizer for each family. */
  readonly folder: string
  readonly masks: Readonly<Record<string, Masks>>
  /** Tokens and masks of the rows with other templates. */
  maskWith(
    templates: Readonly<Record<string, readonly string[]>>,
  ): Promise<Readonly<Record<string, WithTemplates>>>
  close(): void
}

/** Trains a tokenizer for each family and asks TRL for tokens and masks of the rows. */
export async function openTrl(
  python: string,
  families: readonly Family[],
  rows: readonly Row[],
): Promise<Trl> {
  const folder = mkdtempSync(join(tmpdir(), 'sft-masks-'))
  writeFileSync(join(folder, 'families.json'), JSON.stringify(families))
  writeFileSync(join(folder, 'rows.jsonl'), rows.map((row) => JSON.stringify(row)).join('\n'))
  const script = fileURLToPath(new URL('trl_masks.py', import.meta.url))
  const child = spawn(python, [script, join(folder, 'families.json'), join(folder, 'rows.jsonl'), folder], {
    env: { ...process.env, HF_HUB_OFFLINE: '1', PYTHONDONTWRITEBYTECODE: '1' },
  })
  let stderr = ''
  child.stderr.on('data', (data: Buffer) => {
    stderr += data.toString()
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const answer = async <T>(): Promise<T> => {
    const { value, done } = await lines.next()
    if (done === true) throw new Error(stderr.slice(-4000))
    return JSON.parse(value as string) as T
  }
  return {
    folder,
    masks: await answer(),
    maskWith(templates) {
      child.stdin.write(`${JSON.stringify(templates)}\n`)
      return answer()
    },
    close() {
      child.stdin.end()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
