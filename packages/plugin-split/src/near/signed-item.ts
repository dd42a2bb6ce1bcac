/** Something to compare, with the signature of its text. */
export interface SignedItem {
  readonly id: string
  readonly signature: Uint16Array
}
