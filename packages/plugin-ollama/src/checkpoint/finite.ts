import { open } from 'node:fs/promises'
import { type SafeTensor, tensorsOf } from './safetensors.ts'

/** The first weight that is no number. */
export interface BadWeight {
  readonly tensor: string
  /** Its place in the tensor, counted in values. */
  readonly at: number
  readonly value: 'NaN' | 'infinite'
}

const CHUNK = 1 << 23

/** The first weight of a safetensors file that is NaN or infinite. Reads everything, in pieces of some megabytes. */
export async function firstBadWeight(path: string, signal?: AbortSignal): Promise<BadWeight | undefined> {
  await using file = await open(path)
  const buffer = Buffer.alloc(CHUNK)
  for (const tensor of await tensorsOf(file)) {
    const scan = SCANS[tensor.dtype]
    if (scan === undefined) continue
    for (let start = tensor.start; start < tensor.end; start += CHUNK) {
      signal?.throwIfAborted()
      const bytes = Math.min(CHUNK, tensor.end - start)
      await file.read(buffer, 0, bytes, start)
      const bad = scan(buffer, bytes)
      if (bad !== undefined) return badWeight(tensor, start, bad)
    }
  }
  return undefined
}

interface Found {
  /** Byte in the chunk. */
  readonly byte: number
  readonly infinite: boolean
  readonly width: number
}
type Scan = (buffer: Buffer, bytes: number) => Found | undefined

/** By dtype; whole numbers have no NaN. */
const SCANS: Readonly<Record<string, Scan>> = {
  F16: (buffer, bytes) => scan16(buffer, bytes, 0x7c00),
  BF16: (buffer, bytes) => scan16(buffer, bytes, 0x7f80),
  F32: scan32,
  F64: scan64,
}

/** A number is finite where not all bits of its exponent are set. */
function scan16(buffer: Buffer, bytes: number, exponent: number): Found | undefined {
  const values = new Uint16Array(buffer.buffer, buffer.byteOffset, bytes >> 1)
  for (let at = 0; at < values.length; at++) {
    const value = values[at] as number
    if ((value & exponent) === exponent)
      return { byte: at * 2, width: 2, infinite: (value & 0x7fff) === exponent }
  }
  return undefined
}

function scan32(buffer: Buffer, bytes: number): Found | undefined {
  const values = new Uint32Array(buffer.buffer, buffer.byteOffset, bytes >> 2)
  for (let at = 0; at < values.length; at++) {
    const value = values[at] as number
    if ((value & 0x7f800000) === 0x7f800000)
      return { byte: at * 4, width: 4, infinite: (value & 0x7fffffff) === 0x7f800000 }
  }
  return undefined
}

function scan64(buffer: Buffer, bytes: number): Found | undefined {
  const values = new Float64Array(buffer.buffer, buffer.byteOffset, bytes >> 3)
  const at = values.findIndex((value) => !Number.isFinite(value))
  return at === -1 ? undefined : { byte: at * 8, width: 8, infinite: !Number.isNaN(values[at]) }
}

function badWeight(tensor: SafeTensor, start: number, { byte, infinite, width }: Found): BadWeight {
  const at = (start - tensor.start + byte) / width
  return { tensor: tensor.name, at, value: infinite ? 'infinite' : 'NaN' }
}
