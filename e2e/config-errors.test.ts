import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { folderWith } from './support/folders.ts'
import { chatLines } from './support/rows.ts'
import { type CommandResult, sft } from './support/sft.ts'

const rows = { 'in/rows.jsonl': chatLines(20) }

async function runWith(config: string, args: string[] = ['in']): Promise<CommandResult & { cwd: string }> {
  const cwd = folderWith({ ...rows, 'sft.config.ts': config })
  return { ...(await sft(['run', ...args], { cwd })), cwd }
}

describe('a config that cannot be loaded', () => {
  it.each([
    ['a syntax error', 'export default {\n  input: [\n', 'SFT_CONFIG_BROKEN', 'sft.config.ts'],
    [
      'a throw while it runs',
      "const a = 1\nthrow new Error('boom')\n",
      'SFT_CONFIG_BROKEN',
      'sft.config.ts:2',
    ],
    [
      'an import that does not exist',
      "const a = 1\nimport { x } from './rules.ts'\nexport default { x }\n",
      'SFT_CONFIG_BROKEN',
      'sft.config.ts:2',
    ],
    [
      'a package that does not exist',
      "import { x } from 'no-such-package-here'\nexport default { x }\n",
      'SFT_CONFIG_BROKEN',
      'sft.config.ts:1',
    ],
    [
      'a name that the package does not have',
      "import { swePears } from 'sftkit'\nexport default { plugins: [swePears()] }\n",
      'SFT_CONFIG_BROKEN',
      'sft.config.ts:1',
    ],
    ['no default export', 'export const config = {}\n', 'SFT_CONFIG_EXPORT', 'sft.config.ts'],
  ])('is told from an absent one: %s', async (_name, config, code, place) => {
    const { code: exit, stderr, stdout, cwd } = await runWith(config)
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' })
    expect(stderr).toContain(`[${code}]`)
    expect(stderr).toContain(join(cwd, place))
    expect(stderr).not.toContain('SFT_CONFIG_NOT_FOUND')
  })

  it('names the imported file that is broken', async () => {
    const cwd = folderWith({
      ...rows,
      'sft.config.ts': "import './rules.ts'\nexport default {}\n",
      'rules.ts': "const fine = true\nthrow new Error('no rules')\n",
    })
    const { code, stderr } = await sft(['run', 'in'], { cwd })
    expect(code).toBe(2)
    expect(stderr).toContain(`${join(cwd, 'rules.ts')}:2`)
  })

  it('tells a named config that is absent', async () => {
    const cwd = folderWith(rows)
    const { code, stderr } = await sft(['run', 'in', '--config', 'other.ts'], { cwd })
    expect(code).toBe(2)
    expect(stderr).toContain('SFT_CONFIG_NOT_FOUND')
  })
})

describe('a config value that is not accepted', () => {
  it.each([
    [
      'an unknown key',
      'export default {\n  inptu: ["in"],\n}\n',
      'sft.config.ts:2',
      ['inptu', 'did you mean input?', 'valid keys: input'],
    ],
    [
      'an unknown key inside',
      'export default {\n  split: {\n    ratio: {},\n  },\n}\n',
      'sft.config.ts:3',
      ['ratio', 'did you mean ratios?', 'stratify'],
    ],
    [
      'a value of the wrong type',
      'export default {\n\n  maxUnreadable: "a lot",\n}\n',
      'sft.config.ts:3',
      ['maxUnreadable', 'number'],
    ],
    [
      'a value out of range',
      "export default {\n  split: { by: 'grup' },\n}\n",
      'sft.config.ts:2',
      ['split.by', 'group'],
    ],
    [
      'ratios that do not add up',
      'export default {\n  split: { ratios: { train: 0.5 } },\n}\n',
      'sft.config.ts:2',
      ['add up to 1'],
    ],
    [
      'plugins that are no list',
      'export default {\n  plugins: {},\n}\n',
      'sft.config.ts:2',
      ['plugins', 'array'],
    ],
  ])('is named with its place and what is valid: %s', async (_name, config, place, words) => {
    const { code, stderr, cwd } = await runWith(config)
    expect(code).toBe(2)
    expect(stderr).toContain('[SFT_CONFIG_INVALID]')
    expect(stderr).toContain(join(cwd, place))
    for (const word of words) expect(stderr).toContain(word)
  })

  it('is checked in --set too', async () => {
    for (const set of ['split.rations={}', 'maxUnreadable=many', 'nonsense']) {
      expect((await runWith('export default {}', ['in', '--set', set])).code).toBe(2)
    }
  })
})

