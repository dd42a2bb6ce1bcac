import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import {
  type ModelCall,
  openConversation,
  openModel,
  type RecordedTools,
  recordedTools,
} from '@sftkit/plugin-ollama'
import pc from 'picocolors'
import { openPerson, type Person } from '../chat/person.ts'
import { type AnswerScreen, answerLines, answerObjects } from '../chat/show-answers.ts'
import { callersDirectory } from '../environment.ts'
import { EXIT } from '../exit-codes.ts'

interface ChatFlags {
  readonly system?: string
  readonly tools?: string
  readonly host?: string
  readonly maxTokens?: number
  readonly temperature?: number
  readonly seed?: number
  readonly json?: boolean
}

/**
 * `sft chat`: a conversation with a GGUF, the model of a run, or one in Ollama. Prompts are typed, or come from a pipe,
 * one a line; a prompt that is given is the only one, and `-` is all of stdin as one.
 *
 * @returns the exit code
 */
export async function chatCommand(model: string, given: string | undefined, flags: object): Promise<number> {
  const { system, tools: toolsOf, host, json = false, ...how } = flags as ChatFlags
  const cwd = callersDirectory()
  const at = resolve(cwd, model)
  const recorded = toolsOf === undefined ? undefined : await recordedTools(resolve(cwd, toolsOf))
  const only = given === '-' ? await text(process.stdin) : given
  await using engine = await openModel(existsSync(at) || /\.gguf$/i.test(model) ? at : model, {
    ...(host !== undefined && { host }),
  })
  const screen = json ? answerObjects() : answerLines()
  using person = openPerson()
  const conversation = openConversation(engine, {
    ...how,
    system,
    tools: recorded?.tools,
    onPiece: screen.piece,
    onAnswer: screen.answer,
    resultOf: (call) => resultOf(call, { recorded, person, screen }),
  })
  const ask = (prompt: string): Promise<void> => person.during((signal) => conversation.ask(prompt, signal))
  if (only !== undefined) await ask(only)
  else {
    if (person.atTerminal)
      process.stderr.write(pc.dim(`${engine.title}; /exit ends it, Ctrl-C stops an answer\n`))
    for (;;) {
      const line = await person.line('> ')
      if (line === undefined || line.trim() === '/exit') break
      if (line.trim() !== '') await ask(line)
    }
  }
  return person.interrupted ? EXIT.interrupted : EXIT.done
}

/** What the same call gave in the dataset, what the person types, or that there is none. */
async function resultOf(
  call: ModelCall,
  {
    recorded,
    person,
    screen,
  }: {
    readonly recorded: RecordedTools | undefined
    readonly person: Person
    readonly screen: AnswerScreen
  },
): Promise<string> {
  const stub = `There is no result: ${call.name} is not connected to anything.`
  const known = recorded?.resultOf(call)
  if (known !== undefined) {
    screen.result(call, known, 'recorded')
    return known
  }
  const typed = person.atTerminal ? await person.line(`${call.name} gives> `) : undefined
  const [content, from] = typed ? [typed, 'typed' as const] : [stub, 'stub' as const]
  screen.result(call, content, from)
  return content
}
