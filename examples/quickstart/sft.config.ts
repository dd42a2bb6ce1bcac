import {
  all,
  any,
  defineConfig,
  hints,
  hub,
  not,
  ollama,
  reward,
  sessions,
  swePairs,
  tag,
  trainerHf,
} from 'sftkit'

// Parts that need something of yours are left out until it is named. `MODEL=Qwen/Qwen2.5-0.5B-Instruct sft run` trains.
const { MODEL, SESSIONS_DB, HINTS_MODEL, HUB_REPO } = process.env

// The model of `npm run demo` knows nothing, and is so small that a CPU trains it in a minute, on the beginnings of the
// sessions alone. For any other model the defaults are better.
const tiny = {
  epochs: 12,
  batchSize: 1,
  gradientAccumulation: 1,
  learningRate: 0.006,
  maxLength: 768,
  maxCutShare: 1,
  dtype: 'float32',
  args: { gradient_checkpointing: false, eval_strategy: 'steps', eval_steps: 80 },
} as const

export default defineConfig({
  // Every file below `traces`. Its format is found out file by file, compressed ones included.
  input: ['traces'],

  plugins: [
    // Several attempts at one task, of which some failed and some passed, become pairs.
    swePairs(),
    // A database of sessions, only those that somebody found acceptable.
    SESSIONS_DB && sessions({ database: SESSIONS_DB, judgment: 'acceptable' }),
    // Hints from failed attempts, by a model behind an OpenAI-compatible endpoint.
    HINTS_MODEL && hints({ model: HINTS_MODEL }),
    // The model is trained on `messages`, converted, compared with itself, and put into Ollama where one answers.
    MODEL && [
      trainerHf({ model: MODEL, ...(MODEL.endsWith('tiny-model') && tiny) }),
      ollama({ name: 'quickstart' }),
    ],
    HUB_REPO && hub({ repo: HUB_REPO }),
  ],

  // Which sessions are learned from. Not every format says how a session ended, so this names what must not have
  // happened; for ml-intern's sessions alone, `tag('outcome:completed')` is the simpler question.
  // What is left out stands in rejected.jsonl, with the condition that said no.
  keep: all(
    not(any(tag('outcome:errored'), tag('outcome:interrupted'), tag('outcome:doom_loop'))),
    not(tag('feedback:down')),
    not(reward({ max: 0 })),
  ),

  // `messages` is what TRL trains on, with tool-call arguments as objects;
  // `openai` is for OpenAI's fine-tuning, with arguments as JSON text; `preference` has pairs, for DPO, `unpaired` answers with a judgment, for KTO.
  format: ['messages', 'openai', 'preference', 'unpaired'],

  // All attempts at one task go to the same split, and all traces of one session: validation never asks what was trained.
  split: { by: 'group', ratios: { train: 0.8, validation: 0.2 }, seed: 42 },

  // The run directory, beside this file; git ignores it.
  output: { dir: 'out' },
})
