import type { SecurityRule } from './rule.ts'

/** A path that climbs out of the folder it begins in, also percent-encoded; in commands, into a folder of the system. */
export const pathTraversal: SecurityRule = {
  id: 'path_traversal',
  title: 'a path that leads out of its folder',
  flags: ({ paths, commands }) =>
    paths.some(climbsOut) ||
    commands.some(({ args, reads, writes }) => [...args, ...reads, ...writes].some(climbsIntoSystem)),
}

/** Whether a path leaves its first folder: `a/../../b`, `/srv/../etc`; not `a/../b`. */
export function climbsOut(path: string): boolean {
  if (!path.includes('..') && !path.includes('%')) return path.includes('\0')
  const plain = decoded(path)
  if (plain.includes('\0')) return true
  const absolute = /^(?:\/|[A-Za-z]:[\\/])/.test(plain)
  let depth = 0
  for (const part of plain.split(/[\\/]+/)) {
    if (part === '' || part === '.') continue
    depth += part === '..' ? -1 : 1
    // An absolute path may not come back to the root either.
    if (depth < 0 || (absolute && part === '..' && depth === 0)) return true
  }
  return false
}

/** `../../etc/passwd`; a build's `../configure` is none. */
function climbsIntoSystem(word: string): boolean {
  return /(?:^|[=:/\\])(?:\.\.[\\/]){2,}(?:etc|root|proc|home|var|usr|sys|dev|boot|Users|Windows)(?:[\\/]|$)/.test(
    word,
  )
}

/** Twice, as a server behind another one would. */
function decoded(path: string): string {
  let text = path
  for (let round = 0; round < 2 && text.includes('%'); round++) {
    text = text.replaceAll(/%(2e|2f|5c|25|00)/gi, (_, code: string) =>
      String.fromCharCode(Number.parseInt(code, 16)),
    )
  }
  return text
}
