import type { JsonValue } from '@sftkit/core'

const TRAINING =
  /sft(?:config|trainer)|trainer\(|trainingarguments|grpo|dpo|\.train\(|(?:transformers|trainer) import|fine-?tune/i

export function namesTraining(script: JsonValue): boolean {
  return typeof script === 'string' && TRAINING.test(script)
}
