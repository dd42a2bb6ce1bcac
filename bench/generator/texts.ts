import type { Random } from './random.ts'

const words =
  'the model loss batch token config path cache split run step tensor device shape error value input output file line test train eval data row column index layer weight rate epoch sample prompt schema field'.split(
    ' ',
  )
const foreign = [
  'Größe geändert',
  'données déjà prêtes',
  '結果を保存しました',
  'проверка пройдена',
  '✓ done 🚀',
  'naïve — “quoted”',
]
const names = [
  'train',
  'tokenize',
  'load_rows',
  'evaluate',
  'save_checkpoint',
  'build_prompt',
  'collate',
  'main',
]
const files = [
  'train.py',
  'src/data.py',
  'src/model.py',
  'configs/base.yaml',
  'scripts/eval.sh',
  'tests/test_data.py',
]

type Writer = (random: Random) => string

const sentence: Writer = (random) =>
  `${Array.from({ length: random.between(6, 18) }, () => random.pick(words)).join(' ')}.`

const logLine: Writer = (random) =>
  `2026-0${random.between(1, 9)}-1${random.between(0, 9)} 1${random.between(0, 9)}:${random.between(10, 59)}:${random.between(10, 59)},${random.between(100, 999)} - INFO - step ${random.between(1, 9999)} {'loss': ${random.next().toFixed(4)}, 'grad_norm': ${(random.next() * 9).toFixed(6)}, 'learning_rate': ${(random.next() * 1e-4).toFixed(9)}, 'epoch': ${random.next().toFixed(2)}}`

const codeLine: Writer = (random) =>
  random.pick([
    `    ${random.pick(words)} = ${random.pick(names)}(${random.pick(words)}, ${random.pick(words)}.${random.pick(words)}, key='${random.pick(words)}')`,
    `    for ${random.pick(words)}, ${random.pick(words)} in zip(self.${random.pick(words)}, range(${random.between(1, 999)})):`,
    `    if not re.match(r"^\\s*(\\w+)$", ${random.pick(words)}) and len(${random.pick(words)}) > ${random.between(1, 99)}:`,
    `        raise ValueError(f"bad ${random.pick(words)}: {${random.pick(words)}!r}\\n")`,
    `def ${random.pick(names)}(self, ${random.pick(words)}: dict[str, Any], *, ${random.pick(words)}: int = ${random.between(0, 9)}) -> None:`,
    `        # ${sentence(random)}`,
    `        return torch.stack([self.${random.pick(names)}(${random.pick(words)}[:, ${random.between(0, 64)}:]) for ${random.pick(words)} in batch])`,
    '',
  ])

const traceback: Writer = (random) => {
  const frames = Array.from({ length: random.between(2, 9) }, () => {
    const file = random.pick(files)
    return `  File "/app/${file}", line ${random.between(3, 900)}, in ${random.pick(names)}\n    return self.${random.pick(names)}(*args, **{"${random.pick(words)}": ${random.between(1, 99)}})`
  })
  return `Traceback (most recent call last):\n${frames.join('\n')}\nRuntimeError: size mismatch for "${random.pick(words)}": expected [${random.between(1, 64)}, ${random.between(1, 4096)}], got '${random.pick(words)}'`
}

const listing: Writer = (random) =>
  `-rw-r--r-- 1 app app ${String(random.between(10, 999999)).padStart(8)} Jan 1${random.between(0, 9)} 09:${random.between(10, 59)} ${random.pick(files)}`

const jsonLine: Writer = (random) =>
  JSON.stringify({
    id: random.hex(12),
    text: sentence(random),
    path: `C:\\data\\${random.pick(words)}.json`,
    scores: [random.between(0, 9) / 10, random.between(0, 99) / 100],
    ok: random.chance(0.5),
  })

const kinds: readonly Writer[] = [
  sentence,
  logLine,
  logLine,
  codeLine,
  codeLine,
  traceback,
  listing,
  jsonLine,
]

/** A block of roughly `length` characters of one kind, as a tool prints it. */
export function toolText(random: Random, length: number, unicode: boolean): string {
  const write = random.pick(kinds)
  const lines: string[] = []
  for (let size = 0; size < length; ) {
    const line = unicode && random.chance(0.1) ? `${write(random)} ${random.pick(foreign)}` : write(random)
    lines.push(line)
    size += line.length + 1
  }
  return lines.join('\n')
}

/** Some sentences, as an assistant or a user writes them. */
export function prose(random: Random, sentences: number, unicode: boolean): string {
  const list = Array.from({ length: sentences }, () => sentence(random))
  if (unicode) list.push(random.pick(foreign))
  return list.join(random.chance(0.3) ? '\n\n' : ' ')
}
