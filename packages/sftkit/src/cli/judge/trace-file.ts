import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, readSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runPipeline, sftError, type TraceLine } from '@sftkit/core'
import type { Candidate } from '@sftkit/plugin-sessions'
import { count, createDisplay } from '../display.ts'
import { findEnvironment } from '../environment.ts'
import type { Sessions } from './sessions.ts'

/**
 * The traces of files of any format, read by a run of their own in a folder that is removed afterwards. Judgments name
 * a trace by its id; records that are identical have one.
 *
 * @throws as a run does; SFT_NO_EXAMPLES where there is no trace
 */
export async function sessionsOfFiles(
  inputs: readonly string[],
  { cwd, config }: { readonly cwd: string; readonly config: string | undefined },
): Promise<Sessions> {
  const out = mkdtempSync(join(tmpdir(), 'sftkit-judge-'))
  const remove = (): void => rmSync(out, { recursive: true, force: true })
  try {
    const display = createDisplay({ json: false })
    const options = {
      cwd,
      input: inputs,
      out,
      until: 'load',
      askModels: false,
      set: ['maxUnreadable=1'],
    } as const
    const { unreadable } = await runPipeline(await findEnvironment(config), {
      ...options,
      log: display.log,
      onProgress: display.progress,
    }).finally(display.end)
    const sessions = openTraceFile(join(out, 'traces.jsonl'), remove)
    if (sessions.candidates.length === 0) throw nothing(join(out, 'unreadable.jsonl'))
    if (unreadable > 0) display.log.warn(`${count(unreadable)} could not be read: sft inspect lists them`)
    return sessions
  } catch (error) {
    remove()
    throw error
  }
}

/** Says why there is nothing: the first thing that could not be read. */
function nothing(unreadable: string): Error {
  const [first] = existsSync(unreadable) ? readFileSync(unreadable, 'utf8').split('\n') : []
  const why = first ? `: ${(JSON.parse(first) as { readonly message: string }).message}` : '.'
  return sftError('SFT_NO_EXAMPLES', `There is no trace to judge${why}`, {
    fix: 'Check the input with `sft inspect`.',
  })
}

interface Place {
  readonly offset: number
  readonly length: number
}

function openTraceFile(file: string, remove: () => void): Sessions {
  const descriptor = openSync(file, 'r')
  const read = ({ offset, length }: Place): TraceLine => {
    const bytes = Buffer.allocUnsafe(length)
    readSync(descriptor, bytes, 0, length, offset)
    return JSON.parse(bytes.toString('utf8')) as TraceLine
  }
  const candidates: Candidate[] = []
  const places = new Map<string, Place[]>()
  for (const place of linesOf(descriptor)) {
    const trace = read(place)
    const { agent } = trace
    const key = keyOf(trace)
    const known = places.get(key)
    // What has one name is judged as one.
    if (known !== undefined) known.push(place)
    else {
      places.set(key, [place])
      candidates.push({ key, ...(agent !== undefined && { agent }) })
    }
  }
  return {
    candidates,
    read: (place) => (places.get(candidates[place]?.key ?? '') ?? []).map(read),
    close() {
      closeSync(descriptor)
      remove()
    },
  }
}

/** Formats whose sessions have names of their own, by which `sessions()` selects them; other traces go by their ids. */
const BY_SESSION: ReadonlySet<string> = new Set(['sessions', 'sessions-rows', 'histories'])

function keyOf({ id, session_id: session, origin }: TraceLine & Origin): string {
  return BY_SESSION.has(origin?.format ?? '') ? session : id.replace(/#\d+$/, '')
}

interface Origin {
  readonly origin?: { readonly format: string }
}

const CHUNK = 1 << 20

function* linesOf(descriptor: number): Generator<Place> {
  const chunk = Buffer.allocUnsafe(CHUNK)
  let start = 0
  for (let offset = 0; ; ) {
    const size = readSync(descriptor, chunk, 0, CHUNK, offset)
    if (size === 0) return
    for (let at = chunk.indexOf(10); at !== -1 && at < size; at = chunk.indexOf(10, at + 1)) {
      yield { offset: start, length: offset + at - start }
      start = offset + at + 1
    }
    offset += size
  }
}
