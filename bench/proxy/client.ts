/**
 * Asks a server directly and through the proxy, in turns, and prints as JSON how long each took.
 *
 *     node client.ts DIRECT THROUGH QUESTIONS
 */
import { Agent, request } from 'node:http'

/** Milliseconds. */
interface Times {
  readonly first: number
  readonly whole: number
}

const [direct = '', through = '', count = '0'] = process.argv.slice(2)
const agent = new Agent({ keepAlive: true })
const message = (content: string): string =>
  JSON.stringify({ model: 'm', messages: [{ role: 'user', content }] })
const cases = {
  'a short question': message('Why?'),
  'a conversation of 500 KB': message('word '.repeat(100_000)),
  'a stream': JSON.stringify({ ...JSON.parse(message('Tell a story.')), stream: true }),
}

function ask(url: string, body: string): Promise<Times> {
  return new Promise((resolve, reject) => {
    const began = performance.now()
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
    const asking = request(`${url}/chat/completions`, { method: 'POST', headers, agent }, (answer) => {
      let first: number | undefined
      answer.on('data', () => {
        first ??= performance.now() - began
      })
      answer.on('end', () => {
        const whole = performance.now() - began
        resolve({ first: first ?? whole, whole })
      })
      answer.on('error', reject)
    })
    asking.on('error', reject)
    asking.end(body)
  })
}

const report: Record<string, { direct: Times[]; through: Times[] }> = {}
for (const [name, body] of Object.entries(cases)) {
  const times = { direct: [] as Times[], through: [] as Times[] }
  for (let at = 0; at < 50; at++) for (const url of [direct, through]) await ask(url, body)
  for (let at = 0; at < Number(count); at++) {
    times.direct.push(await ask(direct, body))
    times.through.push(await ask(through, body))
  }
  report[name] = times
}

/** Questions a second with so many at once. */
async function rate(url: string, atOnce: number, questions: number): Promise<number> {
  const began = performance.now()
  let left = questions
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (left-- > 0) await ask(url, cases['a short question'])
    }),
  )
  return questions / ((performance.now() - began) / 1000)
}

const rates = { direct: await rate(direct, 32, 5000), through: await rate(through, 32, 5000) }
process.stdout.write(JSON.stringify({ report, rates }))
agent.destroy()
