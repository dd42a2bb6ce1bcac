import { counted } from '@sftkit/core'
import type {
  EvalFigures,
  EvaluatedModel,
  EvaluatedTurn,
  Evaluation,
  TurnOutcome,
} from '@sftkit/plugin-ollama'
import pc from 'picocolors'
import { visible } from './conversation.ts'

import { table } from './table.ts'

/** What `sft eval` prints: the figures of the models side by side, and where the trained one is worst. */
export function evaluationText(evaluation: Evaluation): string {
  const { rows, turns, split, models, missing } = evaluation
  const parts = [
    `${counted(turns, 'answer')} of ${counted(rows, 'row')}, ${split}`,
    ...models.map(({ role, engine }) => pc.dim(`${role}: ${engine}`)),
    '',
    figuresTable(models),
  ]
  if (missing !== undefined) parts.push('', `no figures of the model before training: ${missing}`)
  const worst = worstTurns(evaluation.outcomes)
  if (worst.length > 0) parts.push('', 'the worst answers', ...worst.flatMap(turnLines))
  return parts.join('\n')
}

interface Line {
  readonly name: string
  readonly of: string
  share(figures: EvalFigures): string | undefined
}

const LINES: readonly Line[] = [
  { name: 'right answers', of: 'all', share: ({ right, turns }) => percent(right, turns) },
  {
    name: 'calls: name and arguments equal',
    of: 'answers with calls',
    share: ({ calls }) => percent(calls.exact, calls.turns),
  },
  {
    name: 'calls: the same tools',
    of: 'answers with calls',
    share: ({ calls }) => percent(calls.sameTools, calls.turns),
  },
  {
    name: 'calls: none made',
    of: 'answers with calls',
    share: ({ calls }) => percent(calls.missed, calls.turns),
  },
  {
    name: 'calls: a known tool, arguments fit',
    of: 'calls made',
    share: ({ made }) => percent(made.valid, made.calls),
  },
  { name: 'text: equal', of: 'answers in words', share: ({ text }) => percent(text.exact, text.turns) },
  {
    name: 'text: equal but for spaces and case',
    of: 'answers in words',
    share: ({ text }) => percent(text.alike, text.turns),
  },
  {
    name: 'text: called a tool instead',
    of: 'answers in words',
    share: ({ text }) => percent(text.called, text.turns),
  },
  { name: 'stopped by itself', of: 'all', share: ({ ends, turns }) => percent(ends.stop, turns) },
  { name: 'ended by the limit', of: 'all', share: ({ ends, turns }) => percent(ends.length, turns) },
  {
    name: 'no answer',
    of: 'all',
    share: ({ ends, turns }) => (ends.error === 0 ? undefined : percent(ends.error, turns)),
  },
  { name: 'loss', of: 'nats a token', share: ({ loss }) => loss?.toFixed(3) },
]

function figuresTable(models: readonly EvaluatedModel[]): string {
  const rows = LINES.flatMap(({ name, of, share }) => {
    const cells = models.map(({ figures }) => share(figures))
    return cells.every((cell) => cell === undefined) ? [] : [[name, ...cells.map((cell) => cell ?? '-'), of]]
  })
  return table(['', ...models.map(({ role }) => role), 'of'], rows)
}

function percent(part: number, whole: number): string | undefined {
  return whole === 0 ? undefined : `${((part / whole) * 100).toFixed(1)} %`
}

const SHOWN = 5

/** The turns that went wrong, those first that went wrong furthest. */
function worstTurns(outcomes: readonly EvaluatedTurn[]): EvaluatedTurn[] {
  return outcomes
    .filter(({ trained }) => !trained.right)
    .sort((a, b) => badness(b.trained) - badness(a.trained) || surprise(b.trained) - surprise(a.trained))
    .slice(0, SHOWN)
}

function badness({ end, made, valid, alike, callsExpected }: TurnOutcome): number {
  if (end === 'error') return 4
  if (end === 'length') return 3
  if (made > valid || (callsExpected ? made === 0 : made > 0)) return 2
  return alike ? 0 : 1
}

function surprise({ likelihood }: TurnOutcome): number {
  return likelihood === undefined ? 0 : likelihood.nll / likelihood.tokens
}

function turnLines({ file, line, turn, expected, trained }: EvaluatedTurn): string[] {
  const { said, error, likelihood } = trained
  const loss = likelihood === undefined ? '' : `, loss ${surprise(trained).toFixed(2)}`
  const answer = error ?? shown(said.text, [...said.calls.map(callText), ...said.broken])
  return [
    pc.dim(`  ${file} line ${line}, message ${turn + 1}: ${whatIsWrong(trained)}${loss}`),
    `    expected  ${shown(expected.text, expected.calls.map(callText))}`,
    `    ${error === undefined ? 'said    ' : pc.red('failed  ')}  ${answer}`,
  ]
}

function whatIsWrong({ end, made, valid, callsExpected, alike }: TurnOutcome): string {
  if (end === 'error') return 'no answer'
  if (end === 'length') return 'did not stop by itself'
  if (callsExpected && made === 0) return 'no call'
  if (!callsExpected && made > 0) return 'a call instead of words'
  if (made > valid) return 'a call that cannot be run'
  if (callsExpected) return alike ? 'other arguments' : 'other tools'
  return 'other words'
}

function callText({ name, arguments: args }: { readonly name: string; readonly arguments: object }): string {
  return `${name} ${JSON.stringify(args)}`
}

function shown(text: string, calls: readonly string[]): string {
  const line = visible([text, ...calls].filter((part) => part !== '').join(' → ')).replace(/\s+/g, ' ')
  return line.length > 160 ? `${line.slice(0, 159)}…` : line || '(nothing)'
}
