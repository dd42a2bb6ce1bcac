#!/usr/bin/env node
import { enableCompileCache } from 'node:module'

enableCompileCache()
const [, , first] = process.argv
if (first === '--version' || first === '-v') {
  const { version } = await import('./version.ts')
  process.stdout.write(`${version}\n`)
} else {
  const { runCommandLine } = await import('./command-line.ts')
  process.exitCode = await runCommandLine(process.argv.slice(2))
}
