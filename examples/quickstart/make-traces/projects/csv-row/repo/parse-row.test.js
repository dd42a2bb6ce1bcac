import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseRow } from './parse-row.js'

test('splits at commas', () => {
  assert.deepEqual(parseRow('a,b,,d'), ['a', 'b', '', 'd'])
})

test('takes the quotes off', () => {
  assert.deepEqual(parseRow('"a","b"'), ['a', 'b'])
})

test('keeps a comma inside quotes', () => {
  assert.deepEqual(parseRow('1,"Doe, Jane",3'), ['1', 'Doe, Jane', '3'])
})

test('reads two quotes inside quotes as one', () => {
  assert.deepEqual(parseRow('"say ""hi""",x'), ['say "hi"', 'x'])
})
