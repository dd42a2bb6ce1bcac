import { type FileHandle, open } from 'node:fs/promises'
import { z } from 'zod'

export interface SafeTensor {
  readonly name: string
  readonly dtype: string
  readonly shape: readonly number[]
  /** Bytes from the file's beginning. */
  readonly start: number
  readonly end: number
}

const headerSchema = z.record(
  z.string(),
  z.object({
    dtype: z.string(),
    shape: z.array(z.number()),
    data_offsets: z.tuple([z.number(), z.number()]),
  }),
)

/**
 * The tensors of a safetensors file, from its header: 8 bytes of length, then JSON.
 *
 * @throws Error where the file is none, or is shorter than its header says
 */
export async function tensorsOf(file: FileHandle): Promise<SafeTensor[]> {
  const { size } = await file.stat()
  const length = Buffer.alloc(8)
  await file.read(length, 0, 8, 0)
  const headerBytes = Number(length.readBigUInt64LE())
  if (size < 8 || headerBytes > size - 8) throw new Error('it is shorter than its header')
  const text = Buffer.alloc(headerBytes)
  await file.read(text, 0, headerBytes, 8)
  const { __metadata__: _, ...entries } = JSON.parse(text.toString('utf8')) as Record<string, unknown>
  const data = 8 + headerBytes
  const tensors = Object.entries(headerSchema.parse(entries)).map(([name, tensor]) => ({
    name,
    dtype: tensor.dtype,
    shape: tensor.shape,
    start: data + tensor.data_offsets[0],
    end: data + tensor.data_offsets[1],
  }))
  const last = Math.max(data, ...tensors.map((tensor) => tensor.end))
  if (last > size) throw new Error(`it has ${size} bytes and should have ${last}`)
  return tensors
}

/** The names of a file's tensors. */
export async function tensorNames(path: string): Promise<string[]> {
  await using file = await open(path)
  return (await tensorsOf(file)).map((tensor) => tensor.name)
}
