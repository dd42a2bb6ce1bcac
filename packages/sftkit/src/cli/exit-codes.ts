import { type ErrorCode, isSftError } from '@sftkit/core'

export const EXIT = { done: 0, failed: 1, usage: 2, refused: 3, interrupted: 130 } as const

/** Usage or config: nothing was started. */
const BEFORE_START: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'SFT_CONFIG_BROKEN',
  'SFT_CONFIG_EXPORT',
  'SFT_CONFIG_INVALID',
  'SFT_CONFIG_NOT_FOUND',
  'SFT_PLUGIN_INVALID',
  'SFT_PLUGIN_DUPLICATE',
  'SFT_PLUGIN_OPTIONS',
  'SFT_PLUGIN_UNKNOWN',
  'SFT_PLUGIN_REQUIRES',
  'SFT_HOOK_UNKNOWN',
  'SFT_INPUT_NONE',
  'SFT_INPUT_SCHEME',
  'SFT_HUB_ADDRESS',
  'SFT_INPUT_EMPTY',
  'SFT_FORMAT_UNKNOWN',
  'SFT_MEASURE_UNKNOWN',
  'SFT_MEASURE_INVALID',
  'SFT_STAGE_MISSING',
  'SFT_FROM_MISSING',
  'SFT_RUN_UNREADABLE',
  'SFT_TOKENIZER',
  'SFT_TEMPLATE_MODEL',
  'SFT_LLM_PRICE',
  'SFT_OLLAMA_NAME',
  'SFT_CHECKPOINT_INCOMPLETE',
  'SFT_CHECKPOINT_ADAPTER',
  'SFT_MODEL_UNKNOWN',
  'SFT_MODEL_GGUF',
  'SFT_MODEL_TEMPLATE',
  'SFT_EVAL_ROWS',
  'SFT_OUT_BUSY',
  'SFT_RECORD_PORT',
  'SFT_RECORD_COMMAND',
  'SFT_REPLAY_UNREADABLE',
  'SFT_RECORD_UNREADABLE',
  'SFT_REPLAY_ENVIRONMENT',
  'SFT_TRAIN_ENVIRONMENT',
  'SFT_TRAIN_ARGUMENT',
  'SFT_TRAIN_MODEL',
  'SFT_TRAIN_BUSY',
  'SFT_TRAIN_RESUME',
  'SFT_USAGE',
])

/** A gate refused: nothing is broken, but what came out may not be used as it is. */
const REFUSED: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'SFT_TEMPLATE_NONE',
  'SFT_TEMPLATE_ROW',
  'SFT_TEMPLATE_DROPS',
  'SFT_TEMPLATE_REFUSED',
  'SFT_TEMPLATE_UNLEARNED',
  'SFT_TEMPLATE_END',
  'SFT_TEMPLATE_BEGIN',
  'SFT_TEMPLATE_CUT',
  'SFT_OLLAMA_TEMPLATE',
  'SFT_VERIFY_WEIGHTS',
  'SFT_VERIFY_METADATA',
  'SFT_VERIFY_TOKENS',
  'SFT_VERIFY_GREEDY',
  'SFT_VERIFY_RENDER',
  'SFT_VERIFY_LIVE',
])

export function exitCodeOf(error: unknown): number {
  if (!isSftError(error)) return EXIT.failed
  if (error.code === 'SFT_INTERRUPTED' || error.code === 'SFT_LLM_DECLINED') return EXIT.interrupted
  if (REFUSED.has(error.code)) return EXIT.refused
  return BEFORE_START.has(error.code) ? EXIT.usage : EXIT.failed
}
