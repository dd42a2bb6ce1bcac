import { exampleFile, type HookEntry, hooks } from './hooks.ts'

/** docs/reference/hooks.md, from the table in hooks.ts. */
export function hooksPage(): string {
  const order = hooks
    .slice(0, hooks.findIndex(({ name }) => name === 'publish') + 1)
    .map(({ name }) => `\`${name}\``)
    .join(' → ')
  return `# Hooks

What a plugin's \`setup(api)\` can register, in the order in which a run meets it. \`sft plugins\` shows who taps what
under a config:

\`\`\`sh
sft plugins
\`\`\`

${order}

Observers: \`progress\`, \`done\`, \`failed\`. Stages of one's own: \`defineStage\`, \`stage\`.

Every handler may be given as \`{ order: 'pre' | 'post', handler }\`; without it handlers run in the order of \`plugins\`.
\`context\` always has \`config\`, \`log\` (under the plugin's name) and \`signal\`. What a handler gets is read-only. A throw
ends the run with the plugin, hook, trace and file named; only a loader's \`read\` fails for its record alone.

${hooks.map(section).join('\n')}`
}

function section(hook: HookEntry): string {
  return `## ${hook.name}

| Type | Kind | Previous | Next | Called per |
| --- | --- | --- | --- | --- |
| \`${hook.type.replaceAll('|', '\\|')}\` | ${hook.kind} | ${hook.previous} | ${hook.next} | ${hook.calledPer} |

${hook.contract}

\`\`\`ts check
${exampleFile(hook)}\`\`\`
`
}
