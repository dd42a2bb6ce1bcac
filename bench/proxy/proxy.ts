/** The recording proxy in a process of its own: an upstream and a folder; prints its address, and ends with stdin. */
import { recordProxy } from 'sftkit'

const [upstream = '', out = ''] = process.argv.slice(2)
const proxy = await recordProxy({ upstream, out })
process.stdout.write(`${proxy.url}/v1\n`)
for await (const _ of process.stdin);
await proxy.close()
