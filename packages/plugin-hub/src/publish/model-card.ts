import { basename } from 'node:path'
import { type Artifact, type DatasetReference, isJsonObject } from '@sftkit/core'

/** Where a file of a run's model stands in its repository. */
export function publishedPath(path: string): string {
  return path.startsWith('model/') ? path.slice('model/'.length) : basename(path)
}

/** The card of a converted model: what its files are, what was verified, and what it was trained on. */
export function modelCard(artifacts: readonly Artifact[], datasets: readonly DatasetReference[]): string {
  const files = artifacts
    .flatMap(({ files }) => files)
    .map(({ path, bytes }) => ({ name: publishedPath(path), bytes }))
  const hasGguf = files.some(({ name }) => name.endsWith('.gguf'))
  return `${[
    '---',
    ...(hasGguf ? ['library_name: gguf'] : []),
    'pipeline_tag: text-generation',
    'tags:',
    ...(hasGguf ? ['- gguf'] : []),
    '- sftkit',
    '---',
    '',
    `# ${nameOf(artifacts)}`,
    '',
    'Fine-tuned and converted with sftkit.',
    '',
    '| file | MB |',
    '| --- | ---: |',
    ...files.map(({ name, bytes }) => `| ${name} | ${(bytes / 1e6).toFixed(1)} |`),
    ...gates(artifacts),
    ...trainedOn(datasets),
  ].join('\n')}\n`
}

function nameOf(artifacts: readonly Artifact[]): string {
  const name = artifacts.map(({ metadata }) => metadata?.name).find((one) => typeof one === 'string')
  return name?.replace(/:latest$/, '') ?? 'Model'
}

/** What converting compared with the original, where it said so. */
function gates(artifacts: readonly Artifact[]): string[] {
  const found = artifacts.flatMap(({ metadata }) =>
    isJsonObject(metadata?.gates)
      ? Object.entries(metadata.gates).map(([gate, is]) => [
          artifacts.length > 1 ? `${gate} of ${metadata.name}` : gate,
          is,
        ])
      : [],
  )
  if (found.length === 0) return []
  return [
    '',
    '| compared with the original | |',
    '| --- | --- |',
    ...found.map(([gate, is]) => `| ${gate} | ${is} |`),
  ]
}

function trainedOn(datasets: readonly DatasetReference[]): string[] {
  const rows = datasets.map(({ format, splits }) => {
    const counts = Object.entries(splits).map(
      ([split, files]) => `${files.reduce((sum, { rows = 0 }) => sum + rows, 0)} ${split}`,
    )
    return `- ${format}: ${counts.join(', ')}`
  })
  return rows.length === 0 ? [] : ['', 'Rows of the run, by format and split:', '', ...rows]
}
