// Storage over two worker threads. Nothing here waits for a disk.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { RoostError } from '../contract/errors.ts'
import type { Logger } from '../platform/log.ts'
import type { DataFolders } from '../platform/paths.ts'
import type { StoredBackup } from './keeping-types.ts'
import { readerMethods, writerMethods } from './protocol.ts'
import type { FromWorker, Request, WorkerStart } from './protocol.ts'
import type { KeptSnapshot, NewOpeningState } from './memory-storage.ts'
import type { FinishedAnswer, OpeningReport, Storage, StorageReader, StorageWriter } from './storage.ts'

export interface StorageOptions {
  readonly folders: Pick<DataFolders, 'database' | 'backups' | 'setAside'>
  readonly log: Logger
  /** The worker's entry; by default found beside this module: worker.ts, or storage-worker.js in a build. */
  readonly worker?: URL
  /** Tests only: see OpeningOptions.pageLimit. */
  readonly pageLimit?: number
}

/** Errors: storage_unavailable (locked, not writable), storage_newer, disk_full. A damaged database is no error: see
 *  Storage.opening. */
export async function openStorage(options: StorageOptions): Promise<Storage> {
  const entry = options.worker ?? defaultWorker()
  const places = {
    database: options.folders.database,
    backups: options.folders.backups,
    setAside: options.folders.setAside,
  }
  const log = options.log.child('storage')
  const pageLimit = options.pageLimit ?? null
  const { thread: writer, report } = await WorkerThread.start(
    entry,
    { role: 'writer', places, pageLimit },
    log,
  )
  if (report === null) throw new RoostError('internal', { reason: 'the writer sent no report' })
  logOpening(log, report)
  const startReader = async (): Promise<WorkerThread> =>
    (await WorkerThread.start(entry, { role: 'reader', places, pageLimit: null }, log)).thread
  let reader: WorkerThread
  try {
    reader = await startReader()
  } catch (error) {
    await writer.close()
    throw error
  }
  /** Long work, so that nobody waits behind it. */
  const apart = async (method: string, ...values: readonly unknown[]): Promise<unknown> => {
    const thread = await startReader()
    try {
      return await thread.call(method, values)
    } finally {
      await thread.close()
    }
  }
  return {
    opening: report,
    read: remote<StorageReader>(reader, readerMethods),
    write: remote<StorageWriter>(writer, writerMethods),
    quickCheck: async () => (await apart('quickCheck')) === true,
    async backUp() {
      await apart('backUp')
    },
    backups: async () => (await apart('backups')) as StoredBackup[],
    async requestRestore(name) {
      await apart('requestRestore', name)
    },
    async close() {
      await reader.close()
      await writer.close()
    },
  }
}

/** Whether every page of a database that nobody has open is sound. */
export async function checkDatabaseFile(
  database: string,
  options: Pick<StorageOptions, 'log' | 'worker'>,
): Promise<boolean> {
  const places = { database, backups: '', setAside: '' }
  const start: WorkerStart = { role: 'reader', places, pageLimit: null }
  const log = options.log.child('storage')
  const { thread } = await WorkerThread.start(options.worker ?? defaultWorker(), start, log)
  try {
    return (await thread.call('quickCheck', [])) === true
  } finally {
    await thread.close()
  }
}

function defaultWorker(): URL {
  const places = ['./worker.ts', './storage-worker.js', '../storage-worker.js']
  for (const place of places) {
    const url = new URL(place, import.meta.url)
    if (existsSync(fileURLToPath(url))) return url
  }
  throw new RoostError('internal', { reason: 'the entry of the storage worker is missing' })
}

function logOpening(log: Logger, report: OpeningReport): void {
  log.info('database opened', {
    created: report.created,
    migratedFrom: report.migratedFrom,
    interrupted: report.interrupted.length,
  })
  if (report.setAside !== null) {
    const { file, source, conversations, messages } = report.setAside
    log.error('database was damaged and set aside', { file, source, conversations, messages })
  }
}

type Method = (...values: unknown[]) => Promise<unknown>

