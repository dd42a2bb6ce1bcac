import type { NamespaceRule } from '../rules.ts'

/** One tag for each tool that was called. */
export const toolTags: NamespaceRule = (facts) => [...facts.tools].map((name) => `tool:${name}` as const)
