import { catalog } from '../../packages/core/src/errors/catalog.ts'

/** docs/reference/errors.md, from core's catalogue. */
export function errorsPage(): string {
  const entries = Object.entries(catalog).map(
    ([code, { title, why, fix }]) => `## ${code}\n\n${title}.\n\n- Why: ${why}\n- What to do: ${fix}\n`,
  )
  return `# Errors

Every error has a code that stays the same between versions; texts may improve. The code stands in brackets at the end
of a message, in \`unreadable.jsonl\`, and as \`error.code\` in programs:

\`\`\`ts check
import { isSftError, run } from 'sftkit'

try {
  await run('sft.config.ts')
} catch (error) {
  if (!isSftError(error)) throw error
  process.exitCode = error.code === 'SFT_NO_EXAMPLES' ? 0 : 1
}
\`\`\`

\`SFT_DEBUG=1 sft run\` also prints the stack. Exit codes: 0 done, 1 the run failed, 2 usage or config error (nothing
was started), 3 a gate refused, 130 interrupted.

${entries.join('\n')}`
}