describe('a list of plugins that does not hold together', () => {
  const plugin = (name: string, rest = '', setup = ''): string =>
    `{ name: '${name}', version: '1', ${rest} setup(api) { ${setup} } }`
  it.each([
    ['two of one name', `plugins: [${plugin('one')}, ${plugin('one')}]`, 'SFT_PLUGIN_DUPLICATE', 'one'],
    ['an unknown name to disable', `disable: ['tager']`, 'SFT_PLUGIN_UNKNOWN', 'tagger'],
    [
      'a role that nobody provides',
      `plugins: [${plugin('needy', "requires: ['judge'],")}]`,
      'SFT_PLUGIN_REQUIRES',
      'judge',
    ],
    [
      'a stage that nobody defines',
      `plugins: [${plugin('one', '', "api.defineStage('dedupe', { after: 'filter' })")}, ${plugin('two', '', "api.stage('dedup', (t) => t)")}]`,
      'SFT_HOOK_UNKNOWN',
      'did you mean dedupe?',
    ],
    [
      'a stage in a place that is not there',
      `plugins: [${plugin('one', '', "api.defineStage('dedupe', { after: 'filtre' })")}]`,
      'SFT_HOOK_UNKNOWN',
      'did you mean filter?',
    ],
    [
      'a stage defined twice',
      `plugins: [${plugin('one', '', "api.defineStage('s', { after: 'tag' })")}, ${plugin('two', '', "api.defineStage('s', { after: 'tag' })")}]`,
      'SFT_PLUGIN_DUPLICATE',
      'one',
    ],
    ['a factory that is not called', 'plugins: [function swePairs() {}]', 'SFT_PLUGIN_INVALID', 'swePairs()'],
    ['something that is no plugin', "plugins: [{ name: 'x' }]", 'SFT_PLUGIN_INVALID', 'setup'],
    ['a format that is not there', "format: ['message']", 'SFT_FORMAT_UNKNOWN', 'messages'],
    ['a loader that is not there', "load: { format: 'cobol' }", 'SFT_FORMAT_UNKNOWN', 'openai-messages'],
    ['a tokenizer that is not there', "tokenizer: 'none.json'", 'SFT_TOKENIZER', 'none.json'],
  ])('is refused before anything starts: %s', async (_name, body, code, word) => {
    const { code: exit, stderr } = await runWith(`export default { ${body} }\n`)
    expect(stderr).toContain(`[${code}]`)
    expect(stderr).toContain(word)
    expect(exit).toBe(2)
  })

  it('lists the valid options of a plugin, the nearest first', async () => {
    const { code, stderr } = await runWith(
      "import { tagger } from 'sftkit'\nexport default { plugins: [tagger({ rule: 'precise' })] }\n",
    )
    expect(code).toBe(2)
    expect(stderr).toContain('SFT_PLUGIN_OPTIONS')
    expect(stderr).toContain('did you mean rules?')
  })
})

describe('a command line that is not understood', () => {
  it.each([
    [['run', 'in', '--limit', '0']],
    [['run', 'in', '--workers', 'two']],
    [['run', 'in', '--until', 'tags']],
    [['run', 'in', '--until', 'train']],
    [['run', 'in', '--from', 'split']],
    [['run', 'in', '--no-such-option']],
    [['rnu']],
    [['run']],
    [['run', 'in', '--format', 'message']],
  ])('ends with code 2: %s', async (args) => {
    const cwd = folderWith(rows)
    const { code, stderr } = await sft(args, { cwd })
    expect(stderr).not.toBe('')
    expect(code).toBe(2)
  })
})
