import {
  isJsonObject,
  type JsonObject,
  type LoadContext,
  type LoadedTrace,
  type Plugin,
  type SourceSet,
} from '@sftkit/core'
import { detectAs } from '../detect/detect-as.ts'
import { hasMagic } from '../detect/magic.ts'
import { loaderPlugin } from '../loader-plugin.ts'
import { readId } from '../values.ts'
import { readRunState } from './run-state.ts'
import { readSessions } from './sessions.ts'

/** What the OpenAI Agents SDK stores: states of runs as JSON documents, sessions as SQLite databases. */
export function agentsSdk(): Plugin {
  return loaderPlugin({
    name: 'agents-sdk',
    looksFor:
      '$schemaVersion with original_input and generated_items, or tables agent_sessions and agent_messages',
    detect: detectAs('agents-sdk'),
    repeats: runOf,
    open: openStored,
  })
}

/** A run that is stopped and taken up again is stored each time, under the id of its trace. */
function runOf({ trace, conversation_id: conversation }: JsonObject): readonly string[] | undefined {
  const ids = [readId(conversation), isJsonObject(trace) ? readId(trace.id) : undefined]
  const keys = ids.filter((id) => id !== undefined)
  return keys.length === 0 ? undefined : keys
}

async function* openStored(file: SourceSet, context: LoadContext): AsyncGenerator<LoadedTrace> {
  const path = await file.path()
  if (hasMagic(path, 'SQLite format 3')) {
    yield* readSessions(path, file, context)
    return
  }
  for await (const { value } of file.records()) yield* readRunState(value, context)
}
