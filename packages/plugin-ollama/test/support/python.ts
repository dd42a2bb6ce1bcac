import { execFile, execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll } from 'vitest'

const run = promisify(execFile)
const FAMILY = fileURLToPath(new URL('../python/tiny_family.py', import.meta.url))
const ENVIRONMENT = fileURLToPath(new URL('../../../../scripts/python-env.mjs', import.meta.url))

const before = { ...process.env }
afterAll(() => {
  for (const name of ['SFT_PYTHON', 'SFT_SERVE_DIR', 'OLLAMA_HOST', 'LLAMA_CPP_PATH']) {
    if (before[name] === undefined) delete process.env[name]
    else process.env[name] = before[name]
  }
})

/** Points sftkit at the tests' Python and at the model servers of this checkout. */
export function useTestParts(servers: { readonly embedded: string }): string {
  const python = execFileSync(process.execPath, [ENVIRONMENT, 'train'], { encoding: 'utf8' }).trim()
  process.env.SFT_PYTHON = python
  process.env.SFT_SERVE_DIR = join(servers.embedded, '..')
  // Nobody's own Ollama may be found.
  process.env.OLLAMA_HOST = '127.0.0.1:1'
  return python
}

export const WEATHER = [
  {
    type: 'function',
    function: {
      name: 'get_weather',
      description: 'The weather of a city.',
      parameters: {
        type: 'object',
        required: ['city'],
        properties: { city: { type: 'string', description: 'A city.' } },
      },
    },
  },
]

const system = { role: 'system', content: 'You help.' }
const asks = (content: string): object => ({ role: 'user', content })

/** Chats that a tiny model learns by heart: calls of a tool, and an answer in words. */
export const CALLS = ['Oslo', 'Lima', 'Quito'].map((city) => ({
  tools: WEATHER,
  messages: [
    system,
    asks(`Weather in ${city}?`),
    {
      role: 'assistant',
      content: '',
      tool_calls: [{ type: 'function', function: { name: 'get_weather', arguments: { city } } }],
    },
  ],
}))
export const WORDS = [
  ['Who are you?', 'A guide on the road.'],
  ['Thanks!', 'With pleasure.'],
].map(([question, answer]) => ({
  messages: [system, asks(question as string), { role: 'assistant', content: answer }],
}))

/** Writes chats as JSON lines. @returns the file */
export function chatFile(folder: string, chats: readonly object[]): string {
  mkdirSync(folder, { recursive: true })
  const file = join(folder, 'chats.jsonl')
  writeFileSync(file, chats.map((chat) => JSON.stringify(chat)).join('\n'))
  return file
}

/** Makes tiny models of several families that know the chats by heart, each in a folder of its name. */
export async function tinyModels(
  parts: { readonly python: string; readonly llamaCpp: string },
  families: readonly string[],
  folder: string,
  chats: string,
  ...args: readonly string[]
): Promise<void> {
  // A comma says that there are several.
  await make(parts.python, `${families.join()},`, folder, chats, args, { LLAMA_CPP_PATH: parts.llamaCpp })
}

/** Makes a tiny model of a family that knows the chats by heart. @returns its folder */
export async function tinyModel(
  python: string,
  family: string,
  folder: string,
  chats: string,
  ...args: readonly string[]
): Promise<string> {
  const model = join(folder, family)
  await make(python, family, model, chats, args, {})
  return model
}

async function make(
  python: string,
  families: string,
  folder: string,
  chats: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<void> {
  try {
    await run(python, [FAMILY, families, folder, chats, ...args], {
      env: { ...process.env, ...env, HF_HUB_OFFLINE: '1', PYTHONDONTWRITEBYTECODE: '1' },
    })
  } catch (error) {
    throw new Error((error as { stderr?: string }).stderr?.split('\n').slice(-15).join('\n') ?? String(error))
  }
}
