import type { JsonObject, LoadContext, LoadedTrace, Plugin, SourceSet } from '@sftkit/core'
import { createToolsReader } from '../chat/tools.ts'
import { detectAs } from '../detect/detect-as.ts'
import { recordFields } from '../ledger/record.ts'
import { loaderPlugin } from '../loader-plugin.ts'
import { type LossLedger, objectsOf } from '../losses.ts'
import { readEach } from '../session/read-lines.ts'
import { readId } from '../values.ts'
import { document as documentFields } from './fields.ts'
import { readList } from './read.ts'

/**
 * A file that is nothing but one conversation's messages: a JSON list, or one message in each line, in the shapes of
 * Chat Completions, Anthropic (Cline's and Roo Code's `api_conversation_history.json` is one), Gemini or the AI SDK.
 */
export function messageList(): Plugin {
  return loaderPlugin({
    name: 'message-list',
    looksFor: 'a list of messages with role and content, or one such message in each line',
    detect: detectAs('message-list'),
    set: (uri) => taskFolder(uri, /^(?:api_conversation_history|claude_messages)\.json$/) ?? uri,
    companion: (uri) =>
      taskFolder(uri, /^(?:ui_messages|task_metadata|history_item|focus_chain.*)\.(?:json|md)$/),
    open: readConversation,
  })
}

/** The folder of a task of Cline or Roo Code. */
function taskFolder(uri: string, name: RegExp): string | undefined {
  const slash = uri.lastIndexOf('/') + 1
  return name.test(uri.slice(slash)) ? uri.slice(0, slash) : undefined
}

async function* readConversation(set: SourceSet, context: LoadContext): AsyncGenerator<LoadedTrace> {
  yield* readEach(set.files, context, (records, file, losses) => {
    if (file === set.files[0] && set.companions.length > 0)
      losses.loss(
        'companions',
        'dropped',
        'what the editor showed, beside the messages',
        set.companions.length,
      )
    const documents = records.filter(({ messages }) => Array.isArray(messages))
    return documents.length > 0
      ? documents.map((found) => readDocument(found, losses))
      : readList(records, losses)
  })
}

function readDocument(value: JsonObject, losses: LossLedger): LoadedTrace {
  recordFields(value, documentFields, losses)
  const messages = value.messages as readonly unknown[]
  const tools = createToolsReader()(value.tools, 'tools', losses)
  const session = readId(value.id)
  const model = readId(value.model)
  return {
    ...(model !== undefined && { model }),
    ...readList(objectsOf(messages, 'messages[]', 'message', losses), losses),
    ...(session !== undefined && { session, group: { session } }),
    ...(tools !== undefined && { tools }),
  }
}
