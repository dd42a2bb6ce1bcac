/** Where the program counts the lone surrogates that it met: behind the table. */
export const LONE_COUNT = 128 * 8

/**
 * A WebAssembly program of one function: it encodes UTF-16 as UTF-8, 16 letters at a time, and escapes what JSON escapes
 * in a text. It is put together here, instruction by instruction, since it is too small for a tool chain.
 *
 * `escape(source, end, target)` takes three addresses in the imported memory and returns the address behind the last
 * byte that it wrote. At address 0 stands a table with 8 bytes for each letter of ASCII: what to write for it, and in
 * the last one how many bytes that is. A lone surrogate is written as U+FFFD, and counted. Up to 16 bytes behind the end
 * of the target are overwritten.
 */
export function assembleEscape(pages: number): Uint8Array<ArrayBuffer> {
  const body = [...unsigned(3), 2, I32, 1, V128, 1, I64, ...instructions]
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
const [add, subtract, and, or, shiftLeft, shiftRight] = [0x6a, 0x6b, 0x71, 0x72, 0x74, 0x76]
const [isZero, isEqual, isBelow, isNotBelow, trailingZeros] = [0x45, 0x46, 0x49, 0x4f, 0x68]
const here = [0, 0]
const [load, loadUnit] = [
  [0x28, ...here],
  [0x2f, ...here],
]
const [load64, store64, shiftRight64, wrap] = [[0x29, ...here], [0x37, ...here], 0x88, 0xa7]
const store = [0x36, ...here]
const load16 = (offset: number): number[] => vector(0x00, 0, offset)
const store16 = vector(0x0b, ...here)
const [areEqual, areBelow, orAll, bits, narrow] = [
  vector(0x23),
  vector(0x25),
  vector(0x50),
  vector(0x64),
  vector(0x66),
]

const [SOURCE, END, TARGET, UNIT, NEXT, BYTES, ENTRY] = [0, 1, 2, 3, 4, 5, 6]

const advance = (local: number, by: number): number[] => [...get(local), ...number(by), add, ...set(local)]
/** Writes a byte of several: six bits of the unit, or the rest of it, with what marks the byte. */
const writeByte = (place: number, shift: number, mask: number, mark: number): number[] => [
  ...[...get(TARGET), ...get(UNIT), ...number(shift), shiftRight],
  ...[...number(mask), and, ...number(mark), or, 0x3a, 0, place],
]

const instructions: readonly number[] = [
  ...[loop, NOTHING],
  ...[block, NOTHING],
  // Fewer than 16 letters are left: one by one.
  ...[...get(END), ...get(SOURCE), subtract, ...number(32), isBelow, branchIf, 0],
  // What is no byte becomes 0 or 255, and is found below like what is escaped: both are negative or small.
  ...[...get(TARGET), ...get(SOURCE), ...load16(0), ...get(SOURCE), ...load16(16), ...narrow],
  ...[...tee(BYTES), ...store16],
  ...[...get(BYTES), ...all16(0x20), ...areBelow],
  ...[...get(BYTES), ...all16(0x22), ...areEqual, ...orAll],
  ...[...get(BYTES), ...all16(0x5c), ...areEqual, ...orAll],
  ...[...bits, ...tee(NEXT), isZero, when, NOTHING],
  ...[...advance(SOURCE, 32), ...advance(TARGET, 16), branch, 2, end],
  // What stands before the first one that is found is written already.
  ...[
    ...get(SOURCE),
    ...get(NEXT),
    trailingZeros,
    ...tee(NEXT),
    ...number(1),
    shiftLeft,
    add,
    ...set(SOURCE),
  ],
  ...[...get(TARGET), ...get(NEXT), add, ...set(TARGET)],
  end,
  // Letters outside ASCII often stand together: they are written one after another.
  ...[loop, NOTHING],
  ...[...get(SOURCE), ...get(END), isNotBelow, when, NOTHING, ...get(TARGET), leave, end],
  ...[...get(SOURCE), ...loadUnit, ...set(UNIT), ...advance(SOURCE, 2)],
  ...[...get(UNIT), ...number(0x80), isBelow, when, NOTHING],
  ...[...get(TARGET), ...get(UNIT), ...number(3), shiftLeft, ...load64, ...tee(ENTRY), ...store64],
  ...[...get(TARGET), ...get(ENTRY), 0x42, 56, shiftRight64, wrap, add, ...set(TARGET)],
  ...[branch, 2, end],
  ...[...get(UNIT), ...number(0x800), isBelow, when, NOTHING],
  ...[...writeByte(0, 6, 0x1f, 0xc0), ...writeByte(1, 0, 0x3f, 0x80), ...advance(TARGET, 2)],
  ...[branch, 1, end],
  ...[...get(UNIT), ...number(0xf800), and, ...number(0xd800), isEqual, when, NOTHING],
  // A high one, and a low one behind it: a pair.
  ...[...get(UNIT), ...number(0xdc00), isBelow, ...get(SOURCE), ...get(END), isBelow, and, when, NOTHING],
  ...[...get(SOURCE), ...loadUnit, ...tee(NEXT), ...number(0xfc00), and, ...number(0xdc00), isEqual],
  ...[when, NOTHING, ...advance(SOURCE, 2)],
  ...[
    ...get(UNIT),
    ...number(10),
    shiftLeft,
    ...get(NEXT),
    add,
    ...number(0x35fdc00),
    subtract,
    ...set(UNIT),
  ],
  ...[...writeByte(0, 18, 0x07, 0xf0), ...writeByte(1, 12, 0x3f, 0x80)],
  ...[...writeByte(2, 6, 0x3f, 0x80), ...writeByte(3, 0, 0x3f, 0x80), ...advance(TARGET, 4)],
  ...[branch, 3, end],
  end,
  ...[...number(0xfffd), ...set(UNIT)],
  ...[...number(LONE_COUNT), ...number(LONE_COUNT), ...load, ...number(1), add, ...store],
  end,
  ...[...writeByte(0, 12, 0x0f, 0xe0), ...writeByte(1, 6, 0x3f, 0x80), ...writeByte(2, 0, 0x3f, 0x80)],
  ...[...advance(TARGET, 3), branch, 0, end],
  ...[0x00, end],
  ...[0x00, end],
]
