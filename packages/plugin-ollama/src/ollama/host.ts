import { sftError } from '@sftkit/core'

/**
 * The address of Ollama's api: the one that is named, `OLLAMA_HOST`, or this machine. As Ollama reads it: without a
 * scheme the port is 11434, with one that of the scheme.
 *
 * @throws SFT_CONFIG_INVALID where it is no address
 */
export function ollamaUrl(named: string | undefined = process.env.OLLAMA_HOST): string {
  const text = named?.trim() || '127.0.0.1:11434'
  const hasScheme = /^https?:\/\//.test(text)
  let url: URL
  try {
    url = new URL(hasScheme ? text : `http://${text.startsWith(':') ? `127.0.0.1${text}` : text}`)
  } catch {
    throw sftError('SFT_CONFIG_INVALID', `${text} is no address of an Ollama.`, {
      fix: 'Give HOST, HOST:PORT or a URL as `host`, or as OLLAMA_HOST.',
    })
  }
  // Port 80 is the scheme's own, and not kept by URL.
  const named80 = /:80\/?$/.test(text)
  if (!hasScheme && url.port === '' && !named80) url.port = '11434'
  // A server listens on all addresses there; nobody can be reached at it.
  if (url.hostname === '0.0.0.0') url.hostname = '127.0.0.1'
  return url.href.replace(/\/+$/, '')
}
