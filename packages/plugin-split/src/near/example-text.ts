import { type Example, type Message, messageText } from '@sftkit/core'

/**
 * The text by which examples are compared: everything that was said, called and returned. System prompts are left
 * out: one that is long and shared would make strangers look alike.
 */
export function exampleText(example: Example): string {
  switch (example.kind) {
    case 'chat':
      return sideText(example.messages)
    case 'prompt-completion':
    case 'unpaired':
      return `${sideText(example.prompt)}\n${sideText(example.completion)}`
    case 'preference':
      return [example.prompt, example.chosen, example.rejected].map(sideText).join('\n')
    case 'text':
      return example.text
    case 'task':
      return example.instruction
  }
}

function sideText(side: string | readonly Message[]): string {
  if (typeof side === 'string') return side
  return side.flatMap((message) => (message.role === 'system' ? [] : saidIn(message))).join('\n')
}

function saidIn(message: Message): string[] {
  const calls = (message.toolCalls ?? []).map(
    (call) => `${call.name} ${call.argumentsText ?? JSON.stringify(call.arguments)}`,
  )
  return [message.reasoning ?? '', messageText(message), ...calls]
}
