import { cpSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ErrorCode } from '@sftkit/core'
import type { GateName, ToOllamaOptions } from '../../src/index.ts'
import { alterGguf, llamaCppThatMakes, overwrite } from './planted-gguf.ts'
import { CALLS, chatFile, WEATHER, WORDS } from './python.ts'
import type { Relayed } from './relay.ts'

export type TestedVersion = '0.34.0' | '0.24.0'

/** What faults are planted into. */
export interface Ground {
  /** A folder of the fault's own. */
  readonly home: string
  /** A model without a fault, and the GGUF of it. */
  readonly model: string
  readonly gguf: string
  /** A model of Llama 3, which begins texts with a token, the GGUF of it, and the Go template that renders its chats. */
  readonly llama: string
  readonly llamaGguf: string
  readonly llamaTemplate: string
  /** A model whose turns end with a token that only its template names, and the GGUF of it. */
  readonly over: string
  readonly overGguf: string
  /** The Go template that renders the model's chats. */
  readonly goTemplate: string
}

/** What is done with a fault planted. */
export interface Planted {
  readonly options: Partial<ToOllamaOptions>
  /** What becomes of requests on their way to Ollama. */
  readonly relayed?: Relayed
}

export interface Fault {
  readonly name: string
  readonly ollama: TestedVersion
  readonly gate: GateName
  readonly code: ErrorCode
  plant(ground: Ground): Planted
}

/** Every fault that was ever seen, and the gate that has to catch it. */
export const FAULTS: readonly Fault[] = [
  {
    name: 'a weight that is NaN',
    ...{ ollama: '0.34.0', gate: 'weights', code: 'SFT_VERIFY_WEIGHTS' },
    plant: ({ home, model }) => {
      const folder = copied(model, home)
      const file = join(folder, 'model.safetensors')
      const bytes = readFileSync(file)
      bytes.writeFloatLE(Number.NaN, bytes.length - 8)
      writeFileSync(file, bytes)
      return { options: { modelPath: folder } }
    },
  },
  {
    name: 'another template in the GGUF',
    ...{ ollama: '0.34.0', gate: 'metadata', code: 'SFT_VERIFY_METADATA' },
    plant: (ground) => gguf(ground, (bytes) => overwrite(bytes, 'You may call', 'You must not')),
  },
  {
    name: 'a GGUF without a token that ends generation',
    ...{ ollama: '0.34.0', gate: 'metadata', code: 'SFT_VERIFY_METADATA' },
    plant: (ground) => gguf(ground, (bytes) => overwrite(bytes, 'ggml.eos_token_id', 'ggml.eos_token_no')),
  },
  {
    name: 'another token in the GGUF',
    ...{ ollama: '0.34.0', gate: 'tokens', code: 'SFT_VERIFY_TOKENS' },
    plant: (ground) => gguf(ground, (bytes) => overwrite(bytes, 'Ġfunction', 'Ġfnuction')),
  },
  {
    name: 'other weights in the GGUF',
    ...{ ollama: '0.34.0', gate: 'greedy', code: 'SFT_VERIFY_GREEDY' },
    plant: (ground) => gguf(ground, (bytes) => bytes.fill(0, bytes.length - 40_000)),
  },
  {
    name: 'no template',
    ...{ ollama: '0.24.0', gate: 'render', code: 'SFT_OLLAMA_TEMPLATE' },
    plant: (ground) => ({
      ...same(ground),
      relayed: { '/api/create': ({ template: _, ...body }) => body },
    }),
  },
  {
    name: 'a template without tools',
    ...{ ollama: '0.24.0', gate: 'render', code: 'SFT_VERIFY_RENDER' },
    plant: (ground) =>
      goTemplate(
        ground,
        '{{ range .Messages }}<|im_start|>{{ .Role }}\n{{ .Content }}<|im_end|>\n{{ end }}<|im_start|>assistant\n',
      ),
  },
  {
    name: 'another template in Ollama',
    ...{ ollama: '0.24.0', gate: 'render', code: 'SFT_VERIFY_RENDER' },
    plant: (ground) => ({
      ...goTemplate(ground, ground.goTemplate),
      relayed: {
        '/api/create': (body) => ({ ...body, template: body.template?.replace('You may', 'You might') }),
      },
    }),
  },
  {
    name: 'a tool that is printed whole',
    ...{ ollama: '0.24.0', gate: 'render', code: 'SFT_VERIFY_RENDER' },
    plant: (ground) =>
      goTemplate(ground, ground.goTemplate.replace('{{ template "function" .Function }}', '{{ .Function }}')),
  },
  {
    name: 'tools as compact JSON',
    ...{ ollama: '0.24.0', gate: 'render', code: 'SFT_VERIFY_RENDER' },
    plant: (ground) =>
      goTemplate(
        ground,
        ground.goTemplate.replace('{{ template "function" .Function }}', '{{ json .Function }}'),
      ),
  },
  {
    name: 'calls in a range without a condition around it',
    ...{ ollama: '0.24.0', gate: 'live', code: 'SFT_VERIFY_LIVE' },
    plant: (ground) =>
      goTemplate(
        ground,
        ground.goTemplate.replace(
          /\{\{- if \.ToolCalls \}\}\n([\s\S]*?)\{\{- end \}\}\n\{\{- end \}\}<\|im_end\|>/,
          '$1{{- end }}<|im_end|>',
        ),
      ),
  },
  ...(['0.34.0', '0.24.0'] as const).map((ollama): Fault => {
    return {
      name: `a dataset whose tools have "properties" before "required", for ${ollama}`,
      ...{ ollama, gate: 'render', code: 'SFT_VERIFY_RENDER' },
      plant: (ground) => {
        const chats = chatFile(ground.home, [
          ...CALLS.map((chat) => ({ ...chat, tools: REORDERED })),
          ...WORDS,
        ])
        return { options: { ...same(ground).options, chats: [chats] } }
      },
    }
  }),
  ...(['0.34.0', '0.24.0'] as const).map((ollama): Fault => {
    return {
      name: `stops that are lost, hidden by a turn that ends with <|im_end|>, in ${ollama}`,
      ...{ ollama, gate: 'live', code: 'SFT_VERIFY_LIVE' },
      plant: (ground) => ({ ...same(ground), relayed: WITHOUT_STOPS }),
    }
  }),
  {
    name: 'a GGUF that does not know the end of a turn',
    ...{ ollama: '0.34.0', gate: 'metadata', code: 'SFT_VERIFY_METADATA' },
    plant: ({ home, over, overGguf }) => {
      const { options } = gguf({ home, gguf: overGguf }, (bytes) =>
        overwrite(bytes, 'ggml.eot_token_id', 'ggml.eot_token_no'),
      )
      return { options: { ...options, modelPath: over } }
    },
  },
  {
    name: 'answers that do not come to their end',
    ...{ ollama: '0.34.0', gate: 'live', code: 'SFT_VERIFY_LIVE' },
    plant: (ground) => ({
      ...same(ground),
      relayed: {
        '/api/chat': ({ options, ...body }) => ({
          ...body,
          options: { ...options, num_predict: Math.min(options?.num_predict ?? 1, 6) },
        }),
      },
    }),
  },
  {
    name: 'a turn that ends with what is no special token',
    ...{ ollama: '0.34.0', gate: 'live', code: 'SFT_VERIFY_LIVE' },
    plant: ({ home, model }) => {
      const folder = endingWith('<|over|>', model, home)
      alterText(join(folder, 'tokenizer.json'), (text) => {
        const tokenizer = JSON.parse(text)
        for (const token of tokenizer.added_tokens) if (token.content === '<|over|>') token.special = false
        return JSON.stringify(tokenizer)
      })
      return { options: { modelPath: folder } }
    },
  },
  {
    name: 'a begin of text that is put there twice',
    ...{ ollama: '0.24.0', gate: 'live', code: 'SFT_VERIFY_LIVE' },
    plant: ({ home, llama, llamaGguf, llamaTemplate }) => {
      const template = join(home, 'template')
      writeFileSync(template, `<|begin_of_text|>${llamaTemplate}`)
      return { options: { modelPath: llama, llamaCppPath: llamaCppThatMakes(home, llamaGguf), template } }
    },
  },
]

