import { createRequire } from 'node:module'

/** The package's version: part of the key by which finished work is found again. */
export const version: string = (createRequire(import.meta.url)('../package.json') as { version: string })
  .version
