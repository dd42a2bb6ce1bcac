const units = { B: 1, KB: 1e3, MB: 1e6, GB: 1e9 }

/** Bytes of a size such as `800MB`, in decimal units. */
export function parseBytes(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*(B|KB|MB|GB)?$/i.exec(text)
  if (match === null) throw new Error(`${text} is not a size. Write it as 200KB, 800MB or 10GB.`)
  return Number(match[1]) * units[(match[2] ?? 'B').toUpperCase() as keyof typeof units]
}

/** `800MB`, for names and tables. */
export function formatBytes(bytes: number): string {
  if (bytes >= 1e9) return `${Number((bytes / 1e9).toFixed(1))}GB`
  if (bytes >= 1e6) return `${Math.round(bytes / 1e6)}MB`
  return `${Math.round(bytes / 1e3)}KB`
}
