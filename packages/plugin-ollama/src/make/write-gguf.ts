import { rmSync } from 'node:fs'
import type { StageProgress } from '@sftkit/core'
import { convertToGguf } from '../converter/convert.ts'
import { quantizeGguf } from '../converter/quantize.ts'
import { type Quantization, quantizationSteps } from '../gguf/quantization.ts'
import type { PythonProcess } from '../python/process.ts'
import type { ServedTemplate } from '../template/served.ts'

export interface WriteGguf {
  /** A whole model of Hugging Face files. */
  readonly folder: string
  /** llama.cpp's folder. */
  readonly llamaCpp: string
  readonly python: PythonProcess
  /** The file to write. */
  readonly gguf: string
  readonly quantization: Quantization
  /** The name of the model in the GGUF. */
  readonly name: string
  readonly preTokenizer?: string | undefined
  readonly served?: ServedTemplate | undefined
  /** The token with which the template ends a turn. */
  readonly endOfTurn?: number | undefined
  readonly signal?: AbortSignal | undefined
  report?(progress: StageProgress): void
}

/** Converts a model, and makes it smaller where the converter does not. @throws SFT_CONVERT_… */
export async function writeGguf(request: WriteGguf): Promise<void> {
  const { folder, llamaCpp, python, gguf, signal } = request
  const { outtype, quantize } = quantizationSteps(request.quantization)
  const direct = quantize === undefined ? gguf : `${gguf}.f16`
  try {
    await convertToGguf({
      python,
      llamaCpp,
      model: folder,
      outtype,
      file: direct,
      name: request.name,
      preTokenizer: request.preTokenizer,
      served: request.served,
      endOfTurn: request.endOfTurn,
      onProgress: (bytes) => request.report?.({ unit: 'bytes', done: bytes }),
    })
    if (quantize !== undefined)
      await quantizeGguf({ from: direct, to: gguf, type: quantize, llamaCpp, signal })
  } finally {
    if (quantize !== undefined) rmSync(direct, { force: true })
  }
}
