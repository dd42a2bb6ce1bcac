export { version as recorderVersion } from './version.ts'
