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
  detokenize(tokens: readonly number[], specialTokens: boolean, before?: readonly number[]): string
  isEogToken(token: number): boolean
  createContext(options: object): Promise<Context>
}
interface Context {
  readonly contextSize: number
  getSequence(): Sequence
  dispose(): Promise<void>
}
interface Sequence {
  readonly nextTokenIndex: number
  adaptStateToTokens(tokens: readonly number[], allowShift: boolean): Promise<void>
  evaluateWithMetadata(
    tokens: readonly number[],
    metadata: { readonly confidence: boolean },
    options: object,
  ): AsyncIterable<{ readonly token: number; readonly confidence?: number }>
  controlledEvaluate(
    tokens: readonly (number | [number, object])[],
  ): Promise<({ next: { probabilities?: Map<number, number> } } | undefined)[]>
}

let model: Model
let context: Context
let sequence: Sequence
let threads: number
let stopping = false

const calls: {
  [M in keyof LibraryCalls]: (
    params: Parameters<LibraryCalls[M]>[0],
    tell: (text: string) => void,
  ) => Promise<ReturnType<LibraryCalls[M]>>
} = {
  load: async ({ gguf, contextSize, threads: most }): Promise<LoadedModel> => {
    const home = process.argv[2] as string
    const entry = pathToFileURL(join(home, 'node_modules', 'node-llama-cpp', 'dist', 'index.js')).href
    const { getLlama } = (await import(entry)) as NodeLlamaCpp
    threads = most
    // More threads than cores make a small model many times slower, and a build would need a compiler.
    const llama = await getLlama({ gpu: false, build: 'never', maxThreads: threads, logLevel: 'error' })
    model = await llama.loadModel({ modelPath: gguf })
    await makeRoom(contextSize)
    return {
      contextSize: context.contextSize,
      longestContext: model.trainContextSize,
      bos: model.tokens.bos,
      eos: model.tokens.eos,
      vocabulary: model.fileInfo.metadata.tokenizer?.ggml?.tokens?.length ?? 0,
    }
  },
  tokenize: async ({ texts }) => texts.map((text) => [...model.tokenize(text, true)]),
  grow: async ({ contextSize }) => {
    if (contextSize > context.contextSize) {
      await context.dispose()
      await makeRoom(contextSize)
    }
    return { contextSize: context.contextSize }
  },
  judge: async ({ prompt, continuation }): Promise<Judgement[]> => {
    const all = [...prompt, ...continuation]
    const first = prompt.length - 1
    const read = await takeUp(prompt.slice(0, -1))
    const judged = all
      .slice(read, -1)
      .map((token, at): number | [number, object] =>
        at + read < first ? token : [token, { generateNext: { probabilities: true } }],
      )
    const results = await sequence.controlledEvaluate(judged)
    return continuation.map((token, at) => judgement(results[first - read + at]?.next.probabilities, token))
  },
  generate: async (
    { prompt, tokens: limit, temperature = 0, seed = 0, ends = [], likelihoods = false },
    tell,
  ): Promise<Generation> => {
    stopping = false
    const read = await takeUp(prompt.slice(0, -1))
    const options = { temperature, seed, yieldEogToken: true }
    const tokens: number[] = []
    const logprobs: number[] = []
    let stopped = false
    let told = 0
    let text = ''
    const wanted = { confidence: likelihoods }
    for await (const said of sequence.evaluateWithMetadata(prompt.slice(read), wanted, options)) {
      const { token, confidence } = said
      tokens.push(token)
      if (confidence !== undefined) logprobs.push(Math.log(confidence))
      stopped = model.isEogToken(token) || ends.includes(token)
      if (stopped) break
      const piece = model.detokenize(tokens.slice(told), true, tokens.slice(0, told))
      // A character of several tokens is not there before the last of them.
      if (!piece.endsWith('\ufffd')) {
        tell(piece)
        text += piece
        told = tokens.length
      }
      if (stopping || tokens.length >= limit) break
    }
    const last = model.detokenize(tokens.slice(told, stopped ? -1 : undefined), true, tokens.slice(0, told))
    return { tokens, text: text + last, stopped, ...(likelihoods && { logprobs }) }
  },
  stop: async () => {
    stopping = true
  },
}

async function makeRoom(tokens: number): Promise<void> {
  const contextSize = Math.min(tokens, model.trainContextSize)
  context = await model.createContext({ contextSize, threads, batchSize: Math.min(contextSize, 512) })
  sequence = context.getSequence()
}

/** Keeps of what was read before what these tokens begin with. @returns how many of them that is */
async function takeUp(tokens: readonly number[]): Promise<number> {
  await sequence.adaptStateToTokens(tokens, false)
  return sequence.nextTokenIndex
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
// Ctrl-C at a terminal reaches this process too; the one that asks says what is stopped.
process.on('SIGINT', () => undefined)
