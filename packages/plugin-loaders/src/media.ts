import { type ContentPart, isJsonObject, type JsonObject, type LossRecorder } from '@sftkit/core'
import { recordUnknownKeys } from './losses.ts'
import { readText } from './values.ts'

const TYPES: Readonly<Record<string, 'image' | 'file'>> = {
  image: 'image',
  image_url: 'image',
  input_image: 'image',
  computer_screenshot: 'image',
  file: 'file',
  input_file: 'file',
  input_audio: 'file',
  audio: 'file',
  audio_url: 'file',
  video: 'file',
  video_url: 'file',
}
const INNER = [
  'image_url',
  'image',
  'source',
  'file',
  'input_audio',
  'audio',
  'audio_url',
  'video',
  'video_url',
]
const REFERENCES = ['url', 'uri', 'file_url', 'file_id', 'path', 'value', ...INNER]
const BYTES = ['file_data', 'data', 'base64']
const KNOWN = new Set([
  'type',
  'detail',
  'filename',
  'media_type',
  'mime_type',
  'format',
  ...REFERENCES,
  ...BYTES,
])

/**
 * Reads an image or file part as a reference. Bytes that stand in the record stay there: the reference is then
 * the part's JSON pointer in it (`#/messages/3/content/1`).
 *
 * @returns undefined where the part is neither
 */
export function readMedia(
  part: JsonObject,
  path: string,
  place: string,
  losses: LossRecorder,
): ContentPart | undefined {
  const type = TYPES[readText(part.type) ?? '']
  if (type === undefined) return undefined
  const nested = INNER.map((key) => part[key]).find(isJsonObject)
  const inner = nested ?? {}
  const find = (keys: readonly string[]): string | undefined =>
    keys.map((key) => readText(inner[key]) ?? readText(part[key])).find((text) => text !== undefined)
  const reference = find(REFERENCES)
  const inline = reference === undefined || reference.startsWith('data:')
  const mediaType = find(['media_type', 'mime_type']) ?? mediaTypeOf(reference)
  for (const key of ['detail', 'filename', 'format']) {
    if ((part[key] ?? inner[key]) != null) losses.loss(`${path}.${key}`, 'dropped')
  }
  if (inline)
    losses.loss(
      path,
      'dropped',
      `bytes of ${type === 'image' ? 'an image' : 'a file'}: only a reference is kept`,
    )
  recordUnknownKeys(part, KNOWN, `${path}.`, losses)
  if (nested !== undefined) recordUnknownKeys(nested, KNOWN, `${path}.${String(part.type)}.`, losses)
  return { type, uri: inline ? `#${place}` : reference, ...(mediaType !== undefined && { mediaType }) }
}

function mediaTypeOf(reference: string | undefined): string | undefined {
  return reference === undefined ? undefined : /^data:([\w.+-]+\/[\w.+-]+)/.exec(reference.slice(0, 100))?.[1]
}
