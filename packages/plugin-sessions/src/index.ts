export { version as sessionsVersion } from './version.ts'
