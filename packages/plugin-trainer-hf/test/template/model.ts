import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** What a model's folder has for its chats; no weights. */
export interface TestModel {
  readonly template?: string
  readonly bos?: string
  readonly eos?: string
  /** Further control tokens. */
  readonly control?: readonly string[]
  /** The ids at which generation stops, by token. */
  readonly stops?: readonly string[]
  /** Takes the place of tokenizer.json. */
  readonly tokenizer?: string
}

/** A folder that goes when the test is over. */
export function testFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sft-template-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A folder like that of a model: a tokenizer that knows bytes and control tokens, and a chat template. */
export function writeModel(model: TestModel = {}): string {
  const folder = testFolder()
  const { bos, eos = '<|im_end|>', control = ['<|im_start|>'] } = model
  const special = [...new Set([eos, ...(bos === undefined ? [] : [bos]), ...control])]
  const bytes = byteLetters()
  const vocab = Object.fromEntries([...bytes, ...special].map((token, id) => [token, id]))
  const tokenizer = {
    version: '1.0',
    added_tokens: special.map((content) => ({
      id: vocab[content],
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: null,
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
    post_processor: null,
    decoder: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
    model: { type: 'BPE', unk_token: null, fuse_unk: false, byte_fallback: false, vocab, merges: [] },
  }
  const write = (name: string, value: unknown): void =>
    writeFileSync(join(folder, name), typeof value === 'string' ? value : JSON.stringify(value))
  write('tokenizer.json', model.tokenizer ?? tokenizer)
  write('tokenizer_config.json', {
    eos_token: eos,
    ...(bos !== undefined && { bos_token: bos }),
    ...(model.template !== undefined && { chat_template: model.template }),
  })
  if (model.stops !== undefined)
    write('generation_config.json', { eos_token_id: model.stops.map((token) => vocab[token]) })
  return folder
}

/** The letters that stand for bytes in such vocabularies. */
function byteLetters(): string[] {
  const plain = (byte: number): boolean =>
    (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174
  let next = 256
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(plain(byte) ? byte : next++))
}

/** Rows as a JSON-lines file. */
export function writeRows(rows: readonly unknown[]): string {
  const file = join(testFolder(), 'train.jsonl')
  writeFileSync(file, rows.map((row) => (typeof row === 'string' ? row : JSON.stringify(row))).join('\n'))
  return file
}
