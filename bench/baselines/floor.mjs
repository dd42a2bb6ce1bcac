// Baseline (c), the floor: two threads that only parse and stringify. A row is parsed, its columns are parsed, and
// the row is written anew with the columns inside it. No hashes, no tags, no further files.
//
//     node floor.mjs SESSIONS.jsonl OUT_PREFIX
import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { isMainThread, Worker, workerData } from 'node:worker_threads'

const threads = 2
const block = 1 << 20

if (isMainThread) {
  const [, , input, out] = process.argv
  const cuts = lineCuts(input)
  for (let at = 0; at < threads; at += 1) {
    new Worker(fileURLToPath(import.meta.url), {
      workerData: { input, out: `${out}-${at}.jsonl`, from: cuts[at], to: cuts[at + 1] },
    })
  }
} else {
  work(workerData)
}

/** Offsets that divide the file into ranges of whole lines. */
function lineCuts(input) {
  const file = openSync(input, 'r')
  const { size } = fstatSync(file)
  const cuts = [0]
  const buffer = Buffer.alloc(block)
  for (let part = 1; part < threads; part += 1) {
    let at = Math.floor((size * part) / threads)
    for (;;) {
      const read = readSync(file, buffer, 0, block, at)
      const end = buffer.subarray(0, read).indexOf(10)
      if (end >= 0 || read === 0) {
        cuts.push(end >= 0 ? at + end + 1 : size)
        break
      }
      at += read
    }
  }
  closeSync(file)
  return [...cuts, size]
}

function work({ input, out, from, to }) {
  const source = openSync(input, 'r')
  const target = openSync(out, 'w')
  let buffer = Buffer.allocUnsafe(block)
  let room = Buffer.allocUnsafe(block)
  let held = 0
  for (let at = from; at < to; ) {
    if (held === buffer.length) buffer = Buffer.concat([buffer, Buffer.allocUnsafe(buffer.length)])
    const read = readSync(source, buffer, held, Math.min(buffer.length - held, to - at), at)
    at += read
    const filled = held + read
    let start = 0
    for (let end = buffer.indexOf(10, held); end >= 0 && end < filled; end = buffer.indexOf(10, start)) {
      // The rows are ASCII, as Python writes them; latin1 is the shorter way to the same text.
      room = writeLine(target, rewritten(buffer.latin1Slice(start, end)), room)
      start = end + 1
      if (start >= filled) break
    }
    buffer.copyWithin(0, start, filled)
    held = filled - start
  }
  closeSync(target)
}

/** Encodes into a buffer that is used again and again; returns it, or the larger one that was needed. */
function writeLine(target, text, room) {
  const large = text.length * 3 < room.length ? room : Buffer.allocUnsafe(text.length * 4)
  const length = large.write(text)
  large[length] = 10
  writeSync(target, large, 0, length + 1)
  return large
}

function rewritten(line) {
  const row = JSON.parse(line)
  row.messages = JSON.parse(row.messages)
  row.events = JSON.parse(row.events)
  row.tools = JSON.parse(row.tools)
  return JSON.stringify(row)
}
