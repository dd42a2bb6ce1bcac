import { expect, test } from 'vitest'
import { workText } from '../src/cli/work-text.ts'

const work = {
  unit: 'steps',
  done: 40,
  total: 120,
  secondsLeft: 12,
  figures: { loss: 0.42, 'eval loss': 0.5, 'tokens/s': 200 },
  curve: [4, 3, 2, 1],
}

test('a narrow terminal loses the last figures, the time and the steps before the loss and its curve', () => {
  const whole = workText('train', work)
  expect(whole).toBe('train 40/120 steps · loss 0.42 █▆▃▁ · eval loss 0.5 · tokens/s 200 · 12 s left')
  const widths = Array.from({ length: whole.length }, (_, at) => at + 1)
  const shown = new Set(widths.toReversed().map((width) => workText('train', work, width)))
  expect([...shown]).toEqual([
    whole,
    'train 40/120 steps · loss 0.42 █▆▃▁ · eval loss 0.5 · 12 s left',
    'train 40/120 steps · loss 0.42 █▆▃▁ · 12 s left',
    'train 40/120 steps · loss 0.42 █▆▃▁',
    'loss 0.42 █▆▃▁',
  ])
  expect(workText('convert', { unit: 'files', done: 1 }, 3)).toBe('convert 1 files')
})
