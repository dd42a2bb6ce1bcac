/**
 * A GGUF with a llama of two layers and weights that mean nothing: real enough for every server, and small enough to
 * answer at once. What it says is letters; it likes to close what is open, so that an answer in a JSON schema ends.
 * The layout is that of GGUF 3 (github.com/ggml-org/ggml, docs/gguf.md).
 */
export function tinyGguf(): Uint8Array {
  const pieces = vocabulary()
  const tensors = weights(pieces)
  const header = joined([
    Buffer.from('GGUF'),
    u32(3),
    u64(tensors.length),
    u64(Object.keys(SHAPE).length + 9),
    text('general.architecture', 'llama'),
    text('general.name', 'tiny'),
    ...Object.entries(SHAPE).map(([name, value]) => pair(`llama.${name}`, U32, u32(value))),
    pair('llama.attention.layer_norm_rms_epsilon', F32, f32(1e-5)),
    text('tokenizer.ggml.model', 'llama'),
    list(
      'tokenizer.ggml.tokens',
      STRING,
      pieces.map((piece) => string(piece.text)),
    ),
    list(
      'tokenizer.ggml.scores',
      F32,
      pieces.map((_, at) => f32(-at)),
    ),
    list(
      'tokenizer.ggml.token_type',
      I32,
      pieces.map(({ type }) => u32(type)),
    ),
    pair('tokenizer.ggml.eos_token_id', U32, u32(2)),
    text('tokenizer.chat_template', TEMPLATE),
    ...described(tensors),
  ])
  return joined([aligned(header), ...tensors.map(({ data }) => aligned(Buffer.from(data.buffer)))])
}

const SHAPE = {
  context_length: 8192,
  embedding_length: 64,
  block_count: 2,
  feed_forward_length: 128,
  'attention.head_count': 4,
  'attention.head_count_kv': 4,
  'rope.dimension_count': 16,
}
const WIDTH = SHAPE.embedding_length
const HIDDEN = SHAPE.feed_forward_length

const TEMPLATE =
  "{% for message in messages %}{{ message['role'] }}: {{ message['content'] }}\n{% endfor %}assistant:"

interface Piece {
  readonly text: string
  /** As llama.cpp numbers them: 1 normal, 2 unknown, 3 control, 6 a byte. */
  readonly type: number
  /** How much it likes to say it. */
  readonly logit: number
}

function vocabulary(): Piece[] {
  const bytes = Array.from({ length: 256 }, (_, byte) => ({
    text: `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`,
    type: 6,
    logit: -9,
  }))
  const characters = Array.from({ length: 94 }, (_, at) => String.fromCharCode(33 + at))
  return [
    { text: '<unk>', type: 2, logit: -20 },
    { text: '<s>', type: 3, logit: -20 },
    { text: '</s>', type: 3, logit: 3 },
    ...bytes,
    ...characters.map((character) => ({ text: character, type: 1, logit: likingOf(character) })),
    { text: '▁', type: 1, logit: 0 },
  ]
}

/** Quotes end strings, brackets end lists: without a liking for them a random model would go on for ever. */
function likingOf(character: string): number {
  if (character === '"') return 4
  if (character === ']' || character === '}') return 1
  return /[a-z]/.test(character) ? 2 : -6
}

interface Tensor {
  readonly name: string
  readonly shape: readonly number[]
  readonly data: Float32Array
}

/** One place of the embedding is the same for all tokens; it alone carries how much each is liked. */
function weights(pieces: readonly Piece[]): Tensor[] {
  const random = noise(7)
  const matrix = (name: string, rows: number, columns: number): Tensor => ({
    name: `${name}.weight`,
    shape: [columns, rows],
    data: Float32Array.from({ length: rows * columns }, () => (random() - 0.5) * 0.1),
  })
  const ones = (name: string): Tensor => ({
    name: `${name}.weight`,
    shape: [WIDTH],
    data: new Float32Array(WIDTH).fill(1),
  })
  const embedding = matrix('token_embd', pieces.length, WIDTH)
  const output = matrix('output', pieces.length, WIDTH)
  for (const [row, { logit }] of pieces.entries()) {
    embedding.data[row * WIDTH] = 8
    // After the last norm that place is the square root of the width, about.
    output.data[row * WIDTH] = logit / Math.sqrt(WIDTH)
  }
  const blocks = Array.from({ length: SHAPE.block_count }, (_, block) => {
    const name = (part: string): string => `blk.${block}.${part}`
    return [
      ones(name('attn_norm')),
      ...['attn_q', 'attn_k', 'attn_v', 'attn_output'].map((part) => matrix(name(part), WIDTH, WIDTH)),
      ones(name('ffn_norm')),
      matrix(name('ffn_gate'), HIDDEN, WIDTH),
      matrix(name('ffn_up'), HIDDEN, WIDTH),
      matrix(name('ffn_down'), WIDTH, HIDDEN),
    ]
  })
  return [embedding, output, ones('output_norm'), ...blocks.flat()]
}

/** Numbers from 0 to 1 that are the same each time. */
function noise(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

const U32 = 4
const I32 = 5
const F32 = 6
const STRING = 8
const ARRAY = 9
const ALIGNMENT = 32

function described(tensors: readonly Tensor[]): Buffer[] {
  let offset = 0
  return tensors.map(({ name, shape, data }) => {
    const place = u64(offset)
    offset += Math.ceil(data.byteLength / ALIGNMENT) * ALIGNMENT
    // The last number but one is the type: 0, floats of 32 bits.
    return joined([string(name), u32(shape.length), ...shape.map(u64), u32(0), place])
  })
}

function pair(name: string, type: number, value: Buffer): Buffer {
  return joined([string(name), u32(type), value])
}

function text(name: string, value: string): Buffer {
  return pair(name, STRING, string(value))
}

function list(name: string, type: number, values: readonly Buffer[]): Buffer {
  return pair(name, ARRAY, joined([u32(type), u64(values.length), ...values]))
}

function string(value: string): Buffer {
  const bytes = Buffer.from(value)
  return joined([u64(bytes.length), bytes])
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt(value))
  return bytes
}

function f32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeFloatLE(value)
  return bytes
}

function aligned(bytes: Buffer): Buffer {
  return joined([bytes, Buffer.alloc((ALIGNMENT - (bytes.length % ALIGNMENT)) % ALIGNMENT)])
}

function joined(parts: readonly Buffer[]): Buffer {
  return Buffer.concat(parts)
}
