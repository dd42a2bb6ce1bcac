import { notStrictEqual, ok, strictEqual } from 'node:assert/strict'
import type { Contract } from './options.ts'

const NAME = /^(?:@[a-z\d-]+\/)?[a-z\d]+(?:[-:.][a-z\d]+)*$/
const VERSION = /^\d+\.\d+\.\d+(?:[-+][\w.+-]+)?$/

/** Name and version identify a plugin in drops, losses, errors, the manifest and the key of finished work. */
export async function hasNameAndVersion<O>({ factory, valid }: Contract<O>): Promise<void> {
  for (const options of valid) {
    const plugin = factory(options)
    ok(NAME.test(plugin.name), `The name ${JSON.stringify(plugin.name)} is not lower case with dashes.`)
    ok(VERSION.test(plugin.version), `The version ${JSON.stringify(plugin.version)} is not like 1.2.3.`)
    notStrictEqual(factory(options), plugin, 'The factory returns one and the same plugin twice.')
    strictEqual(factory(options).name, plugin.name, 'The same options give plugins of different names.')
  }
}

/** Options are part of the key of finished work: what is not in the text of `options` does not count there. */
export async function showsItsOptions<O>({ factory, valid }: Contract<O>): Promise<void> {
  const texts = valid.map((options) => optionsText(factory(options).options))
  for (const [at, options] of valid.entries()) {
    strictEqual(optionsText(factory(options).options), texts[at], 'The same options show differently.')
  }
  const given = new Set(valid.map(optionsText))
  ok(
    given.size < 2 || new Set(texts).size > 1,
    'Different options show as the same `options`: a run would take up work that was done with others.',
  )
}

function optionsText(options: unknown): string {
  const text = (_key: string, value: unknown): unknown =>
    typeof value === 'function' ? String(value) : value
  return JSON.stringify(options ?? null, text)
}
