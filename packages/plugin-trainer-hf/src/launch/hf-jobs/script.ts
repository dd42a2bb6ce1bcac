/** What the worker's events begin with in the job's log. */
export const EVENT_PREFIX = 'sftkit-event '
/** The version that is asked for in the container. */
const HUB_PACKAGE = 'huggingface_hub==2.4.0'

/** Where a job's files are in its repository. */
export const inputOf = (path: string): string => `${path}/in`
export const outputOf = (path: string): string => `${path}/out`

/** Where a bucket is in the container. */
export const MOUNT_PATH = '/sftkit'

export interface ScriptInput {
  readonly processes: number
  /** Whether packages beside the worker's own list are needed: the list of requirements is used then. */
  readonly quantized: boolean
  /** Whether results go to the bucket at JOB_MOUNT and not to the repository. */
  readonly bucket: boolean
}

/**
 * What the container runs: it fetches the repository's files at the commit that was uploaded, runs the worker, and
 * puts what that made back, also after a failure. The worker is asked to write a checkpoint before the time is over.
 * Variables: JOB_REPO, JOB_REVISION, JOB_PATH, JOB_SECONDS, JOB_MOUNT, and HF_TOKEN as a secret.
 */
export function jobScript({ processes, quantized, bucket }: ScriptInput): string {
  const torchrun = processes > 1 ? `-m torch.distributed.run --standalone --nproc-per-node=${processes} ` : ''
  const run =
    processes === 1 && !quantized
      ? 'uv run --script sftkit_worker.py run.json'
      : `uv run --no-project --with-requirements requirements.txt python ${torchrun}sftkit_worker.py run.json`
  return `set -u
hf() { uvx --from '${HUB_PACKAGE}' hf "$@"; }
export HF_HUB_DISABLE_PROGRESS_BARS=1
work=$(mktemp -d) && cd "$work" || exit 1
hf download "$JOB_REPO" --revision "$JOB_REVISION" --include "$JOB_PATH/*" --local-dir . --quiet || exit 12
cd "$JOB_PATH/in" || exit 12
mkdir -p ../out
# So much time is left for a checkpoint and for bringing it back.
notice=$((JOB_SECONDS / 10 < 600 ? JOB_SECONDS / 10 : 600))
timeout --signal=TERM $((JOB_SECONDS - SECONDS - notice)) ${run} &
worker=$!
${bucket ? KEEP_CHECKPOINTS : ''}trap 'kill -TERM "$worker"' TERM INT
wait "$worker"; status=$?
while kill -0 "$worker" 2>/dev/null; do wait "$worker"; status=$?; done
rm -rf ../out/.cache
if [ "$status" -eq 0 ]; then rm -rf ../out/checkpoints; fi
${bucket ? TO_BUCKET : TO_REPOSITORY}
exit "$status"
`
}

const TO_REPOSITORY =
  'hf upload "$JOB_REPO" ../out "$JOB_PATH/out" --commit-message "Results of $JOB_PATH" --quiet || exit 13'

/**
 * Copies each whole checkpoint when it is there, and the file that marks it as whole last. The worker itself writes to
 * the container's disk: a mounted bucket need not know how to append and to rename.
 */
const KEEP_CHECKPOINTS = `keep() {
  for mark in ../out/checkpoints/checkpoint-*/sftkit.json; do
    folder=\${mark%/sftkit.json}; kept="$JOB_MOUNT/checkpoints/\${folder##*/}"
    if [ ! -e "$mark" ] || [ -e "$kept/sftkit.json" ]; then continue; fi
    mkdir -p "$kept" || return
    for file in "$folder"/*; do
      if [ "$file" != "$mark" ]; then cp -r "$file" "$kept/" || continue 2; fi
    done
    cp "$mark" "$kept/"
  done
  for kept in "$JOB_MOUNT"/checkpoints/checkpoint-*; do
    if [ ! -e "../out/checkpoints/\${kept##*/}" ]; then rm -rf "$kept"; fi
  done
}
while kill -0 "$worker" 2>/dev/null; do keep; sleep 2; done &
keeper=$!
`

const TO_BUCKET = `wait "$keeper"
keep
for file in ../out/*; do
  if [ "$file" != ../out/checkpoints ]; then cp -r "$file" "$JOB_MOUNT/" || exit 13; fi
done`
