/** What docs/reference/hooks.md says of each hook. The order is that of a run; observers and own stages come last. */
export interface HookEntry {
  readonly name: string
  /** The handler's shape. */
  readonly type: string
  readonly kind: string
  readonly previous: string
  readonly next: string
  readonly calledPer: string
  readonly contract: string
  /** The body of a `setup(api)`. It is type-checked and run by e2e/docs.test.ts. */
  readonly example: string
  /** Further names that the example imports from `sftkit`. */
  readonly imports?: readonly string[]
  /** Declarations that the example needs, before the plugin. */
  readonly before?: string
}

export const hooks: readonly HookEntry[] = [
  {
    name: 'modifyConfig',
    type: '(config: UserConfig) => UserConfig | undefined | void (or a promise)',
    kind: 'waterfall',
    previous: 'none',
    next: 'configResolved',
    calledPer: 'run, and once in every worker',
    contract:
      'Gets the config as the user wrote it (with `--set` applied), returns a changed copy, or nothing to leave it. The result is checked against the schema again. Command-line options still win over it.',
    example: `api.modifyConfig((config) => ({ ...config, maxUnreadable: config.maxUnreadable ?? 0.02 }))`,
  },
  {
    name: 'configResolved',
    type: '(config: ResolvedConfig) => void (or a promise)',
    kind: 'series',
    previous: 'modifyConfig',
    next: 'input',
    calledPer: 'run, and once in every worker',
    contract:
      'Sees the frozen config with its defaults. The place to refuse a combination of settings: throw, and the run does not start.',
    example: `api.configResolved((config) => {
  if (config.split.by === 'random') throw new Error('our traces share tasks; split by group')
})`,
  },
  {
    name: 'input',
    type: 'InputSource { scheme, list(input, context) => readonly RemoteFile[] (or a promise) }',
    kind: 'bail',
    previous: 'configResolved',
    next: 'load',
    calledPer:
      'input that is an address of its scheme (`list`), file that is read (`fetch`); in the main thread',
    contract:
      'Answers for inputs such as `hf://datasets/ORG/NAME`: the first plugin of a scheme has it. `list` names the files, each with a uri that also says which state of it is meant (a revision), because rows and finished work are known by it. `fetch` brings one here and returns its path: whole, never changed afterwards, and kept for the next run. With `--limit` only the first files are fetched. A throw ends the run.',
    imports: ['sftError'],
    example: `api.input({
  scheme: 'team-drive',
  list(input) {
    const folder = process.env.TEAM_DRIVE
    if (folder === undefined) throw sftError('SFT_INPUT_EMPTY', \`\${input} needs the variable TEAM_DRIVE.\`)
    const name = input.slice('team-drive://'.length)
    return [{ uri: \`\${input}@1\`, fetch: async () => \`\${folder}/\${name}\` }]
  },
})`,
  },
  {
    name: 'load',
    type: 'RowLoader { name, looksFor, detect(head), read(record, context) } or FileLoader { name, looksFor, detect(head), parts?(file, context), open(file, context) }',
    kind: 'bail',
    previous: 'input',
    next: 'tag',
    calledPer: 'input file (`detect`), record (`read`), file or part of one (`open`)',
    contract:
      'The first loader whose `detect` returns a reason claims a record; a file belongs to the loader that claims most of its first records. `read` is synchronous and returns no, one or several traces; `context.unreadable(reason)` sends the record to unreadable.jsonl, `context.drop(reason)` to rejected.jsonl; `context.loss(…)` records what could not be carried. Core adds id and source. A file that nobody claims is unreadable, not an end of the run.',
    example: `api.load({
  name: 'question-answer',
  looksFor: 'question and answer',
  detect: ({ record }) =>
    isJsonObject(record) && 'question' in record && 'answer' in record ? 'has question and answer' : undefined,
  read: ({ value }, context) => {
    if (typeof value.question !== 'string' || typeof value.answer !== 'string') {
      return context.unreadable('question and answer have to be texts')
    }
    return {
      messages: [
        { role: 'user', content: value.question },
        { role: 'assistant', content: value.answer },
      ],
    }
  },
})`,
    imports: ['isJsonObject'],
  },
  {
    name: 'tag',
    type: '(traces: readonly Trace[], context: TagContext) => void (or a promise)',
    kind: 'series',
    previous: 'load',
    next: 'filter',
    calledPer: 'batch of traces (up to 256)',
    contract:
      'Adds tags with `context.tag(trace, …)`, and nothing else: it changes and drops nothing. May be asynchronous; up to four batches are in flight while handlers wait. Declare the namespace, so that a misspelt tag in a config does not compile.',
    before: `declare module '@sftkit/core' {
  interface TagNamespaces {
    length: 'short' | 'long'
  }
}
`,
    example: `api.tag((traces, context) => {
  for (const trace of traces) context.tag(trace, trace.messages.length < 20 ? 'length:short' : 'length:long')
})`,
  },
  {
    name: 'filter',
    type: '(trace: Trace, context: Context) => { reason, detail? } | undefined | void',
    kind: 'synchronous bail',
    previous: 'tag',
    next: 'augment',
    calledPer: 'trace',
    contract:
      "Returns a drop, or nothing. The first reason wins and stands in rejected.jsonl. After the plugins come the config's own `filter`, then its `keep`. A dropped trace makes no row by itself; `augmentGroup` still sees it, marked. A promise is an error: asynchronous judgement belongs into a tag.",
    example: `api.filter((trace) => {
  const last = trace.messages.at(-1)
  return last?.role === 'tool' ? { reason: 'ends-on-tool', detail: last.name ?? '' } : undefined
})`,
  },
  {
    name: 'augment',
    type: '(items: readonly (Trace | Example)[], context: AugmentContext) => readonly (Trace | Example)[] (or a promise)',
    kind: 'waterfall',
    previous: 'filter',
    next: 'augmentGroup',
    calledPer: 'batch of what was kept',
    contract:
      'Returns what goes on. New items come from `context.deriveTrace` and `context.deriveExample`: they name their parents, stay in the group of the first, and have an id that is the same in every run. An item that is neither returned (itself, or a copy with changes under its id), derived from nor dropped with `context.drop` is recorded as dropped, `not-returned`.',
    imports: ['type Example', 'type Trace'],
    example: `api.augment((items, context) =>
  items.flatMap((item): readonly (Trace | Example)[] => {
    if ('kind' in item) return [item]
    const cut = item.messages.findLastIndex((message) => message.role === 'assistant')
    if (cut < 1) return [item]
    return [item, context.deriveTrace(item, { messages: item.messages.slice(0, cut + 1), key: 'to-last-answer' })]
  }),
)`,
  },
  {
    name: 'augmentGroup',
    type: '{ where?(trace), by?(trace), first?, handler(group: { key, members }, context) => readonly (Trace | Example)[] (or a promise) }',
    kind: 'series over groups',
    previous: 'augment',
    next: 'format',
    calledPer: 'complete group (by default all traces of one task)',
    contract:
      'Sees every trace of the group that `where` admits, in the order of the input; `dropped` is set on those that a filter left out. What it returns is added to the dataset. Traces are collected on disk, so a group may come from any number of files. `first` takes only so many groups: those whose first trace stands first in the input.',
    imports: ['type PreferenceExample'],
    example: `api.augmentGroup({
  where: (trace) => trace.outcome.resolved !== undefined,
  handler({ members }, context) {
    const traces = members.map((member) => member.trace)
    const good = traces.find((trace) => trace.outcome.resolved === true)
    const bad = traces.find((trace) => trace.outcome.resolved === false)
    if (good === undefined || bad === undefined) return []
    return [
      context.deriveExample<PreferenceExample>([good, bad], {
        kind: 'preference',
        prompt: good.messages.slice(0, 1),
        chosen: good.messages.slice(1),
        rejected: bad.messages.slice(1),
      }),
    ]
  },
})`,
  },
  {
    name: 'format',
    type: '(name, { takes, columns?, folders?, handler(example, context) => row | rows | undefined })',
    kind: 'one owner for each name',
    previous: 'augmentGroup',
    next: 'measure',
    calledPer: 'example, for each chosen format that takes its kind',
    contract:
      'The first plugin that registers a name keeps it. Synchronous. `context.loss(…)` records what the format cannot hold, `context.drop(reason)` leaves the example out of this format. `columns` declares types for parquet files and the dataset card. `folders` (`{ in, place(row, number, count) }`) also writes each row as a folder of files in the run directory, once the order of all rows is known.',
    imports: ['messageText', 'rowMetadata'],
    example: `api.format('transcript', {
  takes: ['chat'],
  columns: { text: 'string', metadata: 'json' },
  handler(example, context) {
    if (example.kind !== 'chat') return undefined
    const calls = example.messages.reduce((sum, message) => sum + (message.toolCalls?.length ?? 0), 0)
    if (calls > 0) context.loss('messages[].tool_calls', 'dropped', 'a transcript has texts only', calls)
    const lines = example.messages.map((message) => \`\${message.role}: \${messageText(message)}\`)
    return { text: lines.join('\\n'), metadata: rowMetadata(example) }
  },
})`,
  },
  {
    name: 'measure',
    type: '(name, (example: Example, config: ResolvedConfig) => string | number | undefined)',
    kind: 'one owner for each name',
    previous: 'format',
    next: 'select',
    calledPer: 'example that has a row',
    contract:
      "Computes a value where the example is at hand and keeps it in the index's table `measures`, for `select` and `split`, which see the index only.",
    imports: ['messageText'],
    example: `api.measure('characters', (example) =>
  example.kind === 'chat'
    ? example.messages.reduce((sum, message) => sum + messageText(message).length, 0)
    : undefined,
)`,
  },
  {
    name: 'llm',
    type: '(context: LlmEngineContext) => LlmEngine (or a promise)',
    kind: 'one for the run: the first listed',
    previous: 'configResolved',
    next: 'none',
    calledPer: 'run, when the first question is asked; in the main thread',
    contract:
      'Opens the engine that answers `context.llm.ask` for all plugins and threads. `ask` resolves with an answer or with `ok: false`; a throw ends the run. `close` is called once at the end, whatever the end is. What the engine keeps for a run that goes on stands in `<out>/.sft/`.',
    example: `api.llm(() => ({
  ask: async ({ messages }) => ({
    ok: true,
    text: \`You said: \${messages.at(-1)?.content}\`,
    usage: { inputTokens: 0, outputTokens: 0 },
    cached: false,
  }),
  close: async () => {},
}))`,
  },
  {
    name: 'select',
    type: '(context: SelectContext) => void (or a promise)',
    kind: 'series',
    previous: 'measure',
    next: 'split',
    calledPer: 'run, over the index',
    contract:
      'Leaves examples out by id: caps, mixing, decontamination. Queries the index (tables: run-directory.md); rows are not read again.',
    example: `api.select(({ index, drop }) => {
  const many = index.query(
    \`select example_id from (
       select example_id, row_number() over (partition by group_key order by ordinal) as place
       from examples where dropped is null
     ) where place > ?\`,
    50,
  )
  for (const row of [...many]) drop(String(row.example_id), 'group-cap', 'more than 50 of one group')
})`,
  },
  {
    name: 'split',
    type: '{ when?(config), ofGroup(group, config) => split } or (context) => { by, assign } | undefined (or a promise)',
    kind: 'bail',
    previous: 'select',
    next: 'train',
    calledPer: 'group key, or run over the index',
    contract:
      'The first plugin that answers decides. `ofGroup` is a function of the group key alone: rows then go to their split while they are read, and new data moves no old row. The other form plans over the index; every example needs a split that `split.ratios` names, and one group may not straddle two of them unless `split.by` is `random`.',
    example: `api.split({
  ofGroup: (group, config) => {
    const [first = 'train', second = first] = Object.keys(config.split.ratios)
    return group.startsWith('regression-') ? second : first
  },
})`,
  },
  {
    name: 'train',
    type: '(context: RunStageContext) => Checkpoint | undefined (or a promise), or { handler, preview, check }',
    kind: 'bail',
    previous: 'split',
    next: 'convert',
    calledPer: 'run',
    contract:
      'Gets the written files with their hashes, never rows. The first plugin that returns a checkpoint trained the model. `context.report({ unit, done, total, … })` says how far it is; `preview` answers for it in `--dry-run`. `check` is called before the dataset is made, in every run that goes as far: what it throws ends the run with nothing written.',
    example: `api.train(({ out, datasets, log }) => {
  const files = datasets.flatMap(({ splits }) => splits.train ?? [])
  log.info(\`\${files.length} training files below \${out}\`)
  return undefined
})`,
  },
  {
    name: 'convert',
    type: '(target, (context: RunStageContext & { checkpoint }) => Artifact (or a promise))',
    kind: 'one owner for each target',
    previous: 'train',
    next: 'publish',
    calledPer: 'checkpoint',
    contract:
      'Makes an artifact of a checkpoint. Registering a converter means that the run has to have a checkpoint. `context.report` says how far it is.',
    example: `api.train(({ out }) => ({ path: \`\${out}/model/final\` }))
api.convert('listing', ({ checkpoint }) => ({ target: 'listing', files: [], metadata: { model: checkpoint.path } }))`,
  },
  {
    name: 'publish',
    type: '(context: RunStageContext & { checkpoint?, artifacts }) => void (or a promise)',
    kind: 'series',
    previous: 'convert',
    next: 'none',
    calledPer: 'run',
    contract:
      'Hands artifacts or datasets on: a registry, a hub, a folder. `datasets` and `files` (the card, folders of rows, ledgers) are references below `out`. `hub()` publishes on the Hugging Face Hub.',
    example: `api.publish(({ datasets, log }) => {
  for (const { format } of datasets) log.info(\`ready: \${format}\`)
})`,
  },
  {
    name: 'progress',
    type: '(event: ProgressEvent) => void',
    kind: 'observer',
    previous: 'any',
    next: 'any',
    calledPer: 'finished task of the input',
    contract: 'Bytes done and in all, traces, examples, dropped, unreadable, seconds. Changes nothing.',
    example: `api.progress(({ stage, bytesDone, bytesTotal }) => {
  if (bytesDone === bytesTotal) console.error(stage)
})`,
  },
  {
    name: 'done',
    type: '(result: RunSummary) => void (or a promise)',
    kind: 'observer',
    previous: 'publish',
    next: 'none',
    calledPer: 'run that succeeded',
    contract: 'The counts of the run, and rows by format and split. Its errors are warnings.',
    example: `api.done(({ out, examples }) => {
  console.error(\`\${examples} examples in \${out}\`)
})`,
  },
  {
    name: 'failed',
    type: '(error: Error) => void (or a promise)',
    kind: 'observer',
    previous: 'any',
    next: 'none',
    calledPer: 'run that failed',
    contract: 'The error, with its code (see errors.md). Its own errors are warnings.',
    imports: ['isSftError'],
    example: `api.failed((error) => {
  console.error(isSftError(error) ? error.code : error.message)
})`,
  },
  {
    name: 'stage',
    type: '(name, (traces: readonly Trace[], context: AugmentContext) => readonly Trace[] (or a promise))',
    kind: 'waterfall',
    previous: 'the stage that `defineStage` names in `after`',
    next: 'what follows that stage',
    calledPer: 'batch of traces',
    contract:
      '`api.defineStage(name, { after })` makes a stage between two others; `api.stage(name, …)` taps it, from any plugin, listed before or after. The rules of `augment` hold for what is returned.',
    example: `api.defineStage('shorten', { after: 'tag' })
api.stage('shorten', (traces, context) =>
  traces.map((trace) =>
    trace.messages.length <= 200
      ? trace
      : context.deriveTrace(trace, { messages: trace.messages.slice(0, 200), key: 'first-200' }),
  ),
)`,
  },
]

/** The whole file that an example stands in. */
export function exampleFile({ name, imports = [], before, example }: HookEntry): string {
  const body = example
    .split('\n')
    .map((line) => (line === '' ? '' : `      ${line}`))
    .join('\n')
  const names = ['definePlugin', ...imports].sort((a, b) => bare(a).localeCompare(bare(b))).join(', ')
  return `import { ${names} } from 'sftkit'
${before === undefined ? '' : `\n${before}`}
export const ${name}Example = () =>
  definePlugin({
    name: '${name}-example',
    version: '1.0.0',
    setup(api) {
${body}
    },
  })
`
}

function bare(name: string): string {
  return name.replace('type ', '')
}
