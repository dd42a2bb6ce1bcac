/** A text as HTML shows it; also inside attributes. */
export function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`)
}

/** A number with at most three decimals, thousands apart. */
export function number(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 3 })
}

export function percent(share: number): string {
  return `${number(Math.round(share * 1000) / 10)} %`
}

/** Seconds since 1970, to the second. */
export function moment(seconds: number): string {
  const date = new Date(seconds * 1000)
  return Number.isNaN(date.getTime())
    ? ''
    : date
        .toISOString()
        .replace('T', ' ')
        .replace(/\.\d+Z/, ' UTC')
}

/** Names with their values. */
export function facts(entries: readonly (readonly [string, string])[]): string {
  const terms = entries.map(
    ([name, value]) => `<div><dt>${escaped(name)}</dt><dd>${escaped(value)}</dd></div>`,
  )
  return `<dl>${terms.join('')}</dl>`
}
