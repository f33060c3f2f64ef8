// Moving the data folder. What can be copied while Roost runs is copied and compared then; the database, and whatever
// changed meanwhile, when everything has ended for a moment; then one rename says where the data is (data-location.ts).
//
//   resting ──move──> copying ──> verifying ──> switching ──> Roost stands anew, on the new folder
//      ↑                 │            │             │
//      └────cancelled, or an error: what was copied is removed, the old folder stays in use
//
// Killed anywhere, the next start has one whole folder in use: the old one up to the rename, the new one behind it.
// The old folder stays as it is until a person deletes it.
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { lstat, readdir, realpath, rm, statfs, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve, sep } from 'node:path'
import type { DataFolderChoice, DataFolderProblem, DataFolderState } from '../../contract/data-folder.ts'
import { RoostError } from '../../contract/errors.ts'
import type { ErrorValue } from '../../contract/errors.ts'
import type { Emit } from '../../contract/events.ts'
import {
  arrivingName,
  clearTarget,
  holdsNothing,
  locate,
  namesOfAnchor,
  noteMoving,
  readMoving,
  switchTo,
  touchEveryMs,
  touchMoving,
} from '../../platform/data-location.ts'
import type { Moving } from '../../platform/data-location.ts'
import { errorFields } from '../../platform/log.ts'
import type { Logger } from '../../platform/log.ts'
import { createPrivateFolder, systemCode } from '../../platform/paths.ts'
import type { DataFolders } from '../../platform/paths.ts'
import { listTree, TreeCopy } from './copy-tree.ts'

/** What the database and its logs may grow by meanwhile. */
const spareBytes = 64 * 1024 * 1024
const tellEveryMs = 200
/** By then a window that lost its host has found the new one. */
const tellAtStartMs = 1000

export interface DataFolderParts {
  readonly folders: Pick<DataFolders, 'root' | 'anchor' | 'database'>
  readonly emit: Emit
  readonly log: Logger
  /** Whether every page of this database is sound. */
  checkDatabase(database: string): Promise<boolean>
  /** Ends everything, does `between`, which must not reject, and begins anew wherever the data folder then is. */
  restart(between: (closed: boolean) => Promise<void>): void
}

type Work = NonNullable<DataFolderState['work']>

export class DataFolder {
  readonly #parts: DataFolderParts
  readonly #log: Logger
  #work: Work | null = null
  #error: ErrorValue | null
  #abort: AbortController | null = null
  #told = 0
  #alive: NodeJS.Timeout | undefined

  constructor(parts: DataFolderParts) {
    this.#parts = parts
    this.#log = parts.log.child('data-folder')
    const failed = readMoving(parts.folders.anchor)?.failed ?? null
    this.#error = failed === null ? null : { code: failed }
  }

