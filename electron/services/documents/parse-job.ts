// One document in a process of its own, with a limit of time and of memory. The process ends with its job, however that
// ends; what it says is checked before it is believed.
import { fork } from 'node:child_process'
import { dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { RoostError, isErrorCode } from '../../contract/errors.ts'
import type { NewPassage } from '../../storage/storage.ts'
import { parseReplySchema } from './parse-protocol.ts'
import type { ParsedFacts, ParseRequest } from './parse-protocol.ts'
import { parsing } from './parsing-limits.ts'

/** A started process. Listeners are set once, right after the start. */
export interface ParserProcess {
  onMessage(listener: (message: unknown) => void): void
  /** Ended, for whatever reason, or could not be started. `signal` where one ended it. */
  onExit(listener: (code: number | null, signal: string | null) => void): void
  send(request: ParseRequest): void
  kill(): void
}

/** `readable`: the only places on the disk that it needs. */
export type SpawnParser = (
  script: string,
  heapMegabytes: number,
  readable: readonly string[],
) => ParserProcess

export interface ParseJobOptions {
  /** Default: a child of this Node. A packaged Electron must give one over utilityProcess. */
  readonly spawn?: SpawnParser
  /** Default: parse-worker beside this file, which a bundle is not. */
  readonly script?: string
  readonly milliseconds?: number
}

export interface ParseListeners {
  readonly passages: (passages: readonly NewPassage[]) => void
  readonly progress: (fraction: number) => void
}

export type ParseFile = (
  request: ParseRequest,
  listeners: ParseListeners,
  signal: AbortSignal,
) => Promise<ParsedFacts>

/** Of V8; buffers are outside of it and counted by the process itself. */
const heapMegabytes = Math.round(parsing.memoryBytes / 1024 / 1024)

/**
 * Errors: document_unsupported, document_damaged, document_encrypted, document_empty, document_too_large,
 * document_too_slow, file_unreadable, cancelled.
 */
export function parseFiles(options: ParseJobOptions = {}): ParseFile {
  const spawn = options.spawn ?? forkParser
  const script = options.script ?? parserScript()
  const milliseconds = options.milliseconds ?? parsing.milliseconds
  return (request, listeners, signal) =>
    new Promise<ParsedFacts>((resolve, reject) => {
      if (signal.aborted) return reject(new RoostError('cancelled'))
      const child = spawn(script, heapMegabytes, [programFolder(script), request.path])
      let started = false
      const end = (settle: () => void): void => {
        clearTimeout(timer)
        signal.removeEventListener('abort', cancel)
        settle() // a promise settles once: what comes later changes nothing
        child.kill()
      }
      const fail = (error: RoostError): void => end(() => reject(error))
      const cancel = (): void => fail(new RoostError('cancelled'))
      const timer = setTimeout(() => fail(tooSlow('time', milliseconds)), milliseconds)
      signal.addEventListener('abort', cancel)
      child.onExit((code, name) => {
        // The system ends it also before it has said anything, when memory is short.
        if (endedForMemory(code, name)) fail(tooSlow('memory', parsing.memoryBytes))
        else if (!started) {
          fail(
            new RoostError('internal', {
              reason: `the reader of documents did not start (${name ?? code ?? ''})`,
            }),
          )
        } else {
          const reason = 'The document brought down the process that read it.'
          fail(new RoostError('document_damaged', { reason }))
        }
      })
      child.onMessage((message) => {
        const read = parseReplySchema.safeParse(message)
        if (!read.success) {
          fail(new RoostError('document_damaged', { reason: 'The reader of the document gave no sense.' }))
          return
        }
        const reply = read.data
        switch (reply.kind) {
          case 'started':
            started = true
            break
          case 'progress':
            listeners.progress(reply.fraction)
            break
          case 'passages':
            listeners.passages(reply.passages)
            break
          case 'failed':
            fail(new RoostError(isErrorCode(reply.code) ? reply.code : 'document_damaged', reply.detail))
            break
          case 'done': {
            const { kind: _, ...facts } = reply
            end(() => resolve(facts))
          }
        }
      })
      child.send(request)
    })
}

function tooSlow(limit: 'time' | 'memory', most: number): RoostError {
  const reason =
    limit === 'time'
      ? `Reading the document took longer than ${Math.round(most / 1000)} seconds.`
      : 'Reading the document needs more memory than a document may take.'
  return new RoostError('document_too_slow', { limit, most, reason })
}

/** By its guard, by V8, or by the system: nobody else ends it that way. */
function endedForMemory(code: number | null, signal: string | null): boolean {
  return (
    signal === 'SIGKILL' ||
    signal === 'SIGABRT' ||
    signal === 'SIGTRAP' ||
    [9, 133, 134, 137].includes(code ?? 0)
  )
}

function parserScript(): string {
  const here = fileURLToPath(import.meta.url)
  return join(dirname(here), `parse-worker${extname(here)}`)
}

/** A copy of the sources loads its packages from their folder beside electron/. */
function programFolder(script: string): string {
  return extname(script) === '.ts' ? join(dirname(script), '..', '..', '..') : dirname(script)
}

/** Nothing of the person's settings; Windows starts no program without its own folder's name. */
export function parserEnvironment(): Record<string, string> {
  const folder = process.env.SystemRoot
  return folder === undefined ? {} : { SystemRoot: folder }
}

const forkParser: SpawnParser = (script, heap, readable) => {
  const child = fork(script, [], {
    execArgv: [
      `--max-old-space-size=${heap}`,
      '--no-warnings',
      // Reads what it is given, writes nothing, starts no program, loads no native code. The thread watches memory.
      '--permission',
      '--allow-worker',
      ...readable.map((path) => `--allow-fs-read=${path}`),
    ],
    stdio: 'ignore',
    env: parserEnvironment(),
  })
  return {
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => {
      child.once('exit', listener)
      child.once('error', () => listener(null, null))
    },
    send: (request) => {
      // An error here is followed by the exit, which is what counts.
      child.send(request, () => undefined)
    },
    kill: () => void child.kill('SIGKILL'),
  }
}
