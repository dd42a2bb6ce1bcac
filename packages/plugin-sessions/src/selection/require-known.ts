import { sftError } from '@sftkit/core'
import type { FactSelection } from './decide.ts'

/**
 * What a selection asks must be something that the database says: else all of it would be left out.
 *
 * @param knows what the database says of a session
 * @param isJudged whether there are judgments elsewhere
 * @param source the file as the user wrote it
 * @throws SFT_SESSIONS_TABLES, SFT_SESSIONS_JUDGMENTS
 */
export function requireKnown(
  { project, agent, judgment }: FactSelection,
  knows: ReadonlySet<string>,
  isJudged: () => boolean,
  source: string,
): void {
  for (const [name, asked] of Object.entries({ project, agent })) {
    if (asked === undefined || knows.has(name)) continue
    throw sftError(
      'SFT_SESSIONS_TABLES',
      `Sessions of the ${name} ${asked} are asked for, and ${source} does not say of which ${name} a session is.`,
      { source, fix: `Leave \`${name}\` out, or name its column with \`mapping\`.` },
    )
  }
  if (judgment === undefined || knows.has('judgment') || isJudged()) return
  throw sftError(
    'SFT_SESSIONS_JUDGMENTS',
    `Sessions that are judged ${judgment} are asked for, and nobody has judged those of ${source}: it has no table of judgments, and none stands beside it.`,
    { source },
  )
}