  /** A window that saw the move begin hears how it ended, also where it was not loaded anew. */
  begin(): void {
    if (this.#error === null && locate(this.#parts.folders.anchor).old === null) return
    setTimeout(() => {
      this.#tellNow().catch((error: unknown) => this.#log.warn('state not told', errorFields(error)))
    }, tellAtStartMs).unref()
  }

  async state(): Promise<DataFolderState> {
    const { root, anchor } = this.#parts.folders
    const { old } = locate(anchor)
    return {
      path: root,
      work: this.#work,
      error: this.#error,
      old:
        old === null || !existsSync(old) ? null : { path: old, bytes: (await listTree(old, ofAnchor)).bytes },
    }
  }

  async inspect(chosen: string): Promise<DataFolderChoice> {
    const target = await targetOf(chosen)
    const { root } = this.#parts.folders
    const { bytes } = await listTree(root, leftOut)
    const neededBytes = bytes + spareBytes
    const freeBytes = await freeOn(target)
    return {
      label: target,
      neededBytes,
      freeBytes,
      problem: await problemOf(root, target, neededBytes, freeBytes),
    }
  }

  /** Errors: folder_unusable, with the problem; busy. */
  async move(chosen: string): Promise<void> {
    if (this.#abort !== null)
      throw new RoostError('busy', { reason: 'The data folder is being moved already.' })
    const abort = new AbortController()
    this.#abort = abort
    let target: string
    try {
      const { problem, neededBytes, freeBytes } = await this.inspect(chosen)
      if (problem !== null) throw new RoostError('folder_unusable', { problem, neededBytes, freeBytes })
      target = await targetOf(chosen)
    } catch (error) {
      this.#abort = null
      throw error
    }
    this.#error = null
    const moving = { id: randomUUID(), target, pid: process.pid, switching: false, failed: null }
    void this.#run(moving, abort.signal)
  }

  cancel(): void {
    if (this.#work?.phase !== 'switching') this.#abort?.abort()
  }

  /** Errors: not_found; write_failed, where the system keeps a file. */
  async deleteOld(): Promise<DataFolderState> {
    const { root, anchor } = this.#parts.folders
    const { old } = locate(anchor)
    if (old === null || this.#abort !== null) throw new RoostError('not_found', { what: 'folder' })
    if (liesIn(old, root)) throw new RoostError('folder_unusable', { problem: 'inside' })
    try {
      for (const name of existsSync(old) ? await readdir(old) : []) {
        if (!ofAnchor(name)) await rm(join(old, name), { recursive: true, force: true })
      }
      if (old !== anchor) await rm(old, { recursive: true, force: true })
    } catch (error) {
      const reason = `Not all of the old folder could be deleted (${systemCode(error)}).`
      throw new RoostError('write_failed', { reason }, { cause: error })
    }
    switchTo(anchor, { folder: root, old: null })
    return await this.#tellNow()
  }

  /** What was copied stays for the next start to clear away; nothing new is begun. */
  close(): void {
    if (this.#work?.phase !== 'switching') this.#abort?.abort()
  }

  async #run(moving: Moving, signal: AbortSignal): Promise<void> {
    const { root, anchor } = this.#parts.folders
    this.#alive = setInterval(() => touchMoving(anchor), touchEveryMs)
    this.#alive.unref()
    try {
      noteMoving(anchor, moving)
      createPrivateFolder(moving.target)
      await writeFile(join(moving.target, arrivingName), moving.id, { mode: 0o600, flag: 'wx' })
      const copy = new TreeCopy(root, moving.target, signal)
      // The database is written all the time: it comes last.
      const { files, bytes } = await listTree(root, (path) => leftOut(path) || ofDatabase(path))
      await copy.copy(files, this.#progress('copying', bytes))
      await copy.verify(this.#progress('verifying', copy.unverifiedBytes))
      signal.throwIfAborted()
      this.#work = { phase: 'switching', doneBytes: 0, totalBytes: 0 }
      await this.#tellNow()
      this.#parts.restart((closed) => this.#switch(moving, copy, closed))
    } catch (error) {
      await this.#giveUp(moving, error)
      clearInterval(this.#alive)
      noteMoving(anchor, null)
      this.#work = null
      this.#abort = null
      await this.#tellNow()
    }
  }

  /** Everything has ended: what lies in the folder stays as it is. Whoever begins next reads from the notes how it went. */
  async #switch(moving: Moving, copy: TreeCopy, closed: boolean): Promise<void> {
    const { root, anchor, database } = this.#parts.folders
    try {
      if (!closed) throw new RoostError('busy', { reason: 'Roost did not end in time.' })
      noteMoving(anchor, { ...moving, switching: true })
      const { files, bytes } = await listTree(root, leftOut)
      await copy.copy(files, this.#progress('switching', bytes))
      await copy.verify(() => undefined)
      const copied = join(moving.target, basename(database))
      if (!(await this.#parts.checkDatabase(copied))) {
        throw new RoostError('storage_damaged', { reason: 'The copied database does not pass its check.' })
      }
      // Another Roost that was started in this very moment took the folder: its words are not in the copy.
      if (existsSync(join(root, 'running')) || existsSync(`${database}-wal`)) {
        throw new RoostError('busy', { reason: 'Another Roost uses the data folder.' })
      }
      // The last moment at which the old folder is in use.
      switchTo(anchor, { folder: moving.target, old: root })
      this.#log.info('the data folder has moved')
      await rm(join(moving.target, arrivingName), { force: true }).catch(ignore) // or at the next start
      noteMoving(anchor, null)
    } catch (error) {
      await this.#giveUp(moving, error)
      try {
        noteMoving(anchor, { ...moving, failed: this.#error?.code ?? 'internal' })
      } catch (second) {
        this.#log.warn('nobody will be told', errorFields(second)) // the next start takes the move back
      }
    } finally {
      clearInterval(this.#alive)
    }
  }

  async #giveUp(moving: Moving, error: unknown): Promise<void> {
    const cancelled = this.#abort?.signal.aborted === true
    const known = error instanceof RoostError ? error : systemError(error)
    this.#error = cancelled ? null : known.toValue()
    if (!cancelled) this.#log.error('the data folder was not moved', errorFields(error))
    try {
      const isNew = existsSync(join(moving.target, arrivingName))
      clearTarget(moving)
      if (isNew && (await readdir(moving.target)).length === 0) await rm(moving.target, { recursive: true })
    } catch (second) {
      this.#log.warn('what was copied was not removed', errorFields(second)) // at the next start
    }
  }

  #progress(phase: Work['phase'], totalBytes: number): (bytes: number) => void {
    let doneBytes = 0
    this.#work = { phase, doneBytes, totalBytes }
    return (bytes) => {
      doneBytes += bytes
      this.#work = { phase, doneBytes: Math.min(doneBytes, totalBytes), totalBytes }
      const now = performance.now()
      if (now - this.#told < tellEveryMs) return
      this.#told = now
      const { root } = this.#parts.folders
      this.#parts.emit('dataFolder.changed', {
        folder: { path: root, work: this.#work, error: this.#error, old: null },
      })
    }
  }

  async #tellNow(): Promise<DataFolderState> {
    const state = await this.state()
    this.#parts.emit('dataFolder.changed', { folder: state })
    return state
  }
}

/** The chosen folder where it holds nothing, else a folder of ours in it. */
async function targetOf(chosen: string): Promise<string> {
  const real = resolve(await realpath(chosen).catch(() => chosen))
  try {
    return holdsNothing(real) ? real : join(real, 'Roost')
  } catch (error) {
    if (systemCode(error) === 'unknown') throw error
    return real // it cannot be read: problemOf() says so
  }
}

async function problemOf(
  root: string,
  target: string,
  neededBytes: number,
  freeBytes: number,
): Promise<DataFolderProblem | null> {
  const real = await realpath(root)
  if (liesIn(real, target) || liesIn(target, real)) return 'inside'
  try {
    if (!holdsNothing(target)) return 'not_empty'
    const there = await existing(target)
    const trial = join(there, `.roost-trial-${randomUUID()}`)
    await writeFile(trial, '', { flag: 'wx' })
    await rm(trial)
  } catch (error) {
    if (systemCode(error) === 'unknown') throw error
    return 'unwritable'
  }
  return freeBytes < neededBytes ? 'no_room' : null
}

/** The nearest folder above that is there. */
async function existing(path: string): Promise<string> {
  for (let at = path; ; at = dirname(at)) {
    const facts = await lstat(at).catch(ignore)
    if (facts !== undefined || dirname(at) === at) return at
  }
}

async function freeOn(target: string): Promise<number> {
  try {
    const disk = await statfs(await existing(target))
    return disk.bavail * disk.bsize
  } catch (error) {
    if (systemCode(error) === 'unknown') throw error
    return 0
  }
}

function liesIn(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep)
}

function ofAnchor(path: string): boolean {
  return namesOfAnchor.has(path)
}

/** Logs belong to where they were written; the exchange is emptied at every start; locks and marks are of a process. */
function leftOut(path: string): boolean {
  return (
    namesOfAnchor.has(path) ||
    ['logs', 'exchange', 'running', 'roost.db.lock', 'roost.db-shm', arrivingName].includes(path)
  )
}

function ofDatabase(path: string): boolean {
  return path === 'roost.db' || path.startsWith('roost.db-')
}

function systemError(error: unknown): RoostError {
  const code = systemCode(error)
  if (code === 'unknown') return new RoostError('internal', {}, { cause: error })
  if (code === 'ENOSPC' || code === 'EDQUOT') return new RoostError('disk_full', {}, { cause: error })
  return new RoostError('write_failed', { reason: `A file cannot be copied (${code}).` }, { cause: error })
}

function ignore(error: unknown): undefined {
  if (systemCode(error) === 'unknown') throw error
  return undefined
}
