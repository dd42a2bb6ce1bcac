/** What the worker's events begin with in the job's log. */
export const EVENT_PREFIX = 'sftkit-event '
/** The version that is asked for in the container. */
const HUB_PACKAGE = 'huggingface_hub==2.4.0'

/** Where a job's files are in its repository. */
export const inputOf = (path: string): string => `${path}/in`
export const outputOf = (path: string): string => `${path}/out`

export interface ScriptInput {
  readonly processes: number
  /** Whether packages beside the worker's own list are needed: the list of requirements is used then. */
  readonly quantized: boolean
}

/**
 * What the container runs: it fetches the repository's files at the commit that was uploaded, runs the worker, and
 * puts what that made back, also after a failure. The worker is asked to write a checkpoint before the time is over.
 * Variables: JOB_REPO, JOB_REVISION, JOB_PATH, JOB_SECONDS, and HF_TOKEN as a secret.
 */
export function jobScript({ processes, quantized }: ScriptInput): string {
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
trap 'kill -TERM "$worker"' TERM INT
wait "$worker"; status=$?
while kill -0 "$worker" 2>/dev/null; do wait "$worker"; status=$?; done
rm -rf ../out/.cache
if [ "$status" -eq 0 ]; then rm -rf ../out/checkpoints; fi
hf upload "$JOB_REPO" ../out "$JOB_PATH/out" --commit-message "Results of $JOB_PATH" --quiet || exit 13
exit "$status"
`
}
