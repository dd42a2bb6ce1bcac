/** Every sign below has one of these in it; one by one they are found faster than as alternatives. */
const HINTS: readonly RegExp[] = [/memory/i, /oom/i, /137/]

const SIGNS: readonly RegExp[] = [
  // PyTorch, JAX, the JVM, the kernel: the allocation that failed is named.
  /OutOfMemory(?:Error|Exception)|ERROR_OUT_OF_MEMORY/,
  /\b(?:CUDA|HIP|XPU|GPU|MPS|RESOURCE_EXHAUSTED)\b[^\n]{0,40}\bout of memory\b/i,
  /\bout of memory:? (?:kill|while|trying|allocating|\(oom\)|Tried)/i,
  /\bnot enough memory: you tried to allocate\b|\bcannot allocate memory\b/i,
  // Something killed the process for it.
  /\bOOM[-_ ]?kill/i,
  /\bexit(?:ed)?(?:[ _-]?(?:with|status|code|value|was))*[ :=(]*137\b/i,
  /\b(?:return|status|error)[ _-]?code[ :=(]*137\b/i,
  /\bkilled\b[^\n]{0,40}\b137\b|\b137\b[^\n]{0,20}\bkilled\b/i,
  // The word by itself, unless the sentence says that it did not happen.
  /(?<!\b(?:no|not|avoid|avoids|avoiding|prevent|prevents|preventing|without|never)[ -])\bOOM(?:s|ed)?\b/i,
]

/** Whether a tool's output reports that memory ran out. */
export function reportsOom(output: string): boolean {
  return HINTS.some((hint) => hint.test(output)) && SIGNS.some((sign) => sign.test(output))
}
