import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { serveFolder } from './folder.ts'

/** The folder whose `node_modules` has node-llama-cpp: the project's, or what `sft setup serve` installed. */
export function findLibrary(): string | undefined {
  const installed = join(serveFolder(), 'embedded')
  if (existsSync(join(installed, 'node_modules', 'node-llama-cpp', 'package.json'))) return installed
  try {
    const fromProject = createRequire(join(resolve(), 'package.json'))
    return dirname(dirname(dirname(fromProject.resolve('node-llama-cpp/package.json'))))
  } catch {
    return undefined
  }
}
