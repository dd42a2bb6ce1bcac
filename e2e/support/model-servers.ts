import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type RunningServer, startServer } from './http-server.ts'

const SCRIPT = fileURLToPath(new URL('../../scripts/model-servers.mjs', import.meta.url))

/** The versions of Ollama that are built: one renders a GGUF's own Jinja, one needs Go templates. */
export type OllamaVersion = '0.34.0' | '0.24.0'

/** Where `scripts/model-servers.mjs` has put what it made. */
interface ModelServers {
  /** A folder with node-llama-cpp. */
  readonly embedded: string
  /** The source of llama.cpp, with its converter. */
  readonly llamaCpp: string
  readonly llamaServer: string
  readonly llamaQuantize: string
  readonly ollama: Readonly<Record<OllamaVersion, string>>
}

/** What a suite needs: `serve` is everything of llama.cpp, `ollama` both versions of Ollama. */
type Need = 'serve' | 'ollama'

/**
 * The model servers that this checkout has, or why a suite that needs them is skipped.
 *
 * @throws where SFT_REQUIRE asks for them and they are not there
 */
export function findModelServers(
  ...needs: readonly Need[]
): { servers: ModelServers; reason?: undefined } | { servers?: undefined; reason: string } {
  const found = where()
  const missing = needs.filter((need) => !has(found, need))
  if (missing.length === 0) return { servers: found as ModelServers }
  const reason = `no ${missing.join(', ')}: node scripts/model-servers.mjs makes them`
  const required = (process.env.SFT_REQUIRE ?? '').split(',').map((part) => part.trim())
  if (missing.some((need) => required.includes(need))) throw new Error(`SFT_REQUIRE asks for them; ${reason}`)
  return { reason }
}

let known: Partial<ModelServers> | undefined
function where(): Partial<ModelServers> {
  known ??= JSON.parse(execFileSync(process.execPath, [SCRIPT, '--where'], { encoding: 'utf8' }))
  return known as Partial<ModelServers>
}

function has(found: Partial<ModelServers>, need: Need): boolean {
  const { embedded, llamaCpp, llamaServer, llamaQuantize, ollama } = found
  if (need === 'serve') return [embedded, llamaCpp, llamaServer, llamaQuantize].every((path) => path)
  return [ollama?.['0.34.0'], ollama?.['0.24.0']].every((path) => path)
}

/** Starts llama.cpp's server with a GGUF, on a free port; `url` has its OpenAI api below `/v1`. */
export function startLlamaServer(gguf: string, args: readonly string[] = []): Promise<RunningServer> {
  const program = serversFor('serve').llamaServer
  return startServer({
    program,
    args: (port) => [
      ...['--model', gguf, '--host', '127.0.0.1', '--port', String(port)],
      ...['--jinja', '--threads', '1', '--parallel', '1', '--no-webui', ...args],
    ],
    ready: '/health',
  })
}

/** Starts an Ollama of its own: on a free port, with a folder for its models that is removed when it is stopped. */
export async function startOllama(
  version: OllamaVersion,
  env: Readonly<Record<string, string>> = {},
): Promise<RunningServer> {
  const program = serversFor('ollama').ollama[version]
  const home = mkdtempSync(join(tmpdir(), 'sftkit-ollama-'))
  const removeHome = (): void => rmSync(home, { recursive: true, force: true })
  const server = await startServer({
    program,
    args: () => ['serve'],
    env: (port) => ({
      HOME: home,
      OLLAMA_HOST: `127.0.0.1:${port}`,
      OLLAMA_MODELS: join(home, 'models'),
      OLLAMA_NUM_PARALLEL: '1',
      OLLAMA_MAX_LOADED_MODELS: '1',
      OLLAMA_CONTEXT_LENGTH: '2048',
      ...env,
    }),
    ready: '/api/version',
  }).catch((error: unknown) => {
    removeHome()
    throw error
  })
  const stop = async (): Promise<void> => {
    await server.stop()
    removeHome()
  }
  return { ...server, stop, [Symbol.asyncDispose]: stop }
}

function serversFor(need: Need): ModelServers {
  const { servers, reason } = findModelServers(need)
  if (servers === undefined) throw new Error(reason)
  return servers
}
