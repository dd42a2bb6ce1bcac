import { all, defineConfig, not, tag } from 'sftkit'

export default defineConfig({
  // Every file below `traces`. Its format is found out file by file, compressed ones included.
  input: ['traces'],

  // The sessions that ended well and that nobody disliked. What is left out stands in rejected.jsonl with the
  // condition that failed. Formats without an event log have no outcome of their own to ask for in that way:
  // the tagger gives them one from what their rows say.
  keep: all(tag('outcome:completed'), not(tag('feedback:down'))),

  // `messages` is what TRL trains on, with tool-call arguments as objects;
  // `openai` is for OpenAI's fine-tuning, with arguments as JSON text.
  format: ['messages', 'openai'],

  // All sessions on one task go to the same split, so that validation asks about tasks that training never saw.
  split: { by: 'group', ratios: { train: 0.8, validation: 0.2 }, seed: 42 },

  // The run directory, beside this file; git ignores it.
  output: { dir: 'out' },
})
