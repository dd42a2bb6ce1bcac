/** Splits one line of a CSV file into its fields. */
export function parseRow(line) {
  return line.split(',').map((field) => field.replace(/^"|"$/g, ''))
}
