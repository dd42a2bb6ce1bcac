/**
 * Definitions for Go templates that write values as Python's `json.dumps` does, which is what chat templates are
 * trained with: a space after `,` and `:`, and text as it is. Ollama's own `json` leaves the spaces out and escapes
 * `<`, `>` and `&`. Keys come sorted, since the values are Go maps.
 */
export const PYTHON_JSON = `{{- define "text" }}{{ printf "%q" . }}{{ end }}
{{- define "value" }}
{{- $type := printf "%T" . }}
{{- if eq $type "string" }}{{ template "text" . }}
{{- else if eq (slice $type 0 3) "map" }}{{ template "object" . }}
{{- else if eq (slice $type 0 2) "[]" }}{{ template "list" . }}
{{- else }}{{ json . }}
{{- end }}
{{- end }}
{{- define "object" }}{{ "{" }}{{ $comma := "" }}{{ range $key, $value := . }}{{ $comma }}{{ template "text" $key }}: {{ template "value" $value }}{{ $comma = ", " }}{{ end }}{{ "}" }}{{ end }}
{{- define "list" }}[{{ $comma := "" }}{{ range . }}{{ $comma }}{{ template "value" . }}{{ $comma = ", " }}{{ end }}]{{ end }}
{{- define "type" }}{{ if eq (len .) 1 }}{{ template "text" (index . 0) }}{{ else }}{{ template "list" . }}{{ end }}{{ end }}
{{- define "property" }}{{ "{" }}{{ $comma := "" }}
{{- if .AnyOf }}"anyOf": [{{ range .AnyOf }}{{ $comma }}{{ template "property" . }}{{ $comma = ", " }}{{ end }}]{{ $comma = ", " }}{{ end }}
{{- if .Type }}{{ $comma }}"type": {{ template "type" .Type }}{{ $comma = ", " }}{{ end }}
{{- if .Items }}{{ $comma }}"items": {{ template "value" .Items }}{{ $comma = ", " }}{{ end }}
{{- if .Description }}{{ $comma }}"description": {{ template "text" .Description }}{{ $comma = ", " }}{{ end }}
{{- if .Enum }}{{ $comma }}"enum": {{ template "list" .Enum }}{{ $comma = ", " }}{{ end }}
{{- if .Properties }}{{ $comma }}"properties": {{ template "properties" .Properties.ToMap }}{{ $comma = ", " }}{{ end }}
{{- if .Required }}{{ $comma }}"required": {{ template "list" .Required }}{{ end }}{{ "}" }}
{{- end }}
{{- define "properties" }}{{ "{" }}{{ $comma := "" }}{{ range $name, $property := . }}{{ $comma }}{{ template "text" $name }}: {{ template "property" $property }}{{ $comma = ", " }}{{ end }}{{ "}" }}{{ end }}
{{- define "parameters" }}{{ "{" }}"type": {{ template "text" .Type }}
{{- if .Required }}, "required": {{ template "list" .Required }}{{ end }}, "properties": {{ template "properties" .Properties }}{{ "}" }}
{{- end }}
{{- define "function" }}{{ "{" }}"name": {{ template "text" .Name }}{{ if .Description }}, "description": {{ template "text" .Description }}{{ end }}, "parameters": {{ template "parameters" .Parameters }}{{ "}" }}{{ end }}
{{- define "tool" }}{{ "{" }}"type": {{ template "text" .Type }}, "function": {{ template "function" .Function }}{{ "}" }}{{ end }}
{{- define "arguments" }}{{ template "object" . }}{{ end }}`
