import { formatError, sftError } from '@sftkit/core'
import { Command, CommanderError, Option } from 'commander'
import { EXIT, exitCodeOf } from './exit-codes.ts'
import { version } from './version.ts'

const STAGES = ['load', 'tag', 'filter', 'augment', 'format', 'split', 'train', 'convert']

/** Runs one `sft` command. @returns the exit code */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  let exitCode: number = EXIT.done
  // A plugin's promise that nobody waits for: said as any other error, without a raw stack.
  process.on('unhandledRejection', (error) => {
    process.stderr.write(`${formatError(error)}\n`)
    process.exit(exitCodeOf(error))
  })
  const program = commandLine((code) => {
    exitCode = code
  })
  try {
    await program.parseAsync(args.length === 0 ? ['help'] : [...args], { from: 'user' })
    return exitCode
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage
    process.stderr.write(`${formatError(error, { stack: process.env.SFT_DEBUG !== undefined })}\n`)
    return exitCodeOf(error)
  }
}

function commandLine(setExitCode: (code: number) => void): Command {
  const program = new Command('sft')
    .description('Agent traces in, training data and models out.')
    .version(version)
    .exitOverride()
    .showHelpAfterError('(`sft help COMMAND` shows what it takes)')
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, '')) })

  program
    .command('run')
    .description('run the pipeline: load → tag → filter → augment → format → split → train → convert')
    .argument('[input...]', "files, folders or globs; replace the config's")
    .option(
      '--config <file>',
      'default: the nearest sft.config.{ts,mts,js,mjs} upwards; without any, the default preset',
    )
    .option('--out <dir>', 'the run directory (default: sft-out)')
    .option('--format <names>', "replaces the config's formats; several with commas")
    .addOption(new Option('--until <stage>', 'the last stage').choices(STAGES))
    .addOption(
      new Option('--from <stage>', 'start at a later stage, from what an earlier run left').choices([
        'train',
        'convert',
      ]),
    )
    .option('--set <path=value>', 'override one config value (repeatable)', collect, [])
    .option('--limit <n>', 'the first N traces', positiveInteger('--limit'))
    .option('--workers <n>', "0 is the main thread (default: the machine's cores)", wholeNumber('--workers'))
    .option('--strict', 'any field that is dropped is an error')
    .option('--dry-run', 'read and report, write nothing but the report to stdout')
    .option('--fresh', 'ignore what an earlier run left')
    .option('--yes', 'ask nothing: go on where questions to models cost much or take long')
    .option('--json', 'progress as JSON lines on stdout')
    .action(async (input: string[], options: object) => {
      const { runCommand } = await import('./commands/run.ts')
      await runCommand(input, options)
    })

  program
    .command('inspect')
    .description('formats found and why, traces, messages, tool calls, losses; or a finished run')
    .argument('<path...>', 'files, folders or globs; or a run directory')
    .option('--show <n>', 'print trace N as a conversation', positiveInteger('--show'))
    .option('--sql <query>', "query a finished run's index (tables: traces, examples, drops, losses, tags)")
    .option('--config <file>', 'as for run')
    .option('--json', 'for programs')
    .action(async (paths: string[], options: object) => {
      const { inspectCommand } = await import('./commands/inspect.ts')
      await inspectCommand(paths, options)
    })

  program
    .command('plugins')
    .description('hooks, who taps them and in which order; loaders and formats')
    .option('--config <file>', 'as for run')
    .option('--json', 'for programs')
    .action(async (options: object) => {
      const { pluginsCommand } = await import('./commands/plugins.ts')
      await pluginsCommand(options)
    })

  program
    .command('init')
    .description('write an sft.config.ts for what is in the folder; never overwrites')
    .argument('[folder]', 'default: the current one')
    .action(async (folder: string | undefined) => {
      const { initCommand } = await import('./commands/init.ts')
      await initCommand(folder)
    })

  program
    .command('doctor')
    .description('what works on this machine, and how to get what is missing')
    .option('--json', 'for programs')
    .action(async (options: object) => {
      const { doctorCommand } = await import('./commands/doctor.ts')
      await doctorCommand(options)
    })

  program
    .command('diff')
    .description('why two runs differ: inputs, config, plugins, rows, tags, drops, splits')
    .argument('<run>', 'a run directory')
    .argument('<other>', 'another')
    .option('--json', 'for programs')
    .action(async (run: string, other: string, options: object) => {
      const { diffCommand } = await import('./commands/diff.ts')
      setExitCode(await diffCommand(run, other, options))
    })

  program
    .command('record')
    .description("record what agents ask OpenAI's, Anthropic's and Ollama's interfaces, and the answers")
    .argument('[command...]', 'after --: run this with its clients pointed at the proxy, and stop with it')
    .option('--port <n>', 'default: a free one', positiveInteger('--port'))
    .option('--upstream <url>', 'where all requests go (default: by their path)')
    .option('--out <dir>', 'the folder of the recordings (default: sft-recordings)')
    .action(async (command: string[], options: object) => {
      const { recordCommand } = await import('./commands/record.ts')
      setExitCode(await recordCommand(command, options))
    })

  program
    .command('replay')
    .description(
      'show a recorded episode step by step, run its actions again, or answer as the proxy recorded',
    )
    .argument('<recording>', 'a recording, or a folder of them')
    .argument(
      '[command...]',
      'with --serve, after --: run this with its clients pointed at the recording, and stop with it',
    )
    .option('--steps <from-to>', 'these steps only, each of them')
    .option('--html <file>', 'write the timeline as a page')
    .option(
      '--environment <module>',
      'act again in the environment that it exports; 1 where something differs',
    )
    .option(
      '--ignore <pointer>',
      'what may differ: /observation_snapshot/time, /**/mtime (repeatable)',
      collect,
      [],
    )
    .option('--json', 'for programs')
    .option('--serve', 'answer what the proxy recorded')
    .option('--port <n>', 'with --serve; default: a free one', positiveInteger('--port'))
    .option('--timing', 'with --serve: in the time that the answers took')
    .action(async (recording: string, command: string[], options: { readonly serve?: boolean }) => {
      if (options.serve !== true) {
        const { replayCommand } = await import('./commands/replay.ts')
        setExitCode(await replayCommand(recording, command, options))
        return
      }
      const { serveCommand } = await import('./commands/serve.ts')
      setExitCode(await serveCommand(recording, command, options))
    })

  program
    .command('collect')
    .description('copy the sessions of command-line agents into an archive before they are deleted')
    .option('--to <dir>', 'the archive (default: sft-archive)')
    .option('--from <name>', 'of this agent only (repeatable)', collect, [])
    .option('--dry-run', 'say what is there, copy nothing')
    .action(async (options: object) => {
      const { collectCommand } = await import('./commands/collect.ts')
      setExitCode(await collectCommand(options))
    })

  program
    .command('judge')
    .description('show sessions one by one and keep what you say of them: acceptable or not')
    .argument('<input...>', 'a session database, or files, folders and globs of traces')
    .option(
      '--judgments <file>',
      'where judgments stand (default: in our own database, else beside the input)',
    )
    .option('--project <name>', 'only sessions of this project')
    .option('--agent <name>', 'only sessions of this agent')
    .option('--unjudged', 'only sessions that nobody has judged')
    .option('--sample <n>', 'only N sessions, chosen by chance', positiveInteger('--sample'))
    .option('--seed <n>', 'chooses another sample (default: 0)', wholeNumber('--seed'))
    .option('--by <name>', 'who judges (default: your user name)')
    .option(
      '--list',
      'print ids and judgments instead; without a terminal, lines `ID JUDGMENT [REASON]` are read',
    )
    .option('--config <file>', 'as for run')
    .action(async (input: string[], options: object) => {
      const { judgeCommand } = await import('./commands/judge.ts')
      if (await judgeCommand(input, options)) setExitCode(EXIT.interrupted)
    })

  program
    .command('convert')
    .description('a model folder → GGUF, Ollama; verified at every step')
    .argument('<dir>', 'a folder of Hugging Face files, an adapter, or a run directory')
    .option('--name <name>', "the model's name in Ollama (default: the folder's)")
    .option('--out <dir>', 'where the GGUF is written (default: beside the folder)')
    .option('--quantization <type>', 'f32, f16, bf16, q8_0 (default), or smaller: q6_K … q2_K')
    .addOption(
      new Option('--target <target>', 'default: Ollama where it can be reached, else the GGUF alone').choices(
        ['ollama', 'gguf'],
      ),
    )
    .option('--host <address>', 'where Ollama is (default: OLLAMA_HOST, else this machine)')
    .option('--llama-cpp <dir>', 'default: LLAMA_CPP_PATH, or what `sft setup serve` installed')
    .option('--pre-tokenizer <name>', "llama.cpp's name for it, where it does not know the tokenizer")
    .option('--template <file>', 'a Go template, for an Ollama that needs one')
    .option('--chats <file>', "JSON lines of {messages, tools?} to verify with (default: the run's)")
    .option('--fresh', 'convert and verify also what has not changed')
    .option('--json', 'for programs')
    .action(async (folder: string, options: object) => {
      const { convertCommand } = await import('./commands/convert.ts')
      await convertCommand(folder, options)
    })

  program
    .command('chat')
    .description('talk to a GGUF, to the model of a run, or to one in Ollama')
    .argument('<model>', "FILE.gguf, a run directory, or a model's name in Ollama")
    .argument('[prompt]', 'the only one; - is all of stdin (default: one a line, typed or from stdin)')
    .option('--system <text>', 'a system message')
    .option('--tools <rows>', 'the tools of a run or of a file of rows; they give what is recorded there')
    .option('--temperature <t>', 'default: 0, the likeliest answer', nonNegative('--temperature'))
    .option('--seed <n>', 'default: 0', wholeNumber('--seed'))
    .option('--max-tokens <n>', 'the longest answer (default: 1024)', positiveInteger('--max-tokens'))
    .option('--host <address>', 'where Ollama is (default: OLLAMA_HOST, else this machine)')
    .option('--json', 'answers and results as JSON lines')
    .action(async (model: string, prompt: string | undefined, options: object) => {
      const { chatCommand } = await import('./commands/chat.ts')
      setExitCode(await chatCommand(model, prompt, options))
    })

  program
    .command('eval')
    .description('answers to the held-out rows against those of the dataset, before and after training')
    .argument('<run>', 'a run directory')
    .option('--model <model>', "FILE.gguf, or a model's name in Ollama (default: the run's GGUF)")
    .addOption(
      new Option('--split <split>', 'default: validation, or test where that is empty').choices([
        'validation',
        'test',
      ]),
    )
    .option('--limit <n>', 'the first N rows', positiveInteger('--limit'))
    .option(
      '--against <base>',
      'compare with this GGUF, model folder or model in Ollama (default: what the run was trained from)',
    )
    .option('--no-against', 'compare with nothing')
    .option('--host <address>', 'where Ollama is (default: OLLAMA_HOST, else this machine)')
    .option(
      '--max-tokens <n>',
      "the longest answer (default: by the dataset's own)",
      positiveInteger('--max-tokens'),
    )
    .option('--seed <n>', 'default: 0', wholeNumber('--seed'))
    .option('--llama-cpp <dir>', 'to convert the base with; as for convert')
    .option('--json', 'for programs')
    .action(async (run: string, options: object) => {
      const { evalCommand } = await import('./commands/eval.ts')
      await evalCommand(run, options)
    })

  const setup = program.command('setup').description('install what a part needs, once for this machine')
  setup
    .command('train')
    .description('a Python environment with torch and TRL, for the CPU or CUDA (1.5 to 6 GB)')
    .option('--fresh', 'make it anew')
    .action(async (options: object) => {
      const { setupTrainCommand } = await import('./commands/setup-train.ts')
      await setupTrainCommand(options)
    })
  setup
    .command('serve')
    .description("llama.cpp's library and converter (90 MB)")
    .action(async () => {
      const { setupServeCommand } = await import('./commands/setup-serve.ts')
      await setupServeCommand()
    })

  const llm = program.command('llm').description('what belongs to asking models')
  llm
    .command('cache')
    .description('the answers that were paid for: size, entries, hits')
    .option('--prune [days]', 'remove what was not used for so many days (default: 30; 0: everything)')
    .option('--json', 'for programs')
    .action(async (options: object) => {
      const { llmCacheCommand } = await import('./commands/llm-cache.ts')
      llmCacheCommand(options)
    })

  return program
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value]
}

function wholeNumber(name: string): (value: string) => number {
  return (value) => {
    if (/^\d+$/.test(value)) return Number(value)
    throw sftError('SFT_USAGE', `${name} takes a whole number, and got ${value}.`)
  }
}

function nonNegative(name: string): (value: string) => number {
  return (value) => {
    const number = Number(value)
    if (value.trim() !== '' && number >= 0 && number < Number.POSITIVE_INFINITY) return number
    throw sftError('SFT_USAGE', `${name} takes a number from 0 on, and got ${value}.`)
  }
}

function positiveInteger(name: string): (value: string) => number {
  const parse = wholeNumber(name)
  return (value) => {
    const number = parse(value)
    if (number > 0) return number
    throw sftError('SFT_USAGE', `${name} takes a number above 0.`)
  }
}
