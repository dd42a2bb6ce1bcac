/** Arguments that TRL or transformers once had: what they are called today, or what to do instead. */
type OldName = { readonly now: string } | { readonly instead: string }

export const OLD_NAMES: Readonly<Record<string, OldName>> = {
  warmup_ratio: { now: 'warmup_steps' },
  max_seq_length: { now: 'max_length' },
  evaluation_strategy: { now: 'eval_strategy' },
  no_cuda: { now: 'use_cpu' },
  per_device_batch_size: { now: 'per_device_train_batch_size' },
  per_gpu_train_batch_size: { now: 'per_device_train_batch_size' },
  per_gpu_eval_batch_size: { now: 'per_device_eval_batch_size' },
  use_mps_device: { instead: "it is the option `device: 'mps'`" },
  torch_dtype: { instead: "it is the option `dtype: 'bfloat16'`" },
  dtype: { instead: "it is the option `dtype: 'bfloat16'`" },
  device_map: { instead: 'it is the option `device`' },
  tokenizer: { instead: "the model's own tokenizer is used" },
  overwrite_output_dir: { instead: '`sft run --fresh` begins anew' },
  logging_dir: { instead: 'set TENSORBOARD_LOGGING_DIR in the environment' },
  save_safetensors: { instead: 'weights are always saved as safetensors' },
  group_by_length: { instead: "write `train_sampling_strategy: 'group_by_length'`" },
  dataset_batch_size: { instead: 'there is nothing to set any more' },
  neftune_noise_alpha: { instead: 'TRL has no such argument any more' },
  max_prompt_length: { instead: '`maxLength` is the limit of prompt and answer together' },
  max_completion_length: { instead: '`maxLength` is the limit of prompt and answer together' },
}

/** What sftkit decides itself, and how it is said. */
export const OWN_ARGUMENTS: Readonly<Record<string, string>> = {
  output_dir: 'the model is written below the run directory: `sft run --out`',
  resume_from_checkpoint:
    'an interrupted training is gone on with by the same command; `--fresh` begins anew',
  hub_token: 'the token is read from HF_TOKEN',
  push_to_hub_token: 'the token is read from HF_TOKEN',
  do_train: 'this always trains',
  disable_tqdm: "progress is sftkit's own",
}
