import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type ScriptedLlm, type ScriptedQuestion, scriptedLlm } from '@sftkit/testing'
import { afterEach, describe, expect, test } from 'vitest'
import { certificate } from '../packages/llm/test/support/certificate.ts'
import { ended, sft, startSft } from './support/sft.ts'

const run = promisify(execFile)
const KEY = 'sk-test-0123456789abcdefghijkl'
const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

/** Calls a tool, and answers with its result. */
const answer = ({ messages }: ScriptedQuestion) =>
  messages.some(({ content }) => content.includes('4 C'))
    ? { text: 'It is 4 C in Oslo.' }
    : { text: 'Let me look.', toolCalls: [{ name: 'get_weather', arguments: { city: 'Oslo' } }] }

async function server(pieceMs = 0): Promise<ScriptedLlm> {
  const scripted = await scriptedLlm({ key: KEY, answer, pieceMs })
  cleanups.push(() => scripted.close())
  return scripted
}

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'sftkit-record-'))
  cleanups.push(() => rmSync(made, { recursive: true, force: true }))
  return made
}

/** An agent without a library: it asks, uses its tool, asks again, and prints what it heard. */
const AGENT = `
const [question = 'Weather in Oslo?', code = '0'] = process.argv.slice(2)
const messages = [{ role: 'user', content: question }]
for (let turn = 0; turn < 2; turn++) {
  const answer = await fetch(process.env.OPENAI_BASE_URL + '/chat/completions', {
    method: 'POST',
    headers: { authorization: 'Bearer ' + process.env.OPENAI_API_KEY, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'm', messages }),
  })
  const body = await answer.json()
  const message = body.choices?.[0].message
  if (message === undefined) { console.log(answer.status, body.error.code); process.exit(7) }
  console.log(JSON.stringify(message))
  messages.push(message)
  for (const call of message.tool_calls ?? []) messages.push({ role: 'tool', tool_call_id: call.id, content: '4 C' })
}
process.exit(Number(code))
`

function agentIn(cwd: string): string[] {
  writeFileSync(join(cwd, 'agent.mjs'), AGENT)
  return [process.execPath, 'agent.mjs']
}

test('an agent is recorded, its recording becomes rows, and it runs again without a server', async () => {
  const scripted = await server()
  const cwd = folder()
  const agent = agentIn(cwd)
  const env = { OPENAI_API_KEY: KEY, OPENAI_BASE_URL: scripted.url }
  const recorded = await sft(['record', '--out', 'calls', '--', ...agent], { cwd, env })
  expect(recorded).toMatchObject({ code: 0 })
  expect(recorded.stdout).toContain('It is 4 C in Oslo.')
  expect(scripted.calls).toHaveLength(2)
  await scripted.close()

  const ran = await sft(
    ['run', 'calls', '--out', 'out', '--format', 'messages', '--set', 'split.by=random'],
    { cwd },
  )
  expect(ran).toMatchObject({ code: 0 })
  const rows = readdirSync(join(cwd, 'out/dataset/messages')).flatMap((name) =>
    readFileSync(join(cwd, 'out/dataset/messages', name), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as { messages: { role: string }[] }),
  )
  expect(rows.map(({ messages }) => messages.map(({ role }) => role))).toEqual([
    ['user', 'assistant', 'tool', 'assistant'],
  ])

  const replayed = await sft(['replay', '--serve', 'calls', '--', ...agent], {
    cwd,
    env: { OPENAI_API_KEY: 'none' },
  })
  expect(replayed).toMatchObject({ code: 0, stdout: recorded.stdout })
})

test('what asks nothing leaves nothing that a run would stumble over', async () => {
  const cwd = folder()
  expect(await sft(['record', '--out', 'calls', '--', process.execPath, '-e', ''], { cwd })).toMatchObject({
    code: 0,
  })
  expect(readdirSync(join(cwd, 'calls'))).toEqual([])
})

