// The first look at a model file happens in a process of its own, and its verdict is kept as long as the file and the addon
// stay the same. A file whose look ends the process is refused.
import { fork } from 'node:child_process'
import { createHash } from 'node:crypto'
import type { BigIntStats } from 'node:fs'
import { stat } from 'node:fs/promises'
import { dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { RoostError, isErrorCode } from '../contract/errors.ts'
import type { ErrorCode } from '../contract/errors.ts'
import { partsOf } from './divided-model.ts'
import type { ModelDescription, SelfTestReport } from './engine.ts'
import { modelDescriptionSchema, probeProtocolVersion, probeReplySchema } from './probe-protocol.ts'
import type { ProbeReply, ProbeRequest } from './probe-protocol.ts'

/** A started child process. Listeners are set once, right after the start. */
export interface ProbeProcess {
  onMessage(listener: (message: unknown) => void): void
  /** Ended, for whatever reason, or could not be started. `signal` where one ended it. */
  onExit(listener: (code: number | null, signal: string | null) => void): void
  send(request: ProbeRequest): void
  kill(): void
}

/** Starts probe-child in a process of its own. */
export type SpawnProbe = (script: string) => ProbeProcess

/** Where verdicts outlive the application. What get() returns is checked before it is believed. */
export interface VerdictStore {
  get(key: string): Promise<string | null>
  set(key: string, verdict: string): Promise<void>
}

export interface ProbeOptions {
  /** Default: child_process.fork of this Node. A packaged Electron must give one over utilityProcess. */
  spawn?: SpawnProbe
  /** Default: probe-child beside this file, which a bundle is not. */
  script?: string
  store?: VerdictStore
  timeoutMs?: number
}

const defaultTimeoutMs = 120_000

const verdictSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('accepted'), description: modelDescriptionSchema }),
  z.strictObject({ kind: z.literal('refused'), code: z.string(), reason: z.string() }),
])
type Verdict = z.infer<typeof verdictSchema>

/** One per file path: a changed file replaces its old verdict. */
const recordSchema = z.strictObject({ file: z.string(), verdict: verdictSchema })

/** What the child says in the end. */
type Answer = Exclude<ProbeReply, { kind: 'started' }>

/** What only the content of the file decides. Everything else may be different the next time. */
const lasting: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'not_a_model',
  'model_unsafe',
  'model_unsupported',
  'model_truncated',
  'model_damaged',
])

export class ModelProbe {
  readonly #addonPath: string
  readonly #options: ProbeOptions
  readonly #known = new Map<string, { file: string; verdict: Verdict }>()
  readonly #running = new Map<string, Promise<Verdict>>()

  constructor(addonPath: string, options: ProbeOptions = {}) {
    this.#addonPath = addonPath
    this.#options = options
  }

  /** Rejects with the RoostError that the file deserves. */
  async inspect(path: string): Promise<ModelDescription> {
    const key = createHash('sha256').update(path).digest('hex')
    const file = `${await identityOfModel(path)} ${identity(await statAddon(this.#addonPath))}`
    const known = await this.#recall(key, file)
    const verdict = known ?? (await this.#once(key, file, path))
    if (verdict.kind === 'accepted') return verdict.description
    const code = isErrorCode(verdict.code) ? verdict.code : 'internal'
    throw new RoostError(code, { reason: verdict.reason })
  }

  async #recall(key: string, file: string): Promise<Verdict | null> {
    const inMemory = this.#known.get(key)
    if (inMemory) return inMemory.file === file ? inMemory.verdict : null
    const text = await this.#options.store?.get(key).catch(() => null) // a cache that can't be read is an empty one
    if (typeof text !== 'string') return null
    const record = recordSchema.safeParse(parseJson(text))
    if (!record.success || record.data.file !== file) return null
    this.#known.set(key, record.data)
    return record.data.verdict
  }

  #once(key: string, file: string, path: string): Promise<Verdict> {
    const id = `${key} ${file}`
    const running = this.#running.get(id)
    if (running) return running
    const started = this.#look(path)
      .then(async (verdict) => {
        if (verdict.kind === 'accepted' || (isErrorCode(verdict.code) && lasting.has(verdict.code))) {
          this.#known.set(key, { file, verdict })
          // Kept in memory anyway; the next start looks again.
          await this.#options.store?.set(key, JSON.stringify({ file, verdict })).catch(() => undefined)
        }
        return verdict
      })
      .finally(() => this.#running.delete(id))
    this.#running.set(id, started)
    return started
  }

