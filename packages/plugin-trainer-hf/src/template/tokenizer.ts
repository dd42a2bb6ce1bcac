import { createHash } from 'node:crypto'
import { tokenEnds } from './align.ts'
import { tokenCounter } from './token-counter.ts'
import type { TokenizerFiles } from './tokenizer-files.ts'

/** A text's tokens: their ids, and what each is called in the vocabulary. */
export interface Encoded {
  readonly ids: readonly number[]
  readonly tokens: readonly string[]
}

export interface AddedToken {
  readonly content: string
  readonly special: boolean
  readonly lstrip: boolean
  readonly rstrip: boolean
}

/** A model's tokenizer, as its own files describe it. */
export interface ChatTokenizer {
  /** Special tokens by name: `bos_token`, `eos_token`, … */
  readonly special: Readonly<Record<string, string>>
  readonly added: ReadonlyMap<number, AddedToken>
  /** sha256 of tokenizer.json. */
  readonly sha256: string
  /** @param plain with what the tokenizer puts around a text, as its begin; templates write theirs */
  encode(text: string, plain?: boolean): Encoded
  /** How many tokens a text has. */
  count(text: string): number
  /** Where each token ends, in bytes of the text as the tokenizer sees it; undefined where they do not spell it. */
  ends(text: string, encoded: Encoded): Uint32Array | undefined
  /** The text as the tokenizer cuts it: in NFC where it composes characters, with `▁` for spaces where it writes them so. */
  normalise(text: string): string
  decode(ids: readonly number[]): string
  idOf(token: string): number | undefined
}

export interface TokenizerJson {
  readonly added_tokens?: readonly (AddedToken & { readonly id: number })[]
  readonly normalizer?: unknown
  readonly pre_tokenizer?: unknown
  readonly decoder?: unknown
}

/** @throws where tokenizer.json is of a kind that `@huggingface/tokenizers` does not read */
export async function loadChatTokenizer(files: TokenizerFiles): Promise<ChatTokenizer> {
  const { Tokenizer } = await import('@huggingface/tokenizers')
  const json = JSON.parse(files.tokenizerText) as TokenizerJson
  const tokenizer = new Tokenizer(json, files.config)
  const added = new Map((json.added_tokens ?? []).map((token) => [token.id, token]))
  const byteLevel = mentions(json.pre_tokenizer, 'ByteLevel') || mentions(json.decoder, 'ByteLevel')
  const composes = mentions(json.normalizer, 'NFC')
  const space = Buffer.from(byteLevel ? ' ' : '▁')
  const tokenBytes = byteLevel ? byteLevelBytes : pieceBytes
  const addedText = (content = ''): string => (byteLevel ? content : content.replaceAll(' ', '▁'))
  const cache = new Map<number, Uint8Array>()
  const bytesOf = (token: string, id: number): Uint8Array => {
    const known = cache.get(id)
    if (known !== undefined) return known
    const bytes = added.has(id) ? Buffer.from(addedText(added.get(id)?.content)) : tokenBytes(token)
    cache.set(id, bytes)
    return bytes
  }
  const encode = (text: string, plain = false): Encoded =>
    tokenizer.encode(text, { add_special_tokens: plain })
  return {
    special: files.special,
    added,
    sha256: createHash('sha256').update(files.tokenizerText).digest('hex'),
    encode,
    count: tokenCounter(json, files.config, (text) => encode(text).ids.length, Tokenizer),
    ends: (text, encoded) => tokenEnds(Buffer.from(text), encoded, bytesOf, added, space),
    normalise(text) {
      const composed = composes ? text.normalize('NFC') : text
      return byteLevel ? composed : composed.replaceAll(' ', '▁')
    },
    decode: (ids) =>
      tokenizer.decode([...ids], { skip_special_tokens: false, clean_up_tokenization_spaces: false }),
    idOf: (token) => tokenizer.token_to_id(token),
  }
}

function mentions(part: unknown, type: string): boolean {
  return JSON.stringify(part ?? null).includes(`"type":"${type}"`)
}

/** Bytes of a token whose letters stand for bytes, as GPT-2 spells them. */
function byteLevelBytes(token: string): Uint8Array {
  return Uint8Array.from([...token].flatMap((letter) => byteOf.get(letter) ?? [...Buffer.from(letter)]))
}

/** So many bytes stand for themselves; the others are spelled with letters from 256 on. */
const PLAIN = 188

const byteOf: ReadonlyMap<string, number> = new Map(
  Array.from({ length: 256 }, (_, byte) => byte)
    .sort((a, b) => Number(!isPlain(a)) - Number(!isPlain(b)) || a - b)
    .map((byte, at) => [String.fromCodePoint(isPlain(byte) ? byte : 256 + at - PLAIN), byte]),
)
function isPlain(byte: number): boolean {
  return (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174
}

/** Bytes of a token of SentencePiece: its letters, or the one byte that `<0x0A>` names. */
function pieceBytes(token: string): Uint8Array {
  const byte = /^<0x([0-9A-F]{2})>$/.exec(token)
  return byte === null ? Buffer.from(token) : Uint8Array.of(Number.parseInt(byte[1] as string, 16))
}
