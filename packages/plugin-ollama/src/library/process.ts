// A process of its own for llama.cpp: what it needs of memory and what may crash it stay out of the run.
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Generation, Judgement, LibraryCalls, LibraryRequest, LoadedModel } from './protocol.ts'

/** What is used of node-llama-cpp, which is installed apart. */
interface NodeLlamaCpp {
  getLlama(options: object): Promise<{ loadModel(options: object): Promise<Model> }>
}
interface Model {
  readonly trainContextSize: number
  readonly tokens: { readonly bos: number | null; readonly eos: number | null }
  readonly fileInfo: {
    readonly metadata: { readonly tokenizer?: { readonly ggml?: { tokens?: unknown[] } } }
  }
  tokenize(text: string, specialTokens: boolean): number[]
  detokenize(tokens: readonly number[], specialTokens: boolean): string
  isEogToken(token: number): boolean
  createContext(options: object): Promise<{ readonly contextSize: number; getSequence(): Sequence }>
}
interface Sequence {
  clearHistory(): Promise<void>
  evaluate(tokens: readonly number[], options: object): AsyncIterable<number>
  controlledEvaluate(
    tokens: readonly (number | [number, object])[],
  ): Promise<({ next: { probabilities?: Map<number, number> } } | undefined)[]>
}

let model: Model
let sequence: Sequence

const calls: {
  [M in keyof LibraryCalls]: (
    params: Parameters<LibraryCalls[M]>[0],
    tell: (text: string) => void,
  ) => Promise<ReturnType<LibraryCalls[M]>>
} = {
  load: async ({ gguf, contextSize, threads }): Promise<LoadedModel> => {
    const home = process.argv[2] as string
    const entry = pathToFileURL(join(home, 'node_modules', 'node-llama-cpp', 'dist', 'index.js')).href
    const { getLlama } = (await import(entry)) as NodeLlamaCpp
    // More threads than cores make a small model many times slower, and a build would need a compiler.
    const llama = await getLlama({ gpu: false, build: 'never', maxThreads: threads, logLevel: 'error' })
    model = await llama.loadModel({ modelPath: gguf })
    const size = Math.min(contextSize, model.trainContextSize)
    const context = await model.createContext({ contextSize: size, threads, batchSize: Math.min(size, 512) })
    sequence = context.getSequence()
    return {
      contextSize: context.contextSize,
      bos: model.tokens.bos,
      eos: model.tokens.eos,
      vocabulary: model.fileInfo.metadata.tokenizer?.ggml?.tokens?.length ?? 0,
    }
  },
  tokenize: async ({ texts }) => texts.map((text) => [...model.tokenize(text, true)]),
  judge: async ({ prompt, continuation }): Promise<Judgement[]> => {
    await sequence.clearHistory()
    const all = [...prompt, ...continuation]
    const first = prompt.length - 1
    const judged = all
      .slice(0, -1)
      .map((token, at): number | [number, object] =>
        at < first ? token : [token, { generateNext: { probabilities: true } }],
      )
    const results = await sequence.controlledEvaluate(judged)
    return continuation.map((token, at) => judgement(results[first + at]?.next.probabilities, token))
  },
  generate: async ({ prompt, tokens: limit }, tell): Promise<Generation> => {
    await sequence.clearHistory()
    const tokens: number[] = []
    let stopped = false
    let told = ''
    for await (const token of sequence.evaluate(prompt, { temperature: 0, yieldEogToken: true })) {
      tokens.push(token)
      stopped = model.isEogToken(token)
      if (stopped) break
      const text = model.detokenize(tokens, true)
      // A character of several tokens is not there before the last of them.
      if (!text.endsWith('\ufffd')) {
        tell(text.slice(told.length))
        told = text
      }
      if (tokens.length >= limit) break
    }
    return { tokens, text: model.detokenize(stopped ? tokens.slice(0, -1) : tokens, true), stopped }
  },
}

function judgement(probabilities: Map<number, number> | undefined, token: number): Judgement {
  if (probabilities === undefined) throw new Error('llama.cpp gave no probabilities')
  const [likeliest, most] = probabilities.entries().next().value ?? [-1, 0]
  const own = Math.log(probabilities.get(token) ?? 0)
  return { likeliest, behind: Math.log(most) - own, logprob: own }
}

process.on('message', async ({ id, method, params }: LibraryRequest) => {
  try {
    const result = await calls[method](params as never, (text) => process.send?.({ id, text }))
    process.send?.({ id, result })
  } catch (error) {
    process.send?.({ id, error: error instanceof Error ? error.message : String(error) })
  }
})
process.on('disconnect', () => process.exit(0))
