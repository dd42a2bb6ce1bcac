/** How a version of Ollama renders a GGUF that comes without a template of its own. */
export type Rendering = 'jinja' | 'go' | 'unknown'

/**
 * From 0.30 on Ollama renders a GGUF's own Jinja; up to 0.24 it takes Go templates alone. Versions between were not
 * seen, and one built from source says 0.0.0: these are asked what they do.
 */
export function renderingOf(version: string): Rendering {
  const [, major, minor] = /^v?(\d+)\.(\d+)\.\d+/.exec(version) ?? []
  if (major === undefined || minor === undefined) return 'unknown'
  const number = Number(major) * 1000 + Number(minor)
  if (number === 0) return 'unknown'
  if (number >= 30) return 'jinja'
  return number <= 24 ? 'go' : 'unknown'
}
