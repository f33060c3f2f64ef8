// JSON lines into rotating files. The message is a constant, variables are fields: ids, counts, codes, milliseconds;
// never the words of a person or a model, never a full path. A log that cannot be written never stops anything.
import { closeSync, existsSync, fstatSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { RoostError } from '../contract/errors.ts'
import type { Clock } from './clock.ts'
import { systemClock } from './clock.ts'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>

export interface Logger {
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
  /** A logger for one room or one piece of work; `fields` go into each of its lines. */
  child(name: string, fields?: LogFields): Logger
  /** Writes what waits and lets go of the file. */
  close(): void
}

/** Takes whole lines, without the line end. */
export interface LogSink {
  write(line: string): void
  close(): void
}

const order: Record<LogLevel, number> = { debug: 0, info: 1, warn: 2, error: 3 }
const longestField = 2000

export function createLogger(sink: LogSink, options: { level?: LogLevel; clock?: Clock } = {}): Logger {
  const clock = options.clock ?? systemClock
  const lowest = order[options.level ?? 'info']
  const make = (name: string, inherited: LogFields): Logger => {
    const write = (level: LogLevel, message: string, fields: LogFields = {}): void => {
      if (order[level] < lowest) return
      const entry: Record<string, unknown> = { time: new Date(clock.now()).toISOString(), level }
      if (name !== '') entry.from = name
      entry.message = message
      for (const [key, value] of Object.entries({ ...inherited, ...fields })) {
        if (value !== undefined && !(key in entry)) {
          entry[key] = typeof value === 'string' ? value.slice(0, longestField) : value
        }
      }
      sink.write(escapeControls(JSON.stringify(entry)))
    }
    return {
      debug: (message, fields) => write('debug', message, fields),
      info: (message, fields) => write('info', message, fields),
      warn: (message, fields) => write('warn', message, fields),
      error: (message, fields) => write('error', message, fields),
      child: (child, fields) => make(name === '' ? child : `${name}.${child}`, { ...inherited, ...fields }),
      close: () => sink.close(),
    }
  }
  return make('', {})
}

/** Lines go to another sink from then on: the folder of the log has moved. */
export function movableSink(first: LogSink): LogSink & { moveTo(next: LogSink): void } {
  let sink = first
  return {
    write: (line) => sink.write(line),
    close: () => sink.close(),
    moveTo(next) {
      sink.close()
      sink = next
    },
  }
}

export const silentLogger: Logger = createLogger({ write: () => undefined, close: () => undefined })

export interface LogFileOptions {
  readonly folder: string
  /** One file series per process: "main", "headless". */
  readonly name: string
  readonly maximumBytes?: number
  /** How many files are kept, the current one included. */
  readonly files?: number
  readonly clock?: Clock
}

/** name.log is the current one, name.1.log the one before, and so on. Mode 0600. */
export function logFile(options: LogFileOptions): LogSink {
  const maximumBytes = options.maximumBytes ?? 2 * 1024 * 1024
  const files = options.files ?? 5
  const clock = options.clock ?? systemClock
  const path = (age: number): string =>
    join(options.folder, age === 0 ? `${options.name}.log` : `${options.name}.${age}.log`)
  const retryMs = 60_000
  let file: number | null = null
  let bytes = 0
  let retryAt = -Infinity
  let lost = 0

  const release = (): void => {
    if (file === null) return
    const handle = file
    file = null
    closeSync(handle)
  }
  const rotate = (): void => {
    release()
    rmSync(path(files - 1), { force: true })
    for (let age = files - 2; age >= 0; age--) if (existsSync(path(age))) renameSync(path(age), path(age + 1))
  }
  const append = (line: string): void => {
    const content = Buffer.from(`${line}\n`, 'utf8')
    if (file !== null && bytes > 0 && bytes + content.length > maximumBytes) rotate()
    if (file === null) {
      file = openSync(path(0), 'a', 0o600)
      bytes = fstatSync(file).size
      if (bytes > 0 && bytes + content.length > maximumBytes) {
        rotate()
        file = openSync(path(0), 'a', 0o600)
        bytes = 0
      }
    }
    bytes += writeSync(file, content)
  }

  return {
    write(line) {
      if (clock.monotonic() < retryAt) {
        lost += 1
        return
      }
      try {
        if (lost > 0) {
          const time = new Date(clock.now()).toISOString()
          append(JSON.stringify({ time, level: 'warn', message: 'log lines lost', lines: lost }))
          lost = 0
        }
        append(line)
      } catch {
        // Full, unwritable or gone: the line is counted, and the file tried again in a minute.
        lost += 1
        retryAt = clock.monotonic() + retryMs
        file = null
      }
    },
    close() {
      try {
        release()
      } catch {
        file = null // nothing is buffered: a failed close loses nothing
      }
    },
  }
}

/** What a line may say about an error: its code and facts; the stack of what nobody expected. */
export function errorFields(error: unknown): LogFields {
  if (error instanceof RoostError && error.kind !== 'bug') {
    const reason = error.detail.reason
    return { code: error.code, ...(typeof reason === 'string' ? { reason: shortenPaths(reason) } : {}) }
  }
  if (error instanceof Error) return { code: 'internal', stack: shortenPaths(error.stack ?? error.name) }
  return { code: 'internal', thrown: typeof error }
}

/** Keeps the last name of each path: folders tell about their owner. */
function shortenPaths(text: string): string {
  const withoutHome = homedir().length > 1 ? text.replaceAll(homedir(), '~') : text
  return withoutHome.replaceAll(/(?:[A-Za-z]:|~|file:\/)?[\\/](?:[^\\/\n:'"()]+[\\/])+/g, '…/')
}

/** JSON leaves DEL, C1, line separators and direction marks as they are; a terminal that shows the log obeys them. */
function escapeControls(json: string): string {
  return json.replace(
    /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
