import { isJsonObject, type JsonObject, type LossRecorder } from '@sftkit/core'
import { describeType } from '../values.ts'

/** Is told of what stands in a list of spans and is none. */
export type OnOdd = (element: unknown) => void

/** For a first look, which records nothing. */
export const nobody: OnOdd = () => {}

/** The objects and lists of a list; whatever else stands among them is told of. A list of names alone is another list. */
export function objectsIn(list: readonly unknown[], odd: OnOdd): (JsonObject | readonly unknown[])[] {
  const found = list.filter(
    (element): element is JsonObject | readonly unknown[] => isJsonObject(element) || Array.isArray(element),
  )
  if (found.length > 0 && found.length < list.length)
    for (const element of list)
      if (element !== null && !isJsonObject(element) && !Array.isArray(element)) odd(element)
  return found
}

/** Records it as dropped. @param what what the list is of */
export function recordOdd(what: string, losses: LossRecorder): OnOdd {
  return (element) => losses.loss(`${what}s[]`, 'dropped', `no ${what}: ${describeType(element)}`)
}
