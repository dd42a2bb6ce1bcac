import { redactSecrets } from '../errors/redact.ts'

/** One fact a line, on stderr; the plugin's name first. Credentials are blanked out. */
export interface Logger {
  debug(message: string): void
  info(message: string): void
  warn(message: string): void
  error(message: string): void
  /** A logger that puts a plugin's name before each line. */
  fork(name: string): Logger
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'
export type LogSink = (level: LogLevel, message: string) => void

export function createLogger(sink: LogSink, name?: string): Logger {
  const write = (level: LogLevel) => (message: string) =>
    sink(level, redactSecrets(name === undefined ? message : `${name}: ${message}`))
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    fork: (child) => createLogger(sink, child),
  }
}

/** Drops everything. */
export const silentLogger: Logger = createLogger(() => {})
