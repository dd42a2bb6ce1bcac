/**
 * A WebAssembly program of one function: it copies bytes of UTF-8, 16 at a time, and escapes those that JSON escapes in
 * a text. It is put together here, instruction by instruction, since it is too small for a tool chain.
 *
 * `escape(source, end, target)` takes three addresses in the imported memory and returns the address behind the last
 * byte that it wrote. At address 0 stands a table with 8 bytes for each byte of the source: what to write for it, and
 * in the last one how many bytes that is. Up to 16 bytes behind the end of the target are overwritten.
 */
export function assembleEscape(pages: number): Uint8Array<ArrayBuffer> {
  const body = [...unsigned(3), 1, I32, 1, V128, 1, I64, ...instructions]
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 3, I32, I32, I32, 1, I32]),
    ...section(2, [1, ...text('env'), ...text('memory'), 2, 1, ...unsigned(pages), ...unsigned(pages)]),
    ...section(3, [1, 0]),
    ...section(7, [1, ...text('escape'), 0, 0]),
    ...section(10, [1, ...unsigned(body.length), ...body]),
  ])
}

const [I32, I64, V128, NOTHING] = [0x7f, 0x7e, 0x7b, 0x40]

/** Smallest numbers of bytes first, 7 bits in each. */
function unsigned(value: number): number[] {
  const low = value & 127
  return value < 128 ? [low] : [low | 128, ...unsigned(value >>> 7)]
}

function signed(value: number): number[] {
  return value < 64 ? [value] : [(value & 127) | 128, ...signed(value >> 7)]
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...unsigned(content.length), ...content]
}

function text(name: string): number[] {
  return [name.length, ...Buffer.from(name)]
}

const get = (local: number): number[] => [0x20, local]
const set = (local: number): number[] => [0x21, local]
const tee = (local: number): number[] => [0x22, local]
const number = (value: number): number[] => [0x41, ...signed(value)]
const vector = (instruction: number, ...immediates: number[]): number[] => [
  0xfd,
  ...unsigned(instruction),
  ...immediates,
]
const all16 = (byte: number): number[] => [...number(byte), ...vector(0x0f)]

const [block, loop, when, end, branch, branchIf, leave] = [0x02, 0x03, 0x04, 0x0b, 0x0c, 0x0d, 0x0f]
const [add, subtract, shiftLeft, isZero, isBelow, isNotBelow, trailingZeros] = [
  0x6a, 0x6b, 0x74, 0x45, 0x49, 0x4f, 0x68,
]
const [load8, load64, store64, shiftRight64, wrap] = [0x2d, 0x29, 0x37, 0x88, 0xa7]
const anywhere = [0, 0]
const load16 = vector(0x00, ...anywhere)
const store16 = vector(0x0b, ...anywhere)
const [areEqual, areBelow, or, bits] = [vector(0x23), vector(0x26), vector(0x50), vector(0x64)]

const [SOURCE, END, TARGET, FOUND, BYTES, ENTRY] = [0, 1, 2, 3, 4, 5]

const instructions: readonly number[] = [
  ...[loop, NOTHING],
  ...[block, NOTHING],
  // Fewer than 16 are left: one by one.
  ...[...get(END), ...get(SOURCE), subtract, ...number(16), isBelow, branchIf, 0],
  ...[...get(TARGET), ...get(SOURCE), ...load16, ...tee(BYTES), ...store16],
  ...[...get(BYTES), ...all16(0x20), ...areBelow],
  ...[...get(BYTES), ...all16(0x22), ...areEqual, ...or],
  ...[...get(BYTES), ...all16(0x5c), ...areEqual, ...or],
  ...[...bits, ...tee(FOUND), isZero, when, NOTHING],
  ...[...get(SOURCE), ...number(16), add, ...set(SOURCE)],
  ...[...get(TARGET), ...number(16), add, ...set(TARGET)],
  ...[branch, 2, end],
  // What stands before the first one that is escaped is written already.
  ...[...get(FOUND), trailingZeros, ...tee(FOUND), ...get(SOURCE), add, ...set(SOURCE)],
  ...[...get(TARGET), ...get(FOUND), add, ...set(TARGET)],
  end,
  ...[...get(SOURCE), ...get(END), isNotBelow, when, NOTHING, ...get(TARGET), leave, end],
  ...[...get(TARGET), ...get(SOURCE), load8, ...anywhere, ...number(3), shiftLeft],
  ...[load64, ...anywhere, ...tee(ENTRY), store64, ...anywhere],
  ...[...get(TARGET), ...get(ENTRY), 0x42, 56, shiftRight64, wrap, add, ...set(TARGET)],
  ...[...get(SOURCE), ...number(1), add, ...set(SOURCE)],
  ...[branch, 0, end],
  ...[0x00, end],
]
