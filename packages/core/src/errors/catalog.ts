/** What every code means. `docs/reference/errors.md` is generated from this file. */
export interface CatalogEntry {
  readonly title: string
  readonly why: string
  readonly fix: string
}

/** Codes are permanent; texts may improve at any time. */
export const catalog = {
  SFT_CONFIG_BROKEN: {
    title: 'The config file could not be loaded',
    why: 'It has a syntax error, imports something that is not there, or throws while it runs.',
    fix: 'Open the file at the line that the message names. A broken config is never treated as absent.',
  },
  SFT_CONFIG_EXPORT: {
    title: 'The config file exports no config',
    why: 'sftkit reads the default export, and it is missing or not an object.',
    fix: 'Write `export default defineConfig({ … })`.',
  },
  SFT_CONFIG_INVALID: {
    title: 'A config value is not accepted',
    why: 'A key is unknown, or a value has the wrong type or is out of range.',
    fix: 'The message lists each place with what was given and what is accepted.',
  },
  SFT_CONFIG_NOT_FOUND: {
    title: 'The named config file does not exist',
    why: '`--config` names a file that is not there.',
    fix: 'Check the path; it is relative to the directory the command runs in.',
  },
  SFT_PLUGIN_INVALID: {
    title: 'An entry of `plugins` is not a plugin',
    why: 'A plugin is an object with name, version and setup; factories have to be called.',
    fix: 'Call the factory: `plugins: [tagger()]`, not `plugins: [tagger]`.',
  },
  SFT_PLUGIN_DUPLICATE: {
    title: 'Two plugins have one name',
    why: 'Names identify plugins in drops, losses, errors and the manifest.',
    fix: 'Remove one, or give one of the two another `name`.',
  },
  SFT_PLUGIN_OPTIONS: {
    title: "A plugin's options are not accepted",
    why: 'A key is unknown, or a value has the wrong type.',
    fix: 'The message lists the valid keys.',
  },
  SFT_PLUGIN_UNKNOWN: {
    title: 'A name in `disable` matches no plugin',
    why: 'Disabling something that is not there is usually a typo.',
    fix: '`sft plugins` lists the names.',
  },
  SFT_PLUGIN_REQUIRES: {
    title: 'A plugin needs a role that no plugin provides',
    why: 'Its `requires` names a role, and no listed plugin has it in `provides`.',
    fix: 'Add a plugin that provides the role.',
  },
  SFT_PLUGIN_FAILED: {
    title: 'A plugin threw',
    why: 'Its handler failed on the trace or at the stage that the message names.',
    fix: "The cause is the plugin's own error. What was done so far is kept; the same command goes on.",
  },
  SFT_PLUGIN_PROMISE: {
    title: 'A synchronous hook returned a promise',
    why: 'filter, format and load handlers of rows are synchronous; a promise there would pass as a value.',
    fix: 'Move the asynchronous work into a tagger (`api.tag`) and filter by its tag.',
  },
  SFT_PLUGIN_RESULT: {
    title: 'A plugin returned something the hook does not take',
    why: 'The value has another shape than the hook documents.',
    fix: 'See docs/reference/hooks.md for what each hook takes and returns.',
  },
  SFT_HOOK_UNKNOWN: {
    title: 'A plugin taps a stage that does not exist',
    why: 'The name was not defined with `api.defineStage`.',
    fix: 'The message lists the stages that exist.',
  },
  SFT_INPUT_NONE: {
    title: 'No input was given',
    why: 'Neither the command line nor the config names an input.',
    fix: 'Give a file or folder: `sft run traces/`, or set `input` in the config.',
  },
  SFT_INPUT_EMPTY: {
    title: 'The input has no readable file',
    why: 'The path does not exist, the folder is empty, or the glob matches nothing.',
    fix: 'Check the path. On the command line it starts at the current directory, in a config at the config.',
  },
  SFT_INPUT_SCHEME: {
    title: 'No plugin reads such an address',
    why: 'The input is an address, and no plugin of the run answers for what stands before `://`.',
    fix: 'Check the spelling, add a plugin that reads it, or download the files and give the folder.',
  },
  SFT_HUB_ADDRESS: {
    title: 'An address of the Hugging Face Hub is not understood',
    why: 'It is not `hf://datasets/ORG/NAME`, with `@REVISION` and a path in the repository where they are wanted.',
    fix: 'Write it like `hf://datasets/ORG/NAME@main/data`.',
  },
  SFT_HUB_AUTH: {
    title: 'The Hugging Face Hub refuses the token, or there is none',
    why: 'HF_TOKEN is missing, wrong or expired.',
    fix: 'Make a token at https://huggingface.co/settings/tokens and put it into HF_TOKEN.',
  },
  SFT_HUB_NOT_FOUND: {
    title: 'The Hugging Face Hub shows no such repository or file',
    why: 'It does not exist, was renamed or deleted, or is private and the token may not see it.',
    fix: 'Check the name. For a private repository put a token that may read it into HF_TOKEN.',
  },
  SFT_HUB_GATED: {
    title: 'A repository of the Hugging Face Hub is gated',
    why: 'Its owners ask readers to accept conditions first, and the account of HF_TOKEN has not, or waits for an answer.',
    fix: "Open the repository's page, accept the conditions, and put that account's token into HF_TOKEN.",
  },
  SFT_HUB_REVISION: {
    title: 'A repository of the Hugging Face Hub has no such revision',
    why: 'No branch, tag or commit has that name.',
    fix: "Check the part after `@`, or `revision`; the repository's page lists its branches and commits.",
  },
  SFT_HUB_EMPTY: {
    title: 'There is nothing to read in a repository of the Hugging Face Hub',
    why: 'None of its files, or of those below the given path, is of a kind that holds traces.',
    fix: 'Name one file with its whole path: it is read whatever its name is.',
  },
  SFT_HUB_DENIED: {
    title: 'The token may not do that on the Hugging Face Hub',
    why: 'It is read-only, is not allowed for this organisation or repository, or the account is over a quota.',
    fix: 'Use a token with write access to the repository; the message has what the Hub said.',
  },
  SFT_HUB_PUBLIC: {
    title: 'A repository that should be private is public',
    why: 'It exists already and everybody can read it, while `private` is true, as it is by default.',
    fix: 'Make it private on its page, choose another `repo`, or write `private: false` to publish for everybody.',
  },
  SFT_HUB_CONFLICT: {
    title: 'Somebody else commits to the repository at the same time',
    why: 'Each time the commit was ready, the branch had moved on.',
    fix: 'Run the same command when nobody else writes to the branch; large files that were uploaded are not uploaded again.',
  },
  SFT_HUB_VANISHED: {
    title: 'A repository vanished while it was written to',
    why: 'It was there when the upload began, and was deleted, renamed or closed to the token since.',
    fix: 'Nothing was committed. Check the repository, then run the same command.',
  },
  SFT_HUB_REFUSED: {
    title: 'The Hugging Face Hub refuses a request',
    why: 'What was sent is not accepted; the message has what the Hub said.',
    fix: 'Change what the message names, then run the same command.',
  },
  SFT_HUB_UNREACHABLE: {
    title: 'The Hugging Face Hub cannot be reached',
    why: 'There is no network, nothing answers at HF_ENDPOINT, or the Hub has trouble or asks to wait.',
    fix: 'Run the same command later: what was fetched or uploaded is kept. A dataset that was fetched whole can be read without a network when its commit is named: `hf://datasets/ORG/NAME@COMMIT`.',
  },
  SFT_HUB_DAMAGED: {
    title: 'A file of the Hugging Face Hub does not arrive whole',
    why: 'Its bytes are not those that the repository has, also on a second try.',
    fix: 'Run the same command later. If it stays, something between here and the Hub changes files.',
  },
  SFT_HUB_CACHE: {
    title: 'Fetched files cannot be kept',
    why: 'The cache folder cannot be written: a full disk, or permissions.',
    fix: 'Free space, or choose another folder with SFT_CACHE_DIR. Files that were fetched whole stay.',
  },
  SFT_LOAD_UNKNOWN: {
    title: 'No loader claims a file',
    why: 'Its content fits none of the known trace formats.',
    fix: '`sft plugins` lists the formats and what each looks for. Write a loader (docs/loaders.md) or disable the file.',
  },
  SFT_LOAD_REFUSED: {
    title: 'A file is of a known format that is not read',
    why: 'What it holds cannot become traces, or not without something that this loader lacks.',
    fix: 'The message says what to do instead; `sft plugins` lists the formats.',
  },
  SFT_SESSIONS_UNREADABLE: {
    title: 'A session database cannot be read',
    why: 'It is not there, is no SQLite database, is encrypted, damaged, or locked by another process.',
    fix: 'The message has the reason, and what to do about it.',
  },
  SFT_SESSIONS_TABLES: {
    title: 'A session database lacks a table or column',
    why: 'Its tables are none that are known, or those that `mapping` names are not there.',
    fix: 'Say with `mapping` which tables and columns hold the sessions.',
  },
  SFT_SESSIONS_JUDGMENTS: {
    title: 'There are no judgments to select by',
    why: 'Sessions are selected by judgment, and no table of judgments is where they are looked for.',
    fix: 'Judge some with `sft judge`, or name the database that has them with `judgments`.',
  },
  SFT_LLM_MISSING: {
    title: 'Nobody can ask a model',
    why: 'A plugin asks a model, and no plugin of the run has an engine for it.',
    fix: "Add llm() of @sftkit/llm to the config's plugins (the default preset has it), or another engine.",
  },
  SFT_LLM_AUTH: {
    title: 'The model server refuses the key',
    why: 'The key is missing, wrong, expired, or not allowed to use the model.',
    fix: 'Put a valid key into the environment variable that the message names. Answers so far are kept.',
  },
  SFT_LLM_MODEL: {
    title: 'The model does not exist',
    why: 'The server knows no model of that name, or this key may not use it.',
    fix: 'Check the name of the model, and whether `baseURL` is the server that has it.',
  },
  SFT_LLM_BUDGET: {
    title: 'The budget does not cover the next question',
    why: 'What was spent, and what the next question may cost at worst, is more than the budget.',
    fix: 'Everything that was answered is kept. Raise the budget and run the same command: it goes on from there.',
  },
  SFT_LLM_DECLINED: {
    title: 'The questions to models were not agreed to',
    why: 'They would take more than `confirmAbove` allows without asking, and the answer was no.',
    fix: 'Nothing more was spent, and what was done is kept. Ask less (`maxTrials`, `--limit`), use a cheaper model, or start the run with `--yes`.',
  },
  SFT_LLM_PRICE: {
    title: 'A budget cannot be kept',
    why: "It takes the model's price and the most tokens an answer may have, and one of them is not known.",
    fix: 'Give `prices` for the model, and `maxTokens` for the question, or leave the budget out.',
  },
  SFT_LLM_UNREACHABLE: {
    title: 'The model server cannot be reached',
    why: 'Nothing answers at the address, or it stopped answering.',
    fix: 'Check `baseURL` (or OPENAI_BASE_URL), and whether the server runs. Answers so far are kept.',
  },
  SFT_LLM_CERTIFICATE: {
    title: "The model server's certificate is not accepted",
    why: 'It is self-signed, expired, made for another name, or signed by somebody this machine does not trust.',
    fix: "Name the authority's certificate in NODE_EXTRA_CA_CERTS, or mend the server's certificate.",
  },
  SFT_LLM_CACHE: {
    title: 'Answers cannot be kept',
    why: 'The cache or the run directory cannot be written: a full disk, or permissions.',
    fix: 'Free space, or choose another folder with SFT_CACHE_DIR. No further question is asked; what was kept stays.',
  },
  SFT_LLM_REQUEST: {
    title: 'A question cannot be asked',
    why: 'It has a wrong value: no message, a schema that is none, an address that is none.',
    fix: 'The message says which; it is the plugin that asks, or its options.',
  },
  SFT_ROW_JSON: {
    title: 'A line is not JSON',
    why: 'It was cut off, or a writer produced something that no JSON parser accepts.',
    fix: 'Look at the line; the rest of the file was read.',
  },
  SFT_ROW_SHAPE: {
    title: 'A line is JSON but not a record',
    why: 'It is a bare string, number, list, or an object without what the format needs.',
    fix: 'Look at the line; the rest of the file was read.',
  },
  SFT_ROW_ENCODING: {
    title: 'A line is not UTF-8',
    why: 'Some bytes are no valid UTF-8. Guessing an encoding would change the text.',
    fix: 'Convert the file: `iconv -f latin1 -t utf-8 FILE`.',
  },
  SFT_ROW_TOO_LONG: {
    title: 'A record is too large',
    why: 'It is longer than the longest text that JavaScript can hold.',
    fix: 'Split the record, or take it out of the file.',
  },
  SFT_ROW_TOO_DEEP: {
    title: 'A record is nested too deeply',
    why: 'It could be read but not written again.',
    fix: "Look at the record; such nesting is usually a writer's mistake.",
  },
  SFT_FILE_UNREADABLE: {
    title: 'A file could not be read',
    why: 'It vanished, is a broken link, its permissions forbid it, or it is a damaged database.',
    fix: "The message has the system's reason.",
  },
  SFT_FILE_CHANGED: {
    title: 'A file changed while it was read',
    why: 'Its size or time differs from when the run began, so its ranges do not belong together.',
    fix: 'Run again when nothing writes to it.',
  },
  SFT_FILE_COMPRESSED: {
    title: 'A compressed file is damaged',
    why: 'gzip or zstd could not decompress it to its end.',
    fix: 'Check the file with `gzip -t` or `zstd -t`.',
  },
  SFT_TOO_MANY_UNREADABLE: {
    title: 'Too much of the input was unreadable',
    why: 'The share of unreadable rows is above `maxUnreadable`.',
    fix: 'Look at unreadable.jsonl; mend the input or raise `maxUnreadable`.',
  },
  SFT_MEASURE_UNKNOWN: {
    title: 'There is no measure of that name',
    why: 'It was not defined with `defineMeasure`, and no built-in one that takes no options has it.',
    fix: 'The message lists the names. One that takes options is given itself: `measures.steps({ max: 20 })`.',
  },
  SFT_MEASURE_INVALID: {
    title: 'A measure is not usable',
    why: 'It has no name that can be part of a tag, no function `run`, or a schema that cannot be checked.',
    fix: 'Give a function, or what `defineMeasure({ name, run })` or one of `measures` returns.',
  },
  SFT_JUDGMENTS_UNREADABLE: {
    title: 'Judgments cannot be read',
    why: 'The file is not there, is no SQLite database, or has no table of judgments.',
    fix: 'Judge sessions first (`sft judge INPUT`), or name the file with `judgments`.',
  },
  SFT_JUDGMENTS_UNWRITABLE: {
    title: 'A judgment cannot be kept',
    why: 'The file is on a full or read-only disk, is no SQLite database, or is locked by another process.',
    fix: 'What was judged before is kept. Choose another file with `--judgments FILE`.',
  },
  SFT_JUDGMENT_LINES: {
    title: 'Some lines are no judgments',
    why: 'A line is `ID acceptable` or `ID unacceptable`, with a reason behind it where there is one, and the id is of a session that was read.',
    fix: 'The other lines were kept. Mend those that are listed and give them again.',
  },
  SFT_NO_EXAMPLES: {
    title: 'The run ended without an example',
    why: 'Everything was dropped, or no chosen format takes what is there.',
    fix: 'The message has the commonest reasons; rejected.jsonl has all of them.',
  },
  SFT_FORMAT_UNKNOWN: {
    title: 'A chosen format does not exist',
    why: 'No plugin has registered a format of that name.',
    fix: 'The message lists the formats.',
  },
  SFT_SPLIT_INVALID: {
    title: 'A split plan is not usable',
    why: 'It names a split that the config does not have, or puts one group into two splits.',
    fix: 'Return one of the names in `split.ratios` for every group.',
  },
  SFT_STAGE_MISSING: {
    title: 'No plugin does a stage that was asked for',
    why: '`--until` or `--from` names a stage that nothing taps.',
    fix: 'Add a plugin for the stage; `sft plugins` shows who taps what.',
  },
  SFT_FROM_MISSING: {
    title: '`--from` has nothing to start from',
    why: 'The output folder holds no finished dataset of an earlier run.',
    fix: 'Run without `--from` first.',
  },
  SFT_OUT_UNWRITABLE: {
    title: 'The output folder cannot be written',
    why: 'It is read-only, on a full disk, or a file stands in its place.',
    fix: 'Free space or choose another folder with `--out`. What was done so far is kept.',
  },
  SFT_OUT_BUSY: {
    title: 'Another run is using the output folder',
    why: 'Its lock names a process that is still alive.',
    fix: 'Wait for it, or choose another folder with `--out`.',
  },
  SFT_STRICT_LOSS: {
    title: '`--strict`: a field was lost',
    why: 'A field of the input could not be carried.',
    fix: 'losses.jsonl lists each; run without --strict to accept them.',
  },
  SFT_RECORD_WRITE: {
    title: 'A recording cannot be written',
    why: 'The folder is read-only, on a full disk, or a file stands in its place; or a recording of that name is there.',
    fix: 'Free space or choose another folder (`--out`, or `folder` of a recorder). What was recorded so far is kept.',
  },
  SFT_RECORD_PORT: {
    title: 'The proxy cannot listen on its port',
    why: 'Another program uses the port, or this user may not.',
    fix: 'Choose another one with `--port`, or leave it out: a free one is taken.',
  },
  SFT_RECORD_COMMAND: {
    title: 'The program to record cannot be started',
    why: 'No program of that name is found, or it may not be executed.',
    fix: 'Check the command after `--`; it is started as it stands, without a shell.',
  },
  SFT_REPLAY_UNREADABLE: {
    title: 'A recording cannot be served',
    why: 'The file or folder is not there, or no answer of a proxy is in it.',
    fix: 'Name what `sft record` wrote: a .jsonl file, or the folder it is in.',
  },
  SFT_COLLECT_WRITE: {
    title: 'Sessions cannot be copied into the archive',
    why: 'The folder is read-only, on a full disk, or a file stands in its place.',
    fix: 'Free space or choose another folder with `--to`. What was copied so far is kept; the same command goes on.',
  },
  SFT_RECORD_VALUE: {
    title: 'Something cannot be recorded',
    why: 'It is no JSON value, a number is not finite, or a name cannot be the name of a file.',
    fix: 'Give the recorder what the message asks for. The recording goes on without that step.',
  },
  SFT_RECORD_CLOSED: {
    title: 'No episode is open',
    why: 'A step was recorded before an episode began, or after it ended.',
    fix: 'Call `startEpisode()` first; an episode that ended takes no further steps.',
  },
  SFT_RECORD_UNREADABLE: {
    title: 'A file is not a recording',
    why: 'It cannot be read, is of another format, or a later version wrote it.',
    fix: 'Name a recording (`recordings/ID.jsonl`) or a folder of them.',
  },
  SFT_REPLAY_DIVERGED: {
    title: 'A replay differs from its recording',
    why: 'The same actions led to another observation, file, reward, error or end than when they were recorded.',
    fix: 'The message names the first step that differs. Mend the environment, or name fields that may differ.',
  },
  SFT_REPLAY_ENVIRONMENT: {
    title: 'The environment of a replay cannot be used',
    why: 'The module cannot be loaded, or exports no environment.',
    fix: 'Export `{ step(action) }`, or a function that makes it, as the default or as `environment`.',
  },
  SFT_USAGE: {
    title: 'The command line is not understood',
    why: 'An option or argument is unknown or lacks its value.',
    fix: '`sft help` shows the commands and their options.',
  },
  SFT_RUN_UNREADABLE: {
    title: 'A folder is not a run',
    why: 'It has no manifest.json, or one that this version cannot read.',
    fix: 'Name the output folder of a finished run.',
  },
  SFT_WORKER_DIED: {
    title: 'A worker ended unexpectedly',
    why: 'It ran out of memory, or a plugin ended the process.',
    fix: 'Run with `--workers 0` to see the cause; what was done so far is kept.',
  },
  SFT_INTERRUPTED: {
    title: 'The run was interrupted',
    why: 'It was asked to stop.',
    fix: 'The same command goes on where it stopped.',
  },
  SFT_TRAIN_ENVIRONMENT: {
    title: 'There is no Python environment to train with',
    why: 'None was made on this machine, or the one that was chosen is too old, broken, or lacks a package.',
    fix: 'Run `sft setup train` once, or set SFT_PYTHON to an interpreter that has torch and trl.',
  },
  SFT_TRAIN_ARGUMENT: {
    title: 'The trainer does not take an argument',
    why: 'A name in `args` is none of the installed TRL, or a value is one that it refuses.',
    fix: 'The message has the nearest name, where one is near. Arguments are those of SFTConfig, DPOConfig or KTOConfig.',
  },
  SFT_TRAIN_MODEL: {
    title: 'The model to train cannot be loaded',
    why: 'The folder or name does not exist, is gated or damaged, or its tokenizer belongs to another model.',
    fix: 'Check `model`. For a gated one accept its conditions and put a token into HF_TOKEN.',
  },
  SFT_TRAIN_BUSY: {
    title: 'Another training writes to the folder',
    why: 'Its lock names a process that is still alive.',
    fix: 'Wait for it, or choose another folder with `--out`.',
  },
  SFT_TRAIN_RESUME: {
    title: 'An interrupted training does not fit',
    why: 'Its checkpoints are of another model, other rows or other options.',
    fix: 'Take the change back to go on from its checkpoints, or begin anew with `--fresh`.',
  },
  SFT_TRAIN_DATA: {
    title: 'There is nothing to train on, or it cannot be read',
    why: 'No row is left, no token of them is learned, or a row is not what the trainer takes.',
    fix: 'The message says which; `sft run --dry-run` shows what would be learned.',
  },
  SFT_TRAIN_MEMORY: {
    title: 'Memory ran out while training',
    why: 'Weights, gradients, the optimizer or the activations of a batch do not fit.',
    fix: 'Lower batchSize (and raise gradientAccumulation), lower maxLength, or train with `lora`. `sft doctor` has an estimate. Checkpoints are kept.',
  },
  SFT_TRAIN_DIVERGED: {
    title: 'The training diverged',
    why: 'The loss, the gradients or the weights are no finite numbers any more.',
    fix: 'Lower learningRate, keep maxGradNorm above 0, or train with `dtype: float32`. The weights are not kept.',
  },
  SFT_TRAIN_WORLD: {
    title: 'The launcher started another number of processes',
    why: 'The launcher was told a number, and the worker counts another one.',
    fix: "Check the launcher's options and its config file; on a CPU use local({ processes }).",
  },
  SFT_TRAIN_KILLED: {
    title: 'The training was killed',
    why: "It ended by a signal and without a word: most often the machine's memory ran out.",
    fix: 'Look at the memory of the machine. The same command goes on from the last checkpoint, or begins again where none was written.',
  },
  SFT_TRAIN_STALLED: {
    title: 'The training did not move on',
    why: 'Nothing happened for longer than `stall.stopMinutes`.',
    fix: 'logs/ in the folder of the model has what each process said. The same command goes on from the last checkpoint.',
  },
  SFT_TRAIN_DISK: {
    title: 'There is no room for the model',
    why: 'A checkpoint or the weights could not be written.',
    fix: 'Free space, or choose another folder with `--out`. The same command goes on from the last checkpoint.',
  },
  SFT_TRAIN_JOB: {
    title: 'A job was not accepted',
    why: 'The place that the launcher names refuses it, or cannot be asked.',
    fix: "The message has its reason. Check the launcher's options.",
  },
  SFT_TRAIN_TIMEOUT: {
    title: 'The training came to its time limit',
    why: 'The job ran as long as it was allowed to.',
    fix: "The same command goes on from the last checkpoint. Give the launcher's job more time, or train less at once.",
  },
  SFT_TRAIN_LOST: {
    title: 'The machine of a training went away',
    why: 'It failed, or the place took it back.',
    fix: 'The same command goes on from the last checkpoint.',
  },
  SFT_TRAIN_CANCELLED: {
    title: 'The job was cancelled',
    why: 'Somebody else ended it: by another command, or on a web page.',
    fix: 'The same command goes on from the last checkpoint.',
  },
  SFT_TRAIN_OUTPUT: {
    title: 'The trained model could not be brought back',
    why: 'A file is missing at the place where the job was to leave it, or is not the one that the worker wrote.',
    fix: 'Run the same command again: what is there is brought back without training anew.',
  },
  SFT_TRAIN_FAILED: {
    title: 'The training failed',
    why: 'The worker ended with an error that is none of the known ones.',
    fix: 'The message has its last lines; logs/ in the folder of the model has all of them.',
  },
  SFT_SETUP_FAILED: {
    title: 'An environment could not be set up',
    why: 'A package could not be fetched or installed: no network, no room, or no wheel for this machine.',
    fix: 'The message has the last lines of the installer. Run the same command again.',
  },
  SFT_TEMPLATE_MODEL: {
    title: "A model's tokenizer or chat template cannot be read",
    why: 'The folder or name does not exist, is gated, or has no tokenizer.json; or the template is no Jinja.',
    fix: 'Give the folder of a model with its tokenizer, or a name like `ORG/NAME`.',
  },
  SFT_TEMPLATE_NONE: {
    title: 'The model has no chat template',
    why: 'Rows are conversations, and nothing says how the model writes them: a base model usually has none.',
    fix: 'Train the instruct model, or put a chat_template.jinja into the folder of the base model.',
  },
  SFT_TEMPLATE_ROW: {
    title: 'A row of the dataset cannot be trained on',
    why: 'It is no JSON, or has none of the columns that a trainer reads.',
    fix: 'Look at the row that the message names.',
  },
  SFT_TEMPLATE_DROPS: {
    title: 'The chat template leaves out a part that the rows have',
    why: 'It writes no tool calls, no results, or only the first of several calls; the model would learn answers to nothing.',
    fix: 'Choose a model whose template has the part, give the folder another chat_template.jinja, or filter such rows.',
  },
  SFT_TEMPLATE_REFUSED: {
    title: 'The chat template refuses a row',
    why: 'It raises an error for a role, an order of roles, or a part that it does not know.',
    fix: 'Choose a model whose template takes such rows, or filter or change them.',
  },
  SFT_TEMPLATE_UNLEARNED: {
    title: 'Nothing of a row would be learned',
    why: "No token of it is marked as the assistant's, or its assistant turns are empty or excluded.",
    fix: 'Filter such rows (`messages` leaves out those without a learned turn), or use another chat template.',
  },
  SFT_TEMPLATE_END: {
    title: 'The model would not learn to stop',
    why: 'The token that ends an assistant turn is not among the learned ones.',
    fix: "Use a chat template that ends the assistant's turn itself; docs/templates.md shows how such a turn looks.",
  },
  SFT_TEMPLATE_BEGIN: {
    title: 'The begin of text stands twice',
    why: 'The chat template writes it, and writes it again, or the rows bring it along.',
    fix: 'Take it out of the rows, or out of the chat template.',
  },
  SFT_TEMPLATE_CUT: {
    title: 'Too many rows are longer than max_length',
    why: 'What stands behind it is cut off: a call in its middle, or the end; a row without a learned token is left out.',
    fix: 'Raise `maxLength`, make the rows shorter or filter the long ones, or allow it with `maxCutShare`.',
  },
  SFT_TOKENIZER: {
    title: 'The tokenizer could not be loaded',
    why: 'The file is missing or is no tokenizer.json.',
    fix: 'Point `tokenizer` at a tokenizer.json, or leave it out to count by estimate.',
  },
  SFT_CHECKPOINT_INCOMPLETE: {
    title: 'A model folder is not whole',
    why: 'Its config, its tokenizer or some of its weights are missing, or a file was cut off.',
    fix: 'The message names the file. Copy or download the folder again, or train again where training was interrupted.',
  },
  SFT_CHECKPOINT_ADAPTER: {
    title: 'An adapter cannot be merged into its base',
    why: 'The base is not on this machine, or the two do not belong together.',
    fix: 'Put the path of the base into `base_model_name_or_path` of adapter_config.json, or download it first.',
  },
  SFT_CONVERT_MISSING: {
    title: 'There is no llama.cpp to convert with',
    why: 'GGUF files are made by its converter, and it is not on this machine, or not where it was said to be.',
    fix: '`sft setup serve` installs it once; or name a checkout with `llamaCppPath` or LLAMA_CPP_PATH.',
  },
  SFT_CONVERT_PYTHON: {
    title: 'There is no Python to convert with',
    why: "llama.cpp's converter needs Python with torch and transformers.",
    fix: '`sft setup train` installs it once; or name an interpreter that has them with SFT_PYTHON.',
  },
  SFT_CONVERT_UNSUPPORTED: {
    title: 'llama.cpp does not know this kind of model',
    why: 'Its architecture, or the way its tokenizer splits text, has no name there.',
    fix: 'Name a newer llama.cpp with `llamaCppPath`, or for a tokenizer the pre-tokenizer with `preTokenizer`.',
  },
  SFT_CONVERT_FAILED: {
    title: 'A model could not be converted to GGUF',
    why: "llama.cpp's converter stopped; the message has its last words.",
    fix: 'Mend what the message names, and run the same command; with `--from convert` nothing is trained again.',
  },
  SFT_CONVERT_QUANTIZE: {
    title: 'A GGUF could not be made smaller',
    why: 'llama-quantize is missing, or refuses the model: for the K types each row has to be a multiple of 256 weights.',
    fix: 'Put llama-quantize on PATH, or choose f32, f16, bf16 or q8_0, which need none.',
  },
  SFT_LIBRARY_MISSING: {
    title: "llama.cpp's library is not installed",
    why: 'It is not installed with sftkit, because it is large.',
    fix: '`sft setup serve` installs it once.',
  },
  SFT_LIBRARY_FAILED: {
    title: 'llama.cpp could not use a model',
    why: 'The file is damaged, the model is newer than the library, or memory ran out.',
    fix: 'The message has what llama.cpp said. `sft setup serve` also brings the library up to date.',
  },
  SFT_MODEL_UNKNOWN: {
    title: 'There is no such model',
    why: 'It is no file, no folder with a GGUF in it, and no name that Ollama knows.',
    fix: 'Name a GGUF file, a run that was converted (`sft convert`), or one of the models that Ollama has.',
  },
  SFT_MODEL_GGUF: {
    title: 'A file is no GGUF',
    why: 'It begins otherwise, or it was cut off.',
    fix: 'Name a GGUF file; `sft convert DIR` makes one of a folder of Hugging Face files.',
  },
  SFT_MODEL_TEMPLATE: {
    title: 'A model cannot be talked to',
    why: 'Its GGUF has no chat template, or the template refuses the chat, as some do a system message or tools.',
    fix: 'Use a model that was trained on chats; where the template refuses, leave out what the message names.',
  },
  SFT_MODEL_CONTEXT: {
    title: 'A chat is longer than the model reads',
    why: 'The chat and the room for its answer have more tokens than the model was made for.',
    fix: 'Begin a new chat, or make the answer shorter with `--max-tokens`.',
  },
  SFT_EVAL_ROWS: {
    title: 'There is nothing to evaluate with',
    why: 'The split is empty or its files are gone, or no row has an answer that is learned.',
    fix: 'Give `validation` or `test` a share in `split.ratios` and run again: rows that were trained on are not evaluated.',
  },
  SFT_OLLAMA_UNREACHABLE: {
    title: 'Ollama cannot be reached',
    why: 'Nothing answers at OLLAMA_HOST, or it stopped in the middle.',
    fix: "Start Ollama, or name its address with `host` or OLLAMA_HOST. `target: 'gguf'` needs none.",
  },
  SFT_OLLAMA_REFUSED: {
    title: 'Ollama refuses a model',
    why: 'It is too old for this kind of model, its disk is full, or it found a mistake; the message has what it said.',
    fix: 'Mend what the message names and run again with `--from convert`. Nothing was left behind.',
  },
  SFT_OLLAMA_NAME: {
    title: 'A name is none that Ollama takes',
    why: 'Names are NAME, NAME:TAG or USER/NAME:TAG, of letters, digits, `.`, `_` and `-`.',
    fix: 'Choose another name.',
  },
  SFT_OLLAMA_TEMPLATE: {
    title: 'This Ollama needs a Go template, and there is no verified one',
    why: "It does not read the GGUF's own Jinja template, and none of the templates in Go renders the same text.",
    fix: 'Use Ollama 0.30 or newer, which reads it; or write a Go template and name its file with `template`.',
  },
  SFT_VERIFY_WEIGHTS: {
    title: 'A weight of the model is not a number',
    why: 'Training diverged, or the file is damaged.',
    fix: 'Train again with a smaller learning rate; the message names the tensor.',
  },
  SFT_VERIFY_METADATA: {
    title: 'The GGUF does not say what the tokenizer says',
    why: 'Its chat template, or a special token, is another one than in the model folder.',
    fix: 'Convert again; where it stays, the converter is of another version than the model. verify.json has both.',
  },
  SFT_VERIFY_TOKENS: {
    title: 'The GGUF cuts text into other tokens',
    why: 'The pre-tokenizer or the special tokens were converted wrongly: the model would read what it never learned.',
    fix: 'Name the right pre-tokenizer with `preTokenizer`, or use another llama.cpp. verify.json has the texts.',
  },
  SFT_VERIFY_GREEDY: {
    title: 'The GGUF answers otherwise than the model it was made of',
    why: 'Weights were converted wrongly, or quantised too far for this model.',
    fix: 'Choose a larger `quantization`; if f16 fails too, the converter does not fit this model.',
  },
  SFT_VERIFY_RENDER: {
    title: 'Ollama renders a chat otherwise than it was trained',
    why: 'The template, or the order in which tools and arguments are written, is another one.',
    fix: 'verify.json has both texts and the first byte that differs. Use another template, or Ollama 0.30 or newer.',
  },
  SFT_VERIFY_LIVE: {
    title: 'The model in Ollama does not answer as it should',
    why: 'It does not stop by itself, reads another number of tokens, or its tool calls do not come back as calls.',
    fix: 'The message says which, and verify.json has what came back. Use another `template`, or Ollama 0.30 or newer.',
  },
  SFT_INTERNAL: {
    title: 'Something went wrong inside sftkit',
    why: 'This is a defect of sftkit itself.',
    fix: 'Please report it with the command and the cause.',
  },
} as const satisfies Record<string, CatalogEntry>

export type ErrorCode = keyof typeof catalog
