import { all, any, defineConfig, not, reward, tag } from 'sftkit'

export default defineConfig({
  // Every file below `traces`. Its format is found out file by file, compressed ones included.
  input: ['traces'],

  // Which sessions are learned from. Not every format says how a session ended, so this names what must not have
  // happened; for ml-intern's sessions alone, `tag('outcome:completed')` is the simpler question.
  // What is left out stands in rejected.jsonl, with the condition that said no.
  keep: all(
    not(any(tag('outcome:errored'), tag('outcome:interrupted'), tag('outcome:doom_loop'))),
    not(tag('feedback:down')),
    not(reward({ max: 0 })),
  ),

  // `messages` is what TRL trains on, with tool-call arguments as objects;
  // `openai` is for OpenAI's fine-tuning, with arguments as JSON text.
  format: ['messages', 'openai'],

  // All attempts at one task go to the same split, and all traces of one session: validation never asks what was trained.
  split: { by: 'group', ratios: { train: 0.8, validation: 0.2 }, seed: 42 },

  // The run directory, beside this file; git ignores it.
  output: { dir: 'out' },
})
