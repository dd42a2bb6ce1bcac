import assert from 'node:assert/strict'
import { test } from 'node:test'
import { slugify } from './slugify.js'

test('lower-cases words and joins them', () => {
  assert.equal(slugify('Release Notes'), 'release-notes')
})

test('writes one dash for a run of separators', () => {
  assert.equal(slugify('Fast, small & typed'), 'fast-small-typed')
})

test('keeps letters with accents as plain letters', () => {
  assert.equal(slugify('Café crème à Zürich'), 'cafe-creme-a-zurich')
})

test('leaves no dash at either end', () => {
  assert.equal(slugify('  "Quoted"  '), 'quoted')
})
