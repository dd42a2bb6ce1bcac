import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { errorText, isSftError, sftError } from '@sftkit/core'
import { openRecording, type Recording } from './recording.ts'

/** A folder's recordings of episodes, oldest first, and the files that are none. */
export interface RecordingList {
  readonly recordings: readonly Recording[]
  readonly others: readonly string[]
}

/** @throws SFT_RECORD_UNREADABLE where the folder cannot be read */
export function listRecordings(folder: string): RecordingList {
  const recordings: Recording[] = []
  const others: string[] = []
  for (const name of namesIn(folder)) {
    try {
      recordings.push(openRecording(join(folder, name)))
    } catch (error) {
      if (!isSftError(error)) throw error
      others.push(name)
    }
  }
  recordings.sort((a, b) => a.episode.start_time - b.episode.start_time)
  return { recordings, others }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.jsonl') && !name.startsWith('.'))
      .sort()
  } catch (error) {
    throw sftError('SFT_RECORD_UNREADABLE', `${folder} cannot be read: ${errorText(error)}.`, {
      cause: error,
    })
  }
}