/** The same schema, in the order in which most people write it. */
const REORDERED = WEATHER.map((tool) => {
  const { type, required, properties } = tool.function.parameters
  return { ...tool, function: { ...tool.function, parameters: { type, properties, required } } }
})

const WITHOUT_STOPS: Relayed = { '/api/create': ({ parameters: _, ...body }) => body }

/** A converter that makes the good GGUF. */
function same({ home, gguf: good }: Ground): Planted {
  return { options: { llamaCppPath: llamaCppThatMakes(home, good) } }
}

/** A converter that makes an altered one. */
function gguf({ home, gguf: good }: Pick<Ground, 'home' | 'gguf'>, change: (bytes: Buffer) => void): Planted {
  const altered = alterGguf(good, join(home, 'altered.gguf'), change)
  return { options: { llamaCppPath: llamaCppThatMakes(home, altered) } }
}

/** A template of the user's. */
function goTemplate(ground: Ground, text: string): Planted {
  const template = join(ground.home, 'template')
  writeFileSync(template, text)
  return { options: { ...same(ground).options, template } }
}

function copied(model: string, home: string): string {
  const folder = join(home, 'model')
  cpSync(model, folder, { recursive: true })
  return folder
}

/** The model with another token at the end of a turn, one that only its template names: generation ends elsewhere. */
export function endingWith(end: string, model: string, home: string): string {
  const folder = copied(model, home)
  for (const name of readdirSync(folder)) {
    const path = join(folder, name)
    if (!/\.(json|jinja)$/.test(name) || statSync(path).isDirectory()) continue
    alterText(path, (text) => text.replaceAll('<|im_end|>', end))
  }
  const elsewhere: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
    'config.json': { eos_token_id: 0 },
    'generation_config.json': { eos_token_id: 0 },
    'tokenizer_config.json': { eos_token: '<|endoftext|>' },
  }
  for (const [name, fields] of Object.entries(elsewhere))
    alterText(join(folder, name), (text) => JSON.stringify({ ...JSON.parse(text), ...fields }))
  return folder
}

function alterText(path: string, alter: (text: string) => string): void {
  writeFileSync(path, alter(readFileSync(path, 'utf8')))
}
