export { version as ollamaVersion } from './version.ts'
