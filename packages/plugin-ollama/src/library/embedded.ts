import { fork } from 'node:child_process'
import { statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { sftError } from '@sftkit/core'
import { findLibrary } from './find.ts'
import type { LibraryCalls, LibraryMethod, LibraryReply, LoadedModel } from './protocol.ts'
import { threadsToUse } from './threads.ts'

/** llama.cpp with a model, in a process of its own. */
export interface EmbeddedModel extends AsyncDisposable {
  readonly loaded: LoadedModel
  call<M extends LibraryMethod>(
    method: M,
    params: Parameters<LibraryCalls[M]>[0],
    onText?: (text: string) => void,
  ): Promise<ReturnType<LibraryCalls[M]>>
}

/**
 * Loads a GGUF into llama.cpp.
 *
 * @throws SFT_LIBRARY_MISSING where node-llama-cpp is not installed, SFT_LIBRARY_FAILED where the model cannot be loaded
 */
export async function loadEmbedded(
  gguf: string,
  options: {
    readonly contextSize?: number
    readonly threads?: number
    readonly signal?: AbortSignal | undefined
  } = {},
): Promise<EmbeddedModel> {
  const home = findLibrary()
  if (home === undefined)
    throw sftError('SFT_LIBRARY_MISSING', "llama.cpp's library is not installed on this machine.")
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  const child = fork(fileURLToPath(new URL(`./process.${extension}`, import.meta.url)), [home], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    serialization: 'advanced',
    execArgv: [],
  })
  const waiting = new Map<number, Waiter>()
  let errors = ''
  let ended: Error | undefined
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-4000)
  })
  const end = (reason: string): void => {
    ended ??= sftError('SFT_LIBRARY_FAILED', `llama.cpp ended while it was at ${gguf}: ${reason}`)
    for (const { reject } of waiting.values()) reject(ended)
    waiting.clear()
  }
  child.on('error', (error) => end(error.message))
  child.on('exit', (code, by) => end(errors.trim().split('\n').at(-1) || `${by ?? `exit ${code}`}`))
  child.on('message', ({ id, result, error, text }: LibraryReply) => {
    const waiter = waiting.get(id)
    if (text !== undefined) {
      waiter?.onText?.(text)
      return
    }
    waiting.delete(id)
    if (error === undefined) waiter?.resolve(result)
    else waiter?.reject(sftError('SFT_LIBRARY_FAILED', `llama.cpp could not use ${gguf}: ${error}`))
  })
  let calls = 0
  const call: EmbeddedModel['call'] = (method, params, onText) => {
    if (ended) return Promise.reject(ended)
    const id = calls++
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve: resolve as (value: unknown) => void, reject, onText })
      child.send({ id, method, params })
    })
  }
  const stop = (): void => {
    child.kill('SIGKILL')
  }
  options.signal?.addEventListener('abort', stop, { once: true })
  const dispose = async (): Promise<void> => {
    options.signal?.removeEventListener('abort', stop)
    stop()
  }
  try {
    const threads = options.threads ?? threadsFor(gguf)
    const loaded = await call('load', { gguf, contextSize: options.contextSize ?? 4096, threads })
    return { loaded, call, [Symbol.asyncDispose]: dispose }
  } catch (error) {
    await dispose()
    throw error
  }
}

interface Waiter {
  resolve(value: unknown): void
  reject(error: Error): void
  readonly onText: ((text: string) => void) | undefined
}

const SMALL_BYTES = 256e6

/** Threads that wait for each other cost a small model more than they bring. */
function threadsFor(gguf: string): number {
  const bytes = statSync(gguf, { throwIfNoEntry: false })?.size ?? 0
  return bytes < SMALL_BYTES ? 1 : threadsToUse()
}
