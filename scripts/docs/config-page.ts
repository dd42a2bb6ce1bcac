import { readFileSync } from 'node:fs'
import { configSchema } from '../../packages/core/src/config/schema.ts'

const typesFile = new URL('../../packages/core/src/config/types.ts', import.meta.url)

interface Field {
  readonly name: string
  readonly type: string
  readonly doc: string
}

/** docs/reference/config.md: names from the schema, types and texts from the documented interfaces. */
export function configPage(): string {
  const text = readFileSync(typesFile, 'utf8')
  const sections = [
    ['Config', 'UserConfig', ''],
    ['split', 'SplitOptions', 'split'],
    ['output', 'OutputOptions', 'output'],
    ['dedup', 'DedupOptions', 'dedup'],
  ] as const
  const tables = sections.map(([title, type, path]) => {
    const fields = fieldsOf(text, type)
    requireSameKeys(title, fields, keysAt(path))
    const rows = fields.map(
      ({ name, type: shape, doc }) => `| \`${name}\` | \`${shape.replaceAll('|', '\\|')}\` | ${doc} |`,
    )
    return `## ${title}\n\n| key | type | meaning |\n| --- | --- | --- |\n${rows.join('\n')}\n`
  })
  return `# Config

Every key of \`sft.config.ts\`. None is required:

\`\`\`ts check
import { defineConfig } from 'sftkit'

export default defineConfig({ input: ['traces'] })
\`\`\`

An unknown key or a wrong value is \`SFT_CONFIG_INVALID\`: the message names the place and what is accepted.

${tables.join('\n')}
`.trimEnd()
}

function keysAt(path: string): string[] {
  const schema = configSchema.toJSONSchema({ unrepresentable: 'any' }) as JsonSchema
  const at = path === '' ? schema : schema.properties?.[path]
  return Object.keys(at?.properties ?? {})
}

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>
}

function fieldsOf(text: string, type: string): Field[] {
  const body = new RegExp(`export interface ${type} \\{\\n([\\s\\S]*?)\\n\\}`).exec(text)?.[1]
  if (body === undefined) throw new Error(`types.ts has no interface ${type}`)
  return [...body.matchAll(/(?: {2}\/\*\* (.*?) \*\/\n)? {2}readonly (\w+)\?: (.*)/g)].map(
    ([, doc, name = '', shape = '']) => {
      if (doc === undefined) throw new Error(`${type}.${name} has no docstring on one line`)
      return { name, type: shape, doc }
    },
  )
}

function requireSameKeys(title: string, fields: readonly Field[], keys: readonly string[]): void {
  const names = fields.map(({ name }) => name)
  const odd = [...names.filter((name) => !keys.includes(name)), ...keys.filter((key) => !names.includes(key))]
  if (odd.length > 0) throw new Error(`${title}: schema and types differ in ${odd.join(', ')}`)
}
