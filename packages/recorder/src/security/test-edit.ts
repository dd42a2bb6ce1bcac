import type { Command } from './commands.ts'
import type { SecurityRule } from './rule.ts'

/** Tests are changed or deleted. A test file that is new is none: adding tests is good work. */
export const testEdit: SecurityRule = {
  id: 'test_edit',
  title: 'a test is changed or deleted',
  flags: ({ kind, paths, fileDiff, commands }) =>
    ((kind === 'write' || kind === 'delete') && fileDiff?.before !== null && paths.some(isTestPath)) ||
    commands.some(changesTest),
}

/** Whether a file belongs to the tests of a project, by the naming of the common test runners. */
export function isTestPath(path: string): boolean {
  const parts = path
    .replaceAll('\\', '/')
    .split('/')
    .filter((part) => part !== '' && part !== '.')
  const name = parts.pop() ?? ''
  if (parts.some((part) => /^(?:tests?|__tests__|specs?|e2e|testdata)$/i.test(part))) return true
  return (
    /^test_.*\.py$|_test\.(?:py|go|rs|rb|c|cc|cpp|exs|dart|ts|js)$|_spec\.rb$|^conftest\.py$/.test(name) ||
    /\.(?:test|spec|cy|e2e)\.[cm]?[jt]sx?$/.test(name) ||
    /(?:^|[a-z\d])(?:Test|Tests|TestCase|IT|Spec)\.(?:java|kt|cs|scala|swift|php|groovy)$/.test(name)
  )
}

function changesTest({ name, args, writes }: Command): boolean {
  if (writes.some(isTestPath)) return true
  const operands = args.filter((arg) => !arg.startsWith('-'))
  switch (name) {
    case 'rm':
    case 'unlink':
    case 'truncate':
    case 'tee':
      return operands.some(isTestPath) || (name === 'rm' && operands.some(isTestFolder))
    case 'sed':
    case 'perl':
      return args.some((arg) => /^-[a-zA-Z]*i|^--in-place/.test(arg)) && operands.slice(1).some(isTestPath)
    case 'mv':
      return operands.some(isTestPath) || operands.slice(0, -1).some(isTestFolder)
    case 'cp':
      return isTestPath(operands.at(-1) ?? '')
    case 'git':
      return (
        /^(?:rm|mv)$/.test(operands[0] ?? '') &&
        operands.slice(1).some((one) => isTestPath(one) || isTestFolder(one))
      )
    default:
      return false
  }
}

function isTestFolder(path: string): boolean {
  return isTestPath(`${path.replace(/\/+$/, '')}/any`)
}
