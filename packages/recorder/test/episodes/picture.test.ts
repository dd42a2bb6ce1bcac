import { describe, expect, it } from 'vitest'
import { createRecorder, openRecording, timelineHtml, timelineRows } from '../../src/index.ts'
import { temporaryFolder } from './folder.ts'
import { recordRepair } from './record-repair.ts'

async function recordMany(steps: number): Promise<string> {
  const recorder = createRecorder({ folder: temporaryFolder() })
  const episode = recorder.openEpisode('many', 'v')
  for (let step = 1; step <= steps; step++)
    episode.recordStep({
      action: { type: step % 3 === 0 ? 'write' : 'read' },
      observation: 'x',
      reward: 1,
      ...(step === 7 && { error: 'e' }),
    })
  episode.end(1)
  await recorder.close()
  return episode.file
}

describe('the rows of a picture', () => {
  it('are the steps of a short episode', async () => {
    const rows = timelineRows(openRecording(await recordRepair(temporaryFolder())))
    expect(rows.map(({ firstStep, action, about }) => [firstStep, action, about])).toEqual([
      [1, 'list_files', ''],
      [2, 'read_file', 'missing.ts'],
      [3, 'read_file', 'sum.ts'],
      [4, 'run_tests', ''],
      [5, 'write_file', 'sum.ts'],
      [6, 'run_tests', ''],
    ])
  })

  it('are windows of a long one, or each step of a part of it', async () => {
    const recording = openRecording(await recordMany(900))
    const windows = timelineRows(recording, { windows: 9 })
    expect(windows).toHaveLength(9)
    expect(windows[0]).toMatchObject({
      firstStep: 1,
      lastStep: 100,
      steps: 100,
      action: 'read 67, write 33',
      reward: 100,
      errors: 1,
    })
    expect(windows.at(-1)).toMatchObject({ lastStep: 900, cumulativeReward: 900 })
    expect(timelineRows(recording, { from: 890 }).map(({ firstStep }) => firstStep)).toEqual(
      Array.from({ length: 11 }, (_, at) => 890 + at),
    )
    expect(timelineRows(recording, { from: 1, to: 600, most: 10, windows: 2 })).toMatchObject([
      { firstStep: 1, lastStep: 300 },
      { firstStep: 301, lastStep: 600 },
    ])
  })

  it('cover each step once, cut at the blocks of the index where there are very many', async () => {
    const rows = timelineRows(openRecording(await recordMany(30_000)), { windows: 40 })
    expect(rows.length).toBeLessThanOrEqual(40)
    expect(rows.reduce((sum, { steps }) => sum + steps, 0)).toBe(30_000)
    expect(rows[0]?.steps).toBe(768)
  })
})

describe('the page', () => {
  it('names steps below their points', async () => {
    const page = timelineHtml(openRecording(await recordMany(3)))
    const points = /<polyline[^>]* points="([^"]*)"/.exec(page)?.[1]?.split(' ') ?? []
    const named = [...page.matchAll(/<text x="([^"]*)"[^>]*text-anchor="middle">(\d+)</g)]
    expect(named.map(([, x]) => x)).toEqual(points.map((point) => point.split(',')[0]))
    expect(named.map(([, , step]) => step)).toEqual(['1', '2', '3'])
  })

  it('names some of many, and of windows their last steps', async () => {
    const page = timelineHtml(openRecording(await recordMany(900)))
    const named = [...page.matchAll(/text-anchor="middle">(\d+)</g)].map(([, step]) => Number(step))
    expect(named.length).toBeLessThanOrEqual(20)
    expect(named.slice(0, 3)).toEqual([9, 54, 99])
  })

  it('has the system message and what the agent saw first', async () => {
    const recorder = createRecorder({ folder: temporaryFolder() })
    const episode = recorder.openEpisode('look', 'v', { system: 'Be <brief>.' })
    episode.recordReset({ files: 'a.ts\nb.ts' })
    await recorder.close()
    const page = timelineHtml(openRecording(episode.file))
    expect(page).toContain('<h3>system</h3><pre>Be &#60;brief&#62;.</pre>')
    expect(page).toContain('<h3>reset</h3><pre>files:\na.ts\nb.ts</pre>')
  })

  it('needs nothing else, and shows texts as texts', async () => {
    const recorder = createRecorder({ folder: temporaryFolder() })
    const episode = recorder.openEpisode('<script>alert(1)</script>', '"v"')
    episode.recordStep({
      action: { type: '<kbd>', path: 'a&b' },
      message: '</pre><img src=x>',
      observation: { html: '<p>' },
      reward: -1,
      error: '<i>',
      securityFlags: ['<u>'],
    })
    await recorder.close()
    const page = timelineHtml(openRecording(episode.file))
    for (const raw of ['<script', '<img', '<kbd>', '<p>{', '<i>', '<u>', 'a&b'])
      expect(page).not.toContain(raw)
    expect(page).not.toMatch(/<[^>]*\s(?:src|href)=/)
    expect(page).toContain('&#60;script&#62;alert(1)')
  })
})
