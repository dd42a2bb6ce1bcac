/** So deep may a tool's schema be. */
const DEEPEST = 12

/**
 * Definitions for Go templates that write a tool as Python's `json.dumps(indent=…)` does: `tool-0`. A definition knows
 * nothing of where it is called, so there is one of each kind for each depth.
 */
export function indentedTools(indent: number): string {
  const line = (depth: number): string => `{{ ${JSON.stringify(`\n${' '.repeat(indent * depth)}`)} }}`
  const define = (name: string, depth: number, body: string): string =>
    `{{- define "${name}-${depth}" }}${body}{{ end }}\n`
  const use = (name: string, depth: number, value: string): string =>
    `{{ template "${name}-${depth}" ${value} }}`
  const entries = (depth: number, item: string): string =>
    `{{ $comma := "" }}{{ range $key, $value := . }}{{ $comma }}${line(depth + 1)}${item}{{ $comma = "," }}{{ end }}${line(depth)}`
  const text = (value: string): string => `{{ template "text" ${value} }}`
  const field = (condition: string, key: string, depth: number, value: string): string =>
    `{{ if ${condition} }}{{ $comma }}${line(depth + 1)}"${key}": ${value}{{ $comma = "," }}{{ end }}`

  const atDepth = (depth: number): string => {
    const inner = depth + 1
    return [
      define(
        'object',
        depth,
        `{{ if . }}{{ "{" }}${entries(depth, `${text('$key')}: ${use('value', inner, '$value')}`)}{{ "}" }}{{ else }}{{ "{}" }}{{ end }}`,
      ),
      define(
        'list',
        depth,
        `{{ if . }}[${entries(depth, use('value', inner, '$value'))}]{{ else }}[]{{ end }}`,
      ),
      define(
        'value',
        depth,
        `{{ $type := printf "%T" . }}{{ if eq $type "string" }}${text('.')}{{ else if eq (slice $type 0 3) "map" }}${use('object', depth, '.')}{{ else if eq (slice $type 0 2) "[]" }}${use('list', depth, '.')}{{ else }}{{ json . }}{{ end }}`,
      ),
      define(
        'properties',
        depth,
        `{{ if . }}{{ "{" }}${entries(depth, `${text('$key')}: ${use('property', inner, '$value')}`)}{{ "}" }}{{ else }}{{ "{}" }}{{ end }}`,
      ),
      define('anyOf', depth, `[${entries(depth, use('property', inner, '$value'))}]`),
      define(
        'type',
        depth,
        `{{ if eq (len .) 1 }}${text('(index . 0)')}{{ else }}${use('list', depth, '.')}{{ end }}`,
      ),
      define(
        'property',
        depth,
        `{{ "{" }}{{ $comma := "" }}${[
          field('.AnyOf', 'anyOf', depth, use('anyOf', inner, '.AnyOf')),
          field('.Type', 'type', depth, use('type', inner, '.Type')),
          field('.Items', 'items', depth, use('value', inner, '.Items')),
          field('.Description', 'description', depth, text('.Description')),
          field('.Enum', 'enum', depth, use('list', inner, '.Enum')),
          field('.Properties', 'properties', depth, use('properties', inner, '.Properties.ToMap')),
          field('.Required', 'required', depth, use('list', inner, '.Required')),
        ].join('')}{{ if $comma }}${line(depth)}{{ end }}{{ "}" }}`,
      ),
    ].join('')
  }
  const last = ['object', 'list', 'value', 'properties', 'property', 'anyOf', 'type']
    .map((name) => define(name, DEEPEST, '{{ json . }}'))
    .join('')
  const parameters = `{{ "{" }}${line(3)}"type": ${text('.Type')}{{ if .Required }},${line(3)}"required": ${use('list', 3, '.Required')}{{ end }},${line(3)}"properties": ${use('properties', 3, '.Properties')}${line(2)}{{ "}" }}`
  const called = `{{ "{" }}${line(2)}"name": ${text('.Name')}{{ if .Description }},${line(2)}"description": ${text('.Description')}{{ end }},${line(2)}"parameters": ${use('parameters', 2, '.Parameters')}${line(1)}{{ "}" }}`
  const tool = `{{ "{" }}${line(1)}"type": ${text('.Type')},${line(1)}"function": ${use('function', 1, '.Function')}${line(0)}{{ "}" }}`
  const depths = Array.from({ length: DEEPEST }, (_, depth) => atDepth(depth)).join('')
  return `${depths}${last}${define('parameters', 2, parameters)}${define('function', 1, called)}${define('tool', 0, tool)}`.trimEnd()
}
