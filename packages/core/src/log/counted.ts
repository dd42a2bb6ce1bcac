/** A number with what it counts, for messages: `1 row`, `1,200 rows`. @param plural where it is not `name` with an s */
export function counted(number: number, name: string, plural = `${name}s`): string {
  return `${number.toLocaleString('en-US')} ${number === 1 ? name : plural}`
}