test("the program's own exit code is the command's, and an unknown request fails it", async () => {
  const scripted = await server()
  const cwd = folder()
  const agent = agentIn(cwd)
  const env = { OPENAI_API_KEY: KEY, OPENAI_BASE_URL: scripted.url }
  const recorded = await sft(['record', '--out', 'calls', '--', ...agent, 'Weather in Oslo?', '5'], {
    cwd,
    env,
  })
  expect(recorded.code).toBe(5)
  const other = await sft(['replay', '--serve', 'calls', '--', ...agent, 'Weather in Bergen?'], { cwd, env })
  expect(other).toMatchObject({ code: 7, stdout: '404 not_recorded\n' })
  expect(other.stderr).toContain('messages[0].content')
  const careless = ['--', process.execPath, '-e', 'await fetch(process.env.OPENAI_BASE_URL + "/models")']
  expect(await sft(['replay', '--serve', 'calls', ...careless], { cwd })).toMatchObject({ code: 1 })
  const none = await sft(['record', '--out', 'calls', '--', 'no-such-program-anywhere'], { cwd, env })
  expect(none.code).toBe(2)
  expect(none.stderr).toContain('SFT_RECORD_COMMAND')
  expect(await sft(['replay', '--serve', 'nothing'], { cwd })).toMatchObject({ code: 2 })
})

/** Starts a proxy, and waits until it says where it is. */
async function startProxy(
  cwd: string,
  upstream: string,
): Promise<{ url: string; child: ReturnType<typeof startSft> }> {
  const child = startSft(['record', '--out', 'calls', '--upstream', upstream], { cwd })
  const url = await new Promise<string>((resolve, reject) => {
    let said = ''
    child.stderr?.on('data', (text: Buffer) => {
      said += String(text)
      const found = /ANTHROPIC_BASE_URL=(\S+)[\s\S]*recording:/.exec(said)?.[1]
      if (found !== undefined) resolve(found)
    })
    child.once('close', () => reject(new Error(said)))
  })
  return { url, child }
}

