import { closeSync, fstatSync, openSync } from 'node:fs'
import { type ByteCursor, byteCursor } from './cursor.ts'

export type GgufValue = string | number | bigint | boolean | readonly GgufValue[]

export interface GgufTensor {
  readonly name: string
  readonly shape: readonly number[]
  /** ggml's number for its type: 0 is f32, 1 f16, 8 q8_0, 12 q4_K, 30 bf16. */
  readonly type: number
}

/** What stands in a GGUF before its weights. */
export interface Gguf {
  readonly version: number
  readonly metadata: Readonly<Record<string, GgufValue>>
  readonly tensors: readonly GgufTensor[]
}

/**
 * Reads the metadata and the list of tensors of a GGUF file, version 2 or 3, little endian; no weights.
 * Layout: docs/gguf.md of ggml.
 *
 * @throws Error where the file is no GGUF, or ends too early
 */
export function readGguf(path: string): Gguf {
  const file = openSync(path, 'r')
  try {
    const cursor = byteCursor(file, fstatSync(file).size)
    if (cursor.text(4) !== 'GGUF') throw new Error('it does not begin with GGUF')
    const version = cursor.uint32()
    if (version < 2 || version > 3) throw new Error(`GGUF version ${version} is not read`)
    const tensorCount = cursor.size()
    const pairs = cursor.size()
    const metadata: Record<string, GgufValue> = {}
    for (let at = 0; at < pairs; at++) {
      const key = cursor.string()
      metadata[key] = readValue(cursor, cursor.uint32())
    }
    return { version, metadata, tensors: Array.from({ length: tensorCount }, () => readTensor(cursor)) }
  } finally {
    closeSync(file)
  }
}

function readTensor(cursor: ByteCursor): GgufTensor {
  const name = cursor.string()
  const shape = Array.from({ length: cursor.uint32() }, () => cursor.size())
  const type = cursor.uint32()
  cursor.size() // Where its weights begin.
  return { name, shape, type }
}

const ARRAY = 9

function readValue(cursor: ByteCursor, type: number): GgufValue {
  if (type !== ARRAY) return readScalar(cursor, type)
  const inner = cursor.uint32()
  const length = cursor.size()
  const values: GgufValue[] = []
  for (let at = 0; at < length; at++) values.push(readValue(cursor, inner))
  return values
}

function readScalar(cursor: ByteCursor, type: number): GgufValue {
  switch (type) {
    case 0:
      return cursor.number(1, (view) => view.getUint8(0))
    case 1:
      return cursor.number(1, (view) => view.getInt8(0))
    case 2:
      return cursor.number(2, (view) => view.getUint16(0, true))
    case 3:
      return cursor.number(2, (view) => view.getInt16(0, true))
    case 4:
      return cursor.uint32()
    case 5:
      return cursor.number(4, (view) => view.getInt32(0, true))
    case 6:
      return cursor.number(4, (view) => view.getFloat32(0, true))
    case 7:
      return cursor.number(1, (view) => view.getUint8(0)) !== 0
    case 8:
      return cursor.string()
    case 10:
      return cursor.wide((view) => view.getBigUint64(0, true))
    case 11:
      return cursor.wide((view) => view.getBigInt64(0, true))
    case 12:
      return cursor.number(8, (view) => view.getFloat64(0, true))
    default:
      throw new Error(`a value has the unknown type ${type}`)
  }
}
