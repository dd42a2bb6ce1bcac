import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { findPython } from '../../plugin-formats/test/python.ts'
import { type ScriptedHubOptions, scriptedHub } from '../src/index.ts'

const TOKEN = 'hf_abcdefghijklmnopqrstuvwxyz012345'
const row = (id: number): string =>
  `${JSON.stringify({ session_id: `s${id}`, messages: [{ role: 'user', content: `question ${id}` }] })}\n`

const options: ScriptedHubOptions = {
  accounts: { [TOKEN]: { name: 'alice', orgs: ['team'] } },
  pageSize: 10,
  largeFrom: 4000,
  renamed: { 'team/old': 'team/traces' },
  repos: {
    'team/traces': {
      files: {
        'README.md': '# Traces\n',
        'large.jsonl.gz': gzipSync(row(100).repeat(50)),
        ...Object.fromEntries(
          Array.from({ length: 23 }, (_, n) => [`data/${String(n).padStart(2, '0')}.jsonl`, row(n)]),
        ),
      },
    },
    'team/published': {
      private: true,
      files: {
        'README.md':
          '---\nconfigs:\n  - config_name: messages\n    data_files:\n      - {split: train, path: messages/train.jsonl}\n      - {split: validation, path: messages/validation.jsonl}\n---\n',
        'messages/train.jsonl': row(1) + row(2),
        'messages/validation.jsonl': row(3),
      },
    },
    'other/hidden': { private: true },
    'other/gated': { gated: [], files: { 'a.jsonl': row(1) } },
  },
}

it.for([undefined, 2000])(
  'is taken for the Hub by Python’s client, with parts of %s bytes',
  async (partBytes, context) => {
    const found = await findPython()
    if (!('python' in found)) return context.skip(`no Python with datasets: ${found.reason}`)
    await using hub = await scriptedHub({ ...options, ...(partBytes !== undefined && { partBytes }) })
    expect(await useHub(found.python, hub.url, 'api')).toBe('ok\n')
    expect(hub.commits('alice/new').map(({ author }) => author)).toEqual(['alice', 'alice', 'alice', 'alice'])
    const puts = hub.requests.filter(({ method }) => method === 'PUT').map(({ path }) => path)
    // The second upload of the same bytes sends nothing.
    expect(puts).toHaveLength(partBytes === undefined ? 1 : 3)
    expect(
      hub.requests.filter(({ server }) => server === 'storage').every(({ authorization }) => !authorization),
    ).toBe(true)
  },
)

it('serves what Python’s datasets loads', async (context) => {
  const found = await findPython()
  if (!('python' in found)) return context.skip(`no Python with datasets: ${found.reason}`)
  await using hub = await scriptedHub(options)
  expect(await useHub(found.python, hub.url, 'load')).toBe("{'train': 2, 'validation': 1}\nuser\nok\n")
})

/** Runs test/python/use_hub.py; fails with its last lines. */
async function useHub(python: string, url: string, part: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'sftkit-hub-python-'))
  const script = fileURLToPath(new URL('python/use_hub.py', import.meta.url))
  try {
    const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1', NO_PROXY: '127.0.0.1' }
    const { stdout } = await promisify(execFile)(python, [script, url, folder, TOKEN, part], { env })
    return stdout
  } catch (error) {
    const { stderr } = error as { stderr?: string }
    throw new Error(stderr?.split('\n').slice(-25).join('\n') ?? String(error))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
