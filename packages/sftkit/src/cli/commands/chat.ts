import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { sftError } from '@sftkit/core'
import { type ChatMessage, openModel } from '@sftkit/plugin-ollama'
import pc from 'picocolors'
import { callersDirectory } from '../environment.ts'

interface ChatFlags {
  readonly system?: string
  readonly tools?: string
  readonly host?: string
  readonly maxTokens?: number
}

/**
 * `sft chat`: a conversation with a GGUF or a model in Ollama. Lines come from stdin, the answers go to stdout; a call
 * of a tool is shown, and the next line is its result.
 */
export async function chatCommand(model: string, flags: object): Promise<void> {
  const { system, tools: toolsOf, host, maxTokens } = flags as ChatFlags
  const cwd = callersDirectory()
  const file = resolve(cwd, model)
  const tools = toolsOf === undefined ? undefined : toolsIn(resolve(cwd, toolsOf))
  await using open = await openModel(existsSync(file) ? file : model, {
    ...(host !== undefined && { host }),
    ...(maxTokens !== undefined && { maxTokens }),
  })
  const messages: ChatMessage[] = system === undefined ? [] : [{ role: 'system', content: system }]
  const terminal = process.stdin.isTTY === true
  const input = createInterface({ input: process.stdin, output: process.stderr, terminal })
  const ask = (waitingFor: number): void => {
    if (terminal) process.stderr.write(pc.dim(waitingFor > 0 ? 'result> ' : '> '))
  }
  let waiting: string[] = []
  ask(0)
  for await (const line of input) {
    const tool = waiting.shift()
    if (tool === undefined && line.trim() === '') {
      ask(0)
      continue
    }
    messages.push(
      tool === undefined ? { role: 'user', content: line } : { role: 'tool', name: tool, content: line },
    )
    if (waiting.length === 0) {
      const said = await open.answer({ messages, ...(tools && { tools }) }, (text) =>
        process.stdout.write(text),
      )
      for (const { function: call } of said.calls)
        process.stdout.write(`${pc.cyan(call.name)} ${JSON.stringify(call.arguments)}\n`)
      process.stdout.write(said.text === '' ? '' : '\n')
      if (!said.stopped) process.stderr.write(`${pc.yellow('It did not stop by itself.')}\n`)
      messages.push({
        role: 'assistant',
        content: said.text,
        ...(said.calls.length > 0 && { tool_calls: said.calls }),
      })
      waiting = said.calls.map((call) => call.function.name)
    }
    ask(waiting.length)
  }
}

/** The tools of a run's dataset, or of a file of rows, those of the first row that has some. */
function toolsIn(path: string): readonly unknown[] {
  const files = existsSync(join(path, 'dataset'))
    ? ['train', 'validation'].map((split) => join(path, 'dataset', 'messages', `${split}.jsonl`))
    : [path]
  for (const file of files.filter((name) => existsSync(name))) {
    for (const line of readFileSync(file, 'utf8').split('\n')) {
      if (line.trim() === '') continue
      const { tools } = JSON.parse(line) as { tools?: readonly unknown[] }
      if (tools !== undefined && tools.length > 0) return tools
    }
  }
  throw sftError('SFT_USAGE', `--tools: ${path} has no row with tools.`)
}
