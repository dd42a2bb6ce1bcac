/**
 * Takes out of a command's output what differs between two runs or two machines: the temporary folder,
 * durations, frames inside Node itself, and the caret lines and test names that Python versions write differently.
 */
export function steadyOutput(output: string, folder: string): string {
  return output
    .replaceAll(`file://${folder}`, '/workspace')
    .replaceAll(folder, '/workspace')
    .replace(/\(\d+(?:\.\d+)?ms\)/g, '(1ms)')
    .replace(/duration_ms \d+(?:\.\d+)?/g, 'duration_ms 50')
    .replace(/^(Ran \d+ tests? in )\d+\.\d+s$/gm, '$10.001s')
    .replace(/^(FAIL|ERROR): (\w+) \((\w+\.\w+)\)$/gm, '$1: $2 ($3.$2)')
    .replace(/^ *at .*\((?:node:|async node:).*\)( \{)?\n/gm, (_line, brace?: string) =>
      brace ? ' {\n' : '',
    )
    .replace(/\n \{\n/g, ' {\n')
    .replace(/^ +[~^]+ *\n(?! *\n)/gm, '')
    .trimEnd()
}
