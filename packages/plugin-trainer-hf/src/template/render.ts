import { hasMarks, type Span, takeMarks, visibleMarks } from './marks.ts'
import { type RowMessage, templateMessages } from './messages.ts'
import { stripFunctions, stripLikePython } from './python-strings.ts'
import { strftime } from './strftime.ts'

/** What a row gives to the template beside its messages. */
export interface RenderOptions {
  readonly tools?: readonly unknown[] | null
  /** End with the words that make the model answer. */
  readonly prompt?: boolean
  /** A row's `chat_template_kwargs`. */
  readonly variables?: Readonly<Record<string, unknown>>
}

/** A text, and what of it the template marks as generated. */
export interface Rendered {
  readonly text: string
  readonly spans: readonly Span[]
}

export interface ChatTemplate {
  readonly source: string
  readonly marked: boolean
  /** @throws what the template raises: a role, or an order of roles, that it refuses */
  render(messages: readonly RowMessage[], options?: RenderOptions): Rendered
}

const OBJECT = '[object Map]'

/**
 * A chat template, rendered as transformers renders it.
 *
 * @param special the tokenizer's special tokens by name (`bos_token`, `eos_token`, …)
 * @param now what `strftime_now` tells
 * @throws where the template is no Jinja that `@huggingface/jinja` reads
 */
export async function chatTemplate(
  source: string,
  special: Readonly<Record<string, string>>,
  now: () => Date = () => new Date(),
): Promise<ChatTemplate> {
  const { Template } = await import('@huggingface/jinja')
  const marked = hasMarks(source)
  // The library's own `strftime_now` speaks the machine's language, and cannot be replaced under its name.
  const text = visibleMarks(source.replace(/\r\n?/g, '\n')).replace(/\bstrftime_now\b/g, 'strftime_of_run')
  const template = new Template(text)
  stripLikePython(template.parsed)
  return {
    source,
    marked,
    render(messages, { tools, prompt = false, variables = {} } = {}) {
      const rendered = template.render({
        ...stripFunctions,
        ...special,
        ...variables,
        strftime_of_run: (format: string) => strftime(now(), format),
        dict: (value?: object) => value ?? {},
        messages: templateMessages(messages),
        tools: tools ?? null,
        documents: null,
        add_generation_prompt: prompt,
      })
      // Python refuses to add an object to a text; here it would be written as this.
      if (rendered.includes(OBJECT) && !JSON.stringify(messages).includes(OBJECT))
        throw new Error('the template adds an object to a text')
      return marked ? takeMarks(rendered) : { text: rendered, spans: [] }
    },
  }
}
