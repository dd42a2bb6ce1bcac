import { type EpisodeSummary, type RecordingList, summaryOf } from '@sftkit/recorder'
import pc from 'picocolors'
import { visible } from '../conversation.ts'
import { count } from '../display.ts'
import { table } from '../table.ts'

/** The episodes of a folder, oldest first. */
export function listText({ recordings, others }: RecordingList): string {
  const lines = recordings.map((recording) => row(summaryOf(recording)))
  const episodes = table(
    ['episode', 'task', 'variant', 'steps', 'score', 'reward', 'errors', 'flags', ''],
    lines,
  )
  const rest =
    others.length === 0 ? '' : `\n\n${count(others.length)} other files, which are no recordings of episodes.`
  return `${recordings.length === 0 ? 'No recording of an episode is here.' : episodes}${rest}`
}

function row(summary: EpisodeSummary): string[] {
  const { flags, finalScore } = summary
  const task = visible(summary.task).replaceAll(/\s+/g, ' ')
  return [
    visible(summary.episodeId),
    task.length > 48 ? `${task.slice(0, 47)}…` : task,
    visible(summary.variantId),
    count(summary.totalSteps),
    finalScore === null ? '' : String(Math.round(finalScore * 1000) / 1000),
    summary.cumulativeReward.toFixed(2),
    summary.errors === 0 ? '' : pc.red(count(summary.errors)),
    Object.entries(flags)
      .map(([flag, times]) => pc.yellow(`${visible(flag)} ${count(times)}`))
      .join(' '),
    summary.ended ? '' : pc.yellow('not ended'),
  ]
}
