import { enableCompileCache } from 'node:module'

// Before anything else is loaded: a thread does not take it over from the one that started it.
enableCompileCache()
await import('./worker.ts')
