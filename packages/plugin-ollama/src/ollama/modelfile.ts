/**
 * The text of a Modelfile: what is registered, for `ollama create -f`.
 *
 * @param from the GGUF's path as it is written
 */
export function modelfile(from: string, template: string | undefined, stops: readonly string[]): string {
  const lines = [`FROM ${from}`]
  // Three quotes cannot stand in a text that they enclose; the REST api takes such a template.
  if (template !== undefined) lines.push(`TEMPLATE """${template}"""`)
  for (const stop of stops) lines.push(`PARAMETER stop ${JSON.stringify(stop)}`)
  return `${lines.join('\n')}\n`
}