const post = (url: string, body: object): Promise<Response> =>
  fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${KEY}` },
    body: JSON.stringify({ model: 'm', ...body }),
  })

test('Ctrl-C ends the proxy as it should end', async () => {
  const scripted = await server()
  const cwd = folder()
  const { url, child } = await startProxy(cwd, scripted.url)
  const end = ended(child)
  expect((await post(url, { messages: [{ role: 'user', content: 'one' }] })).status).toBe(200)
  child.kill('SIGINT')
  expect((await end).code).toBe(0)
  const [name = ''] = readdirSync(join(cwd, 'calls'))
  expect(
    readFileSync(join(cwd, 'calls', name), 'utf8')
      .trim()
      .split('\n'),
  ).toHaveLength(1)
})

test('a proxy that is killed in the middle of a stream leaves what was there', async () => {
  const scripted = await server(50)
  const cwd = folder()
  const { url, child } = await startProxy(cwd, scripted.url)
  const end = ended(child)
  await (await post(url, { messages: [{ role: 'user', content: 'one' }] })).text()
  const stream = await post(url, { messages: [{ role: 'user', content: 'two' }], stream: true })
  const reader = stream.body?.getReader()
  await reader?.read()
  await reader?.read()
  const aside = (): string[] => readdirSync(join(cwd, 'calls')).filter((name) => name.endsWith('.open.jsonl'))
  const linesOf = (name: string): string[] =>
    readFileSync(join(cwd, 'calls', name), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
  while (linesOf(aside()[0] ?? readdirSync(join(cwd, 'calls'))[0] ?? '').length < 3)
    await new Promise((resolve) => setTimeout(resolve, 10))
  child.kill('SIGKILL')
  await end
  await reader?.cancel().catch(() => {})
  const whole = readdirSync(join(cwd, 'calls')).filter((name) => !name.endsWith('.open.jsonl'))
  expect(whole.flatMap(linesOf).map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { end: 'complete', request: { body: { messages: [{ content: 'one' }] } } },
  ])
  const [request, began, ...pieces] = aside()
    .flatMap(linesOf)
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  expect(request).toMatchObject({ end: 'unfinished', request: { body: { messages: [{ content: 'two' }] } } })
  expect(began).toMatchObject({ answer: { status: 200 } })
  expect(pieces[0]?.text).toEqual([expect.any(Number), expect.stringContaining('data: ')])
  for (const name of readdirSync(join(cwd, 'calls')))
    expect(readFileSync(join(cwd, 'calls', name), 'utf8')).not.toContain(KEY)

  expect(await sft(['run', 'calls', '--until', 'load', '--out', 'out'], { cwd })).toMatchObject({ code: 0 })
  const traces = readFileSync(join(cwd, 'out/traces.jsonl'), 'utf8').trim().split('\n')
  const outcomes = traces.map((line) => (JSON.parse(line) as { outcome: { status: string } }).outcome.status)
  expect(outcomes.sort()).toEqual(['cancelled', 'unknown'])
  expect(await sft(['replay', '--serve', 'calls', '--', process.execPath, '-e', ''], { cwd })).toMatchObject({
    code: 0,
  })
})

test('an upstream over TLS, with a certificate of its own', async ({ skip }) => {
  const tls = certificate()
  if (tls === undefined) {
    skip('openssl is not here to make a certificate')
    return
  }
  const scripted = await scriptedLlm({ key: KEY, answer, tls })
  cleanups.push(() => scripted.close())
  const cwd = folder()
  writeFileSync(join(cwd, 'cert.pem'), tls.cert)
  const env = { OPENAI_API_KEY: KEY, OPENAI_BASE_URL: scripted.url }
  const command = ['record', '--out', 'calls', '--', ...agentIn(cwd)]
  const refused = await sft(command, { cwd, env })
  expect(refused).toMatchObject({ code: 7, stdout: '502 upstream_unreachable\n' })
  const trusted = await sft(command, { cwd, env: { ...env, NODE_EXTRA_CA_CERTS: join(cwd, 'cert.pem') } })
  expect(trusted.stdout).toContain('It is 4 C in Oslo.')
})

/** An interpreter with the clients, or why there is none. */
async function findPython(): Promise<{ python: string } | { reason: string }> {
  try {
    const made = await run(process.execPath, [
      fileURLToPath(new URL('../scripts/python-env.mjs', import.meta.url)),
    ])
    const python = process.env.SFT_PYTHON ?? made.stdout.trim()
    await run(python, ['-c', 'import openai, anthropic'])
    return { python }
  } catch (error) {
    if ((process.env.SFT_REQUIRE ?? '').split(',').includes('python')) throw error
    return { reason: error instanceof Error ? error.message : String(error) }
  }
}

const found = await findPython()
const script = fileURLToPath(new URL('../packages/recorder/test/python/agent.py', import.meta.url))

describe.skipIf('reason' in found)(
  `Python's clients${'reason' in found ? ` (skipped: ${found.reason})` : ''}`,
  () => {
    test('are recorded, read, replayed', async () => {
      const scripted = await server()
      const cwd = folder()
      const agent = ['python' in found ? found.python : '', script, 'chat', 'messages']
      const env = { OPENAI_API_KEY: KEY, ANTHROPIC_API_KEY: KEY }
      const upstream = scripted.url.replace(/\/v1$/, '')
      const recorded = await sft(['record', '--out', 'calls', '--upstream', upstream, '--', ...agent], {
        cwd,
        env,
      })
      expect(recorded).toMatchObject({ code: 0 })
      expect(recorded.stdout).toContain('It is 4 C in Oslo.')
      expect(await sft(['run', 'calls', '--until', 'load', '--out', 'out'], { cwd })).toMatchObject({
        code: 0,
      })
      const traces = readFileSync(join(cwd, 'out/traces.jsonl'), 'utf8').trim().split('\n')
      const roles = traces.map((line) => (JSON.parse(line) as { messages: { role: string }[] }).messages)
      expect(roles.map((messages) => messages.map(({ role }) => role))).toEqual([
        ['user', 'assistant', 'tool', 'assistant'],
      ])
      await scripted.close()
      const replayed = await sft(['replay', '--serve', 'calls', '--', ...agent], { cwd, env })
      expect(replayed).toMatchObject({ code: 0, stdout: recorded.stdout })
    })
  },
)
