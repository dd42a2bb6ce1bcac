import type { Task } from '../../task.ts'

const head = "  return line.split(',').map((field) => field.replace(/^\"|\"$/g, ''))"

export const csvRow: Task = {
  name: 'csv-row',
  language: 'javascript',
  source: 'parse-row.js',
  testFile: 'parse-row.test.js',
  request: 'Importing customers fails for names like "Doe, Jane". parse-row.js should follow RFC 4180.',
  diagnosis:
    'The line is split at every comma before anyone looks at the quotes, so a quoted comma ends a field, and doubled quotes are never undone.',
  wrongFixes: [
    {
      idea: 'Split only at commas that are followed by an even number of quotes.',
      edits: [
        {
          path: 'parse-row.js',
          find: "line.split(',')",
          replace: 'line.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/)',
        },
      ],
    },
    {
      idea: 'Match the fields one by one with a regular expression that knows quoted and bare fields.',
      edits: [
        {
          path: 'parse-row.js',
          find: head,
          replace:
            '  const fields = line.match(/"(?:[^"]|"")*"|[^,]+/g) ?? []\n  return fields.map((field) => field.replace(/^"|"$/g, \'\').replaceAll(\'""\', \'"\'))',
        },
      ],
    },
  ],
  fix: {
    idea: 'Walk the line once and keep track of whether we are inside quotes; two quotes there are one quote.',
    edits: [
      {
        path: 'parse-row.js',
        find: head,
        replace: `  const fields = []
  let field = ''
  let quoted = false
  for (let at = 0; at < line.length; at += 1) {
    const char = line[at]
    if (quoted && char === '"' && line[at + 1] === '"') {
      field += '"'
      at += 1
    } else if (char === '"') quoted = !quoted
    else if (char === ',' && !quoted) {
      fields.push(field)
      field = ''
    } else field += char
  }
  return [...fields, field]`,
      },
    ],
  },
  followUp: {
    request: 'And does an empty quoted field work? A test would be good.',
    edits: [
      {
        path: 'parse-row.test.js',
        find: "test('reads two quotes inside quotes as one'",
        replace:
          "test('reads an empty quoted field', () => {\n  assert.deepEqual(parseRow('\"\",x,\"\"'), ['', 'x', ''])\n})\n\ntest('reads two quotes inside quotes as one'",
      },
    ],
    answer: 'It does; the new test shows it for the first and the last field.',
  },
}
