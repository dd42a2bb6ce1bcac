import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { dirname, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A module of the user's own: the config, or what it imports. */
export interface UserModule {
  readonly path: string
  readonly text: string
}

/** Module urls of the installations that answer `sftkit` and `@sftkit/…` where nothing nearer does. */
const installations = new Set<string>()
const texts = new Map<string, UserModule>()
const imports = new Map<string, Set<string>>()

/**
 * Lets modules import the running installation from anywhere, and remembers who imports what. It stays for the
 * life of the thread: plugins load their heavy parts when these are first used, and a second run in one process
 * loads nothing anew.
 */
export function answerImports(installation: string): void {
  const first = installations.size === 0
  installations.add(installation)
  if (!first) return
  registerHooks({
    resolve(specifier, context, next) {
      const found = resolveHere(
        () => next(specifier, context),
        specifier,
        (parentURL) => next(specifier, { ...context, parentURL }),
      )
      if (context.parentURL !== undefined) {
        const known = imports.get(context.parentURL)
        if (known === undefined) imports.set(context.parentURL, new Set([found.url]))
        else known.add(found.url)
      }
      return found
    },
    load(url, context, next) {
      if (url.startsWith('file:') && !texts.has(url)) {
        const path = fileURLToPath(url)
        if (isUsers(path)) texts.set(url, { path, text: readFileSync(path, 'utf8') })
      }
      return next(url, context)
    },
  })
}

/** A module and what it imports, directly or not, as far as it is the user's own; sorted by path. */
export function modulesFrom(url: string): UserModule[] {
  const reached = new Set([url])
  // A set that grows while it is walked is walked to its new end.
  for (const one of reached) {
    if (texts.has(one)) for (const child of imports.get(one) ?? []) reached.add(child)
  }
  const modules = [...reached].flatMap((one) => texts.get(one) ?? [])
  return modules.sort((a, b) => (a.path < b.path ? -1 : 1))
}

function resolveHere<T>(resolve: () => T, specifier: string, from: (parentURL: string) => T): T {
  try {
    return resolve()
  } catch (error) {
    if (!/^(sftkit$|@sftkit\/)/.test(specifier)) throw error
    for (const installation of installations) {
      try {
        return from(installation)
      } catch {}
    }
    throw error
  }
}

/** The packages of an installation are known by name and version, not by their bytes. */
function isUsers(path: string): boolean {
  if (path.includes(`${sep}node_modules${sep}`)) return false
  if (!path.includes(`${sep}dist${sep}`)) return true
  return [...installations].every(
    (url) => !path.startsWith(dirname(dirname(dirname(fileURLToPath(url)))) + sep),
  )
}
