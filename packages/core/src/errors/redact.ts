const SECRET_NAMES = /(KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL)/i

const SHAPES = [
  /\b(?:sk|pk|rk)-[A-Za-z0-9_-]{16,}\b/g,
  /\bhf_[A-Za-z0-9]{20,}\b/g,
  /\bgh[pousr]_[A-Za-z0-9]{20,}\b/g,
  /\bxox[abprs]-[A-Za-z0-9-]{10,}/g,
  /\bAIza[A-Za-z0-9_-]{30,}\b/g,
  /\bnpm_[A-Za-z0-9]{30,}\b/g,
  /\bAKIA[A-Z0-9]{16}\b/g,
  /(?<=\bBearer )[A-Za-z0-9._~+/-]{16,}=*/g,
  /(?<=:\/\/[^/\s:@]+:)[^@\s/]+(?=@)/g,
]

/** Replaces what looks like a credential, and the values of this process's own secret variables, by `[secret]`. */
export function redactSecrets(text: string): string {
  return secretRedactor()(text)
}

/** {@link redactSecrets} for many texts: the environment is looked at once. */
export function secretRedactor(): (text: string) => string {
  const values = secretValues()
  return (text) => {
    let clean = text
    for (const shape of SHAPES) clean = clean.replace(shape, '[secret]')
    for (const value of values) clean = clean.replaceAll(value, '[secret]')
    return clean
  }
}

function secretValues(): string[] {
  return Object.entries(process.env).flatMap(([name, value]) =>
    value !== undefined && value.length >= 8 && SECRET_NAMES.test(name) ? [value] : [],
  )
}
