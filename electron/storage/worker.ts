// A thread that owns one connection. The writer opens, checks and migrates the database and tidies it when idle; the
// reader starts after it and answers while the writer is busy with a large snapshot.
import type Database from 'better-sqlite3'
import { parentPort, workerData } from 'node:worker_threads'
import { RoostError } from '../contract/errors.ts'
import { passesQuickCheck, writeBackup } from './copy-rows.ts'
import { isDamage, isInputOutputFailure, toRoostError } from './database.ts'
import type { ReadableDatabase, WritableDatabase } from './database.ts'
import type { StoredBackup } from './keeping-types.ts'
import { listBackups } from './list-backups.ts'
import { openDatabase, openReader, requestCheck } from './open-database.ts'
import { readerOperations, writerOperations } from './operations.ts'
import { requestRestore } from './restore.ts'
import type { FromWorker, Request, WorkerStart } from './protocol.ts'

type Operation = (...values: unknown[]) => unknown

/** After this long without work the log goes into the database file and freed pages go back to the disk. */
const idleMs = 400
const vacuumPagesPerStep = 512
/** The log is not left to grow beyond this while work never pauses. */
const operationsPerCheckpoint = 200

const start = workerData as WorkerStart
if (parentPort === null) throw new Error('worker.ts runs in a worker thread')
const port = parentPort

function send(message: FromWorker, transfer: ArrayBuffer[] = []): void {
  port.postMessage(message, transfer)
}

const onSlow = (sql: string, milliseconds: number): void => {
  send({
    kind: 'slow',
    sql: sql.replaceAll(/\s+/g, ' ').slice(0, 120),
    milliseconds: Math.round(milliseconds),
  })
}

/** A connection with its methods. `failed` says that it must not be used again. */
class Owner {
  #connection: Database.Database | null = null
  #lock: Database.Database | null = null
  #operations: Readonly<Record<string, Operation>> = {}
  #wasOpen = false

  open(): FromWorker {
    if (start.role === 'reader') {
      const { db, connection } = openReader(start.places.database, onSlow)
      this.#connection = connection
      const backUp = (from: ReadableDatabase): void => {
        writeBackup(from, start.places.backups, new Date())
      }
      const backups = (): StoredBackup[] => listBackups(start.places.backups)
      const restoreNext = (_from: ReadableDatabase, name: string): void => {
        requestRestore(start.places, name)
      }
      this.#operations = bind(
        {
          ...readerOperations,
          backUp,
          backups,
          requestRestore: restoreNext,
          quickCheck: passesQuickCheck,
        },
        db,
      )
      return { kind: 'ready', report: null }
    }
    const opened = openDatabase({
      places: start.places,
      now: () => new Date(),
      onSlow,
      again: this.#wasOpen,
      ...(start.pageLimit === null ? {} : { pageLimit: start.pageLimit }),
    })
    this.#connection = opened.connection
    this.#lock = opened.lock
    this.#wasOpen = true
    this.#operations = bind(writerOperations(start.places), opened.db)
    return { kind: 'ready', report: opened.report }
  }

  run(method: string, values: readonly unknown[]): unknown {
    if (this.#connection === null) this.open() // after a failure of the disk: anew, with a check
    const operation = Object.hasOwn(this.#operations, method) ? this.#operations[method] : undefined
    if (operation === undefined)
      throw new RoostError('internal', { reason: `storage has no method ${method}` })
    try {
      return operation(...values)
    } catch (error) {
      this.#react(error)
      throw error
    }
  }

  /** What the disk did with the last pages is unknown after a failed write or sync: nothing is retried on this connection. */
  #react(error: unknown): void {
    const failed = isInputOutputFailure(error)
    if (!failed && !isDamage(error)) return
    try {
      requestCheck(start.places.database)
      if (failed) this.close()
    } catch (second) {
      send({ kind: 'trouble', message: 'after a failure', code: toRoostError(second).code })
    }
  }

  checkpoint(): void {
    this.#connection?.pragma('wal_checkpoint(PASSIVE)')
  }

  /** True while there may be more to give back. */
  tidy(): boolean {
    if (this.#connection === null) return false
    this.checkpoint()
    const free = this.#connection.pragma('freelist_count', { simple: true })
    if (typeof free !== 'number' || free === 0) return false
    this.#connection.pragma(`incremental_vacuum(${vacuumPagesPerStep})`)
    return true
  }

  close(): void {
    const connection = this.#connection
    const lock = this.#lock
    this.#connection = null
    this.#lock = null
    try {
      if (start.role === 'writer' && connection !== null) connection.pragma('wal_checkpoint(TRUNCATE)')
    } catch (error) {
      send({ kind: 'trouble', message: 'last checkpoint', code: toRoostError(error).code })
    }
    connection?.close()
    lock?.close()
  }
}

function bind<Connection extends ReadableDatabase | WritableDatabase>(
  operations: Readonly<Record<string, unknown>>,
  db: Connection,
): Readonly<Record<string, Operation>> {
  const bound: Record<string, Operation> = {}
  for (const [name, operation] of Object.entries(operations)) {
    bound[name] = (...values) => (operation as Operation)(db, ...values)
  }
  return bound
}

/** Large results move instead of being copied; what does not own its memory is copied once. */
function transferable(value: unknown): ArrayBuffer[] {
  if (typeof value !== 'object' || value === null || !('bytes' in value)) return []
  const { bytes } = value
  if (!(bytes instanceof Uint8Array) || !(bytes.buffer instanceof ArrayBuffer)) return []
  return bytes.byteLength === bytes.buffer.byteLength ? [bytes.buffer] : []
}

const owner = new Owner()
let idle: NodeJS.Timeout | undefined
let sinceCheckpoint = 0

function tidyLater(): void {
  if (start.role !== 'writer') return
  clearTimeout(idle)
  idle = setTimeout(() => {
    try {
      sinceCheckpoint = 0
      if (owner.tidy()) tidyLater()
    } catch (error) {
      send({ kind: 'trouble', message: 'tidying', code: toRoostError(error).code })
    }
  }, idleMs)
}

function answer({ id, method, values }: Request): void {
  try {
    const value = owner.run(method, values)
    send({ kind: 'value', id, value }, transferable(value))
  } catch (error) {
    const known = toRoostError(error)
    const stack = known.kind === 'bug' && error instanceof Error ? (error.stack ?? null) : null
    send({ kind: 'error', id, error: known.toValue(), stack })
  }
  sinceCheckpoint += 1
  if (sinceCheckpoint >= operationsPerCheckpoint && start.role === 'writer') {
    sinceCheckpoint = 0
    try {
      owner.checkpoint()
    } catch (error) {
      send({ kind: 'trouble', message: 'checkpoint', code: toRoostError(error).code })
    }
  }
  tidyLater()
}

try {
  send(owner.open())
  port.on('message', (message: Request | 'close') => {
    if (message !== 'close') return answer(message)
    clearTimeout(idle)
    try {
      owner.close()
    } catch (error) {
      send({ kind: 'trouble', message: 'closing', code: toRoostError(error).code })
    }
    send({ kind: 'closed' })
    port.close()
  })
} catch (error) {
  send({ kind: 'refused', error: toRoostError(error).toValue() })
  port.close()
}
