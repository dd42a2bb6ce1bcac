/** What a command of the installation failed at, in a sentence, and what to do. */
export function whyNotInstalled(
  command: string,
  code: string | undefined,
  said: string,
): { readonly why: string; readonly fix: string } {
  if (code === 'ENOENT')
    return {
      why: `there is no ${command} on PATH.`,
      fix: command === 'npm' ? 'Install Node.js with npm.' : `Install ${command}.`,
    }
  const network =
    /\b(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNRESET|ENETUNREACH|ERR_SOCKET_TIMEOUT)\b/.exec(
      said,
    )?.[1]
  if (network !== undefined)
    return {
      why: `the npm registry cannot be reached (${network}).`,
      fix: 'Look at the network, at `npm config get registry` and at the proxy, and call it again; what is there already stays usable.',
    }
  if (/\bENOSPC\b|No space left on device/i.test(said))
    return { why: 'the disk is full.', fix: 'Free about 250 MB, or name another place as SFT_SERVE_DIR.' }
  if (/\b(EACCES|EPERM|EROFS)\b/.test(said) || (command === 'the system' && /\bENOENT\b/.test(said)))
    return { why: 'its folder cannot be written.', fix: 'Name another place as SFT_SERVE_DIR.' }
  const lines = said.split('\n').map((line) => line.replace(/^(npm (error|ERR!)|fatal:|error:) ?/, '').trim())
  const first = lines.filter((line) => line !== '' && !/^(at |A complete log)/.test(line)).slice(0, 3)
  return {
    why: `${command} says: ${first.join('; ').slice(0, 400) || 'nothing'}`,
    fix: `Mend what ${command} says, and call \`sft setup serve\` again.`,
  }
}