function remote<Interface>(
  thread: WorkerThread,
  methods: Readonly<Record<keyof Interface & string, true>>,
): Interface {
  const made: Record<string, Method> = {}
  for (const method of Object.keys(methods)) made[method] = (...values) => thread.call(method, values)
  return made as Interface
}

/** A snapshot that is handed over is given away: it may be many megabytes. */
function givenAway(method: string, values: readonly unknown[]): ArrayBuffer[] {
  const bytes =
    method === 'finishAnswer'
      ? (values[0] as FinishedAnswer).snapshot?.bytes
      : method === 'keepSnapshot' || method === 'putOpeningState'
        ? (values[0] as KeptSnapshot | NewOpeningState).bytes
        : undefined
  if (bytes === undefined || !(bytes.buffer instanceof ArrayBuffer)) return []
  return bytes.byteLength === bytes.buffer.byteLength ? [bytes.buffer] : []
}

class WorkerThread {
  readonly #worker: Worker
  readonly #log: Logger
  readonly #waiting = new Map<
    number,
    { resolve: (value: unknown) => void; reject: (error: RoostError) => void }
  >()
  #next = 1
  #gone: RoostError | null = null
  #closing: Promise<void> | null = null

  private constructor(worker: Worker, log: Logger) {
    this.#worker = worker
    this.#log = log
  }

  static start(
    entry: URL,
    workerData: WorkerStart,
    log: Logger,
  ): Promise<{ thread: WorkerThread; report: OpeningReport | null }> {
    const worker = new Worker(entry, { workerData, name: `storage ${workerData.role}` })
    const thread = new WorkerThread(worker, log)
    return new Promise((resolve, reject) => {
      worker.on('message', (message: FromWorker) => {
        if (message.kind === 'ready') resolve({ thread, report: message.report })
        else if (message.kind === 'refused') reject(RoostError.fromValue(message.error))
        else thread.#receive(message)
      })
      worker.on('error', (error: unknown) => {
        log.error('storage thread failed', { reason: error instanceof Error ? error.name : 'unknown' })
        thread.#end(
          new RoostError('storage_unavailable', { reason: 'The storage thread failed.' }, { cause: error }),
        )
        reject(
          new RoostError(
            'storage_unavailable',
            { reason: 'The storage thread did not start.' },
            { cause: error },
          ),
        )
      })
      worker.on('exit', () => {
        thread.#end(new RoostError('closed', { reason: 'Storage was closed.' }))
        reject(new RoostError('storage_unavailable', { reason: 'The storage thread ended at its start.' }))
      })
    })
  }

  call(method: string, values: readonly unknown[]): Promise<unknown> {
    if (this.#gone !== null) return Promise.reject(this.#gone)
    if (this.#closing !== null)
      return Promise.reject(new RoostError('closed', { reason: 'Storage was closed.' }))
    const id = this.#next++
    const request: Request = { id, method, values }
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      this.#worker.postMessage(request, givenAway(method, values))
    })
  }

  /** What was asked before is done before. */
  close(): Promise<void> {
    this.#closing ??= new Promise((resolve) => {
      if (this.#gone !== null) return resolve()
      this.#worker.once('exit', () => resolve())
      this.#worker.postMessage('close')
    })
    return this.#closing
  }

  #receive(message: FromWorker): void {
    switch (message.kind) {
      case 'value':
        this.#waiting.get(message.id)?.resolve(message.value)
        this.#waiting.delete(message.id)
        break
      case 'error':
        if (message.stack !== null) this.#log.error('storage fault', { stack: message.stack })
        this.#waiting.get(message.id)?.reject(RoostError.fromValue(message.error))
        this.#waiting.delete(message.id)
        break
      case 'slow':
        this.#log.info('slow query', { sql: message.sql, milliseconds: message.milliseconds })
        break
      case 'trouble':
        this.#log.warn('storage trouble', { while: message.message, code: message.code })
        break
      case 'ready':
      case 'refused':
      case 'closed':
        break
    }
  }

  #end(error: RoostError): void {
    this.#gone ??= error
    for (const { reject } of this.#waiting.values()) reject(this.#gone)
    this.#waiting.clear()
  }
}
