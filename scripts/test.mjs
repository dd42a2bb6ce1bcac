// `npm test`: all the set-up, then every check and test. The last line is `N passed, N failed, N skipped`.
// SFT_REQUIRE=python,shared,… makes a part that this machine lacks a failure instead of a skip.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { root, run, setUp } from './setup.mjs'

const REPORT = join(root, '.tools', 'vitest.json')

const CHECKS = [
  ['lint and format', 'biome', ['check', '.']],
  ['types of tests and examples', 'tsc', ['-p', 'tsconfig.tests.json']],
  ['unused code and dependencies', 'knip', []],
]

try {
  const node = setUp()
  const failures = CHECKS.filter(([name, command, args]) => !check(node, name, command, args)).length
  const tests = runTests(node)
  const passed = tests.passed + CHECKS.length - failures
  const failed = tests.failed + failures
  process.stdout.write(`${passed} passed, ${failed} failed, ${tests.skipped} skipped\n`)
  process.exitCode = failed === 0 && tests.ran ? 0 : 1
} catch (error) {
  process.stderr.write(`${error.message}\n`)
  process.stdout.write('0 passed, 1 failed, 0 skipped\n')
  process.exitCode = 1
}

function check(node, name, command, args) {
  try {
    run(join(root, 'node_modules', '.bin', command), args, { node })
    process.stdout.write(`✓ ${name}\n`)
    return true
  } catch (error) {
    process.stdout.write(`✗ ${name}: ${error.message}\n`)
    return false
  }
}

/** The Python that checks what Python reads. Without one its tests are skipped, or fail where SFT_REQUIRE asks. */
function pythonEnvironment(node) {
  if (process.env.SFT_PYTHON) return {}
  const { status, stdout, stderr } = spawnSync(node, [join(root, 'scripts', 'python-env.mjs')], {
    encoding: 'utf8',
  })
  if (status === 0) return { SFT_PYTHON: stdout.trim().split('\n').at(-1) }
  process.stdout.write(`– no Python for its tests: ${stderr.trim().split('\n').at(-1)}\n`)
  return {}
}

function runTests(node) {
  rmSync(REPORT, { force: true })
  const args = [
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${REPORT}`,
    ...process.argv.slice(2),
  ]
  run(join(root, 'node_modules', '.bin', 'vitest'), args, { node, show: true, env: pythonEnvironment(node) })
  if (!existsSync(REPORT)) return { passed: 0, failed: 1, skipped: 0, ran: false }
  const { numPassedTests, numFailedTests, numPendingTests, numFailedTestSuites, testResults } = JSON.parse(
    readFileSync(REPORT, 'utf8'),
  )
  // A file that fails before its first test has no failed test of its own.
  const brokenFiles = testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  ).length
  return {
    passed: numPassedTests,
    failed:
      numFailedTests +
      brokenFiles +
      (numFailedTests === 0 && brokenFiles === 0 ? Math.min(1, numFailedTestSuites) : 0),
    skipped: numPendingTests,
    ran: true,
  }
}
