import type { JsonValue } from '@sftkit/core'

/**
 * Trainers and training calls by name, as whole words (an endpoint is no DPO), and the commands that start a training
 * script. Importing transformers alone is no training.
 */
const TRAINING =
  /\b(?:\w*Trainer\(|\w*Trainer import\b|import [^\n]*Trainer\b|TrainingArguments\b|(?:SFT|DPO|GRPO|KTO|ORPO|PPO|RLOO|Reward)(?:Config|Trainer)\b|grpo\b|dpo\b|fine-?tun(?:e|ing)\b|finetune)|\.train\(|\btrl (?:sft|dpo|grpo|kto|reward)\b|(?:^|[\s/_])(?:train|sft|dpo|grpo)(?:_\w+)?\.py\b|\baccelerate launch\b|\btorchrun\b/i

/** @param script a text, or a command as the list of its arguments */
export function runsTraining(script: JsonValue): boolean {
  if (typeof script === 'string') return TRAINING.test(script)
  if (!Array.isArray(script)) return false
  return TRAINING.test(script.filter((part) => typeof part === 'string').join(' '))
}
