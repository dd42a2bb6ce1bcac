import { writeSync } from 'node:fs'
import { workerData } from 'node:worker_threads'
import { createWatch } from './watch.ts'

const { buffer, plugins } = workerData as { buffer: SharedArrayBuffer; plugins: readonly string[] }

// Straight to the file: a message to the watched thread would wait for it.
setInterval(
  createWatch(buffer, plugins, (message) => writeSync(2, `${message}\n`)),
  1000,
)