  async #look(path: string): Promise<Verdict> {
    const ended = await this.#ask(
      { version: probeProtocolVersion, addon: this.#addonPath, model: path },
      'the check of the file',
    )
    if (typeof ended === 'string') {
      return {
        kind: 'refused',
        code: 'model_damaged',
        reason: `the file brought down the process that checked it (${ended})`,
      }
    }
    if (ended.kind === 'accepted' || ended.kind === 'refused') return ended
    throw new RoostError('internal', { reason: 'the check of the file gave another answer' })
  }

  /** Every kernel of a device against the reference. Errors: device_unavailable, out_of_memory; device_failed, also where
   *  it takes its process down. */
  async testDevice(device: string, threads: number): Promise<SelfTestReport> {
    const ended = await this.#ask(
      { version: probeProtocolVersion, addon: this.#addonPath, device, threads },
      'the test of the device',
    )
    if (typeof ended === 'string') {
      throw new RoostError('device_failed', {
        reason: `its driver brought down the process that tested it (${ended})`,
      })
    }
    if (ended.kind === 'tested') return ended.report
    const code = ended.kind === 'refused' && isErrorCode(ended.code) ? ended.code : 'internal'
    throw new RoostError(code, ended.kind === 'refused' ? { reason: ended.reason } : {})
  }

  /** The child's answer, or how it ended without one. */
  #ask(request: ProbeRequest, what: string): Promise<Answer | string> {
    const spawn = this.#options.spawn ?? forkProbe
    const child = spawn(this.#options.script ?? probeScript())
    const timeoutMs = this.#options.timeoutMs ?? defaultTimeoutMs
    const ofFile = 'model' in request
    return new Promise((resolve, reject) => {
      let started = false
      const timer = setTimeout(() => {
        child.kill()
        reject(
          new RoostError(ofFile ? 'file_unreadable' : 'device_failed', {
            reason: `${what} took longer than ${timeoutMs / 1000} seconds`,
          }),
        )
      }, timeoutMs)
      timer.unref()
      const settle = (answer: Answer | string) => {
        clearTimeout(timer)
        resolve(answer)
      }
      child.onMessage((message) => {
        const reply = readReply(message)
        if (reply?.kind === 'started') started = true
        else if (reply) {
          settle(reply)
          child.kill()
        }
      })
      child.onExit((code, signal) => {
        clearTimeout(timer) // after an answer this changes nothing: a promise settles once
        if (!started) {
          reject(
            new RoostError('addon_missing', {
              reason: `the process that checks model files did not start (${signal ?? `exit code ${code}`})`,
            }),
          )
        } else if (signal === 'SIGKILL' || signal === 'SIGTERM') {
          // Someone ended it, most likely the system for want of memory: that says nothing about what it looked at.
          reject(new RoostError('out_of_memory', { reason: `${what} was ended by the system` }))
        } else {
          settle(signal ?? `exit code ${code}`)
        }
      })
      child.send(request)
    })
  }
}

/** null: not a message of ours. */
function readReply(message: unknown): ProbeReply | null {
  const reply = probeReplySchema.safeParse(message)
  return reply.success ? reply.data : null
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return null // a damaged record is no record
  }
}

async function statModel(path: string): Promise<BigIntStats> {
  try {
    return await stat(path, { bigint: true })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new RoostError('file_missing', { reason: 'there is no such file' }, { cause: error })
    }
    throw new RoostError(
      'file_unreadable',
      { reason: `the file can't be read (${code ?? 'unknown'})` },
      { cause: error },
    )
  }
}

async function statAddon(path: string): Promise<BigIntStats> {
  try {
    return await stat(path, { bigint: true })
  } catch (error) {
    throw new RoostError('addon_missing', { reason: `there is no ${path}` }, { cause: error })
  }
}

/** Two files with equal size, time and inode are taken for the same. */
function identity(file: BigIntStats): string {
  return `${file.size}-${file.mtimeNs}-${file.ino}`
}

/** Of a divided model: of its index and all its parts. */
async function identityOfModel(path: string): Promise<string> {
  const whole = identity(await statModel(path))
  const parts = await partsOf(path)
  if (parts.length === 0) return whole
  const each = await Promise.all(
    parts.map(async (part) => await stat(part, { bigint: true }).then(identity, () => 'absent')),
  )
  return createHash('sha256')
    .update([whole, ...each].join('\n'))
    .digest('hex')
}

function probeScript(): string {
  const here = fileURLToPath(import.meta.url)
  return join(dirname(here), `probe-child${extname(here)}`)
}

const forkProbe: SpawnProbe = (script) => {
  const child = fork(script, [], {
    execArgv: [],
    stdio: 'ignore',
    // The child needs no settings of its parent's Node (loaders, inspectors, memory limits).
    env: { ...process.env, NODE_OPTIONS: '' },
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
