export { type RepositorySplitOptions, repositorySplit } from './repository-split.ts'
export { teamConfig } from './team-config.ts'
