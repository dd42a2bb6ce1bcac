import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../../packages/sftkit/dist/cli/main.js', import.meta.url))

/** docs/reference/cli.md, from what `sft help` prints. */
export function cliPage(): string {
  const overview = help()
  const commands = [...overview.matchAll(/^ {2}(\w+)(?: |$)/gm)]
    .map(([, name = '']) => name)
    .filter((name) => name !== 'help' && name !== '')
  const sections = commands.map((name) => `## sft ${name}\n\n\`\`\`text\n${help(name)}\n\`\`\`\n`)
  return `# The sft command

What \`sft\` takes, as it prints it itself:

\`\`\`sh
sft help run
\`\`\`

Results go to stdout, everything else to stderr. In a checkout of this repository the command is \`bin/sft\`.

| exit code | meaning |
| --- | --- |
| 0 | done |
| 1 | the run failed |
| 2 | usage or config error; nothing was started |
| 3 | a gate refused: what came out, or would come out, may not be used as it is |
| 130 | interrupted; the same command goes on |

\`SFT_DEBUG=1\` adds stack traces and debug messages; \`NO_COLOR=1\` leaves out colours.

## sft

\`\`\`text
${overview}
\`\`\`

${sections.join('\n')}`
}

function help(...command: readonly string[]): string {
  const env = { ...process.env, NO_COLOR: '1', COLUMNS: '80' }
  return execFileSync(process.execPath, [main, 'help', ...command], { encoding: 'utf8', env }).trimEnd()
}
