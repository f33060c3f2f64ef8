// Opening is where a database is trusted or not. In order:
//   1. nobody else holds it (a lock that the system frees when its holder dies);
//   2. its header says that it is ours and not from a newer version: that one is left as it is, byte for byte;
//   3. its schema is the one that its version should have, and after an unclean end its pages are sound;
//   4. a copy is made, pending migrations run;
//   5. answers that were being written become `interrupted`.
// What fails 2 or 3 for damage is moved aside under a dated name, never deleted, and what can be read of it goes into a
// new database.
import Database from 'better-sqlite3'
import {
  chmodSync,
  closeSync,
  existsSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { RoostError } from '../contract/errors.ts'
import { createPrivateFolder, systemCode } from '../platform/paths.ts'
import {
  backups,
  copyRows,
  createDatabaseFile,
  passesQuickCheck,
  timeName,
  writeBackup,
} from './copy-rows.ts'
import { isDamage, ReadableDatabase, toRoostError, WritableDatabase } from './database.ts'
import type { QueryTimer } from './database.ts'
import { applicationId, oldestSqlite } from './layout.ts'
import {
  expectedSchemaObjects,
  migrate,
  migrations,
  newestVersion,
  schemaObjects,
  userVersion,
} from './migrate.ts'
import type { Migration } from './migration.ts'
import type { DatabasePlaces } from './places.ts'
import { relocate } from './relocate.ts'
import { finishRestore } from './restore.ts'
import type { OpeningReport } from './storage.ts'

export interface OpeningOptions {
  readonly places: DatabasePlaces
  readonly now: () => Date
  readonly onSlow?: QueryTimer
  readonly migrations?: readonly Migration[]
  /** The same process opens anew after a failure: what it is writing goes on. */
  readonly again?: boolean
  /** Tests only: the database may not grow beyond this many pages, as if the disk were full. */
  readonly pageLimit?: number
}

export interface OpenDatabase {
  readonly db: WritableDatabase
  readonly connection: Database.Database
  readonly report: OpeningReport
  readonly lock: Database.Database
}

/** Above this size the pages are checked while the window is already there. */
const checkAtOnceBytes = 256 * 1024 * 1024
const backupEveryMs = 24 * 60 * 60 * 1000

class Damaged extends Error {
  /** Not a database of ours at all: nothing can be salvaged from it. */
  readonly foreign: boolean
  constructor(reason: string, foreign: boolean, options?: { cause: unknown }) {
    super(reason, options)
    this.name = 'Damaged'
    this.foreign = foreign
  }
}

export function openDatabase(options: OpeningOptions): OpenDatabase {
  checkLibrary()
  const list = options.migrations ?? migrations
  const { places } = options
  const lock = takeLock(`${places.database}.lock`)
  try {
    return { ...openLocked(options, list), lock }
  } catch (error) {
    lock.close()
    throw error instanceof RoostError ? error : toRoostError(error)
  }
}

function openLocked(
  options: OpeningOptions,
  list: readonly Migration[],
): { db: WritableDatabase; connection: Database.Database; report: OpeningReport } {
  const { places, now } = options
  const restored = finishRestore(places, now(), (backup, target) =>
    canBeRead(backup, list) ? fillFrom(backup, target, list) !== null : false,
  )
  const created = isEmpty(places.database)
  let setAside: OpeningReport['setAside'] = null
  let opened: { connection: Database.Database; checkDue: boolean }
  try {
    if (created) createDatabaseFileOver(places.database, newestVersion(list), list)
    opened = openAndVerify(options, list)
  } catch (error) {
    if (!(error instanceof Damaged)) throw error
    setAside = replaceDamaged(options, list, error.foreign)
    opened = openAndVerify(options, list)
  }
  const { connection, checkDue } = opened
  try {
    const db = new WritableDatabase(connection, options.onSlow ?? null)
    const version = userVersion(db)
    const newest = newestVersion(list)
    if (version < newest) {
      createPrivateFolder(places.backups)
      writeBackup(db, places.backups, now(), list)
      migrate(db, list)
    }
    followFolder(db, places.database)
    const interrupted = options.again === true ? [] : interruptRunning(db)
    const newestBackup = backups(places.backups)[0]
    const report: OpeningReport = {
      created,
      migratedFrom: version < newest ? version : null,
      setAside,
      restored,
      interrupted,
      checkDue,
      backupDue:
        newestBackup === undefined ||
        now().getTime() - statSync(join(places.backups, newestBackup)).mtimeMs > backupEveryMs,
    }
    return { db, connection, report }
  } catch (error) {
    connection.close()
    throw error
  }
}

/** The reader's connection: cannot write, whatever it is asked. Only after openDatabase(). */
export function openReader(
  path: string,
  onSlow: QueryTimer,
): { db: ReadableDatabase; connection: Database.Database } {
  const connection = new Database(path, { readonly: true, fileMustExist: true })
  setPragmas(connection)
  connection.pragma('query_only = ON')
  return { db: new ReadableDatabase(connection, onSlow), connection }
}

function checkLibrary(): void {
  const connection = new Database(':memory:')
  const row = connection.prepare('SELECT sqlite_version() AS version').get() as { version: string }
  connection.close()
  const found = row.version.split('.').map(Number)
  for (const [place, needed] of oldestSqlite.entries()) {
    const part = found[place] ?? 0
    if (part > needed) return
    if (part < needed) {
      const reason = `SQLite ${row.version} is older than ${oldestSqlite.join('.')}.`
      throw new RoostError('storage_unavailable', { reason })
    }
  }
}

/** Held for as long as the process lives; the system frees it with the process, even a killed one. */
function takeLock(path: string): Database.Database {
  try {
    closeSync(openSync(path, 'a', 0o600))
    const lock = new Database(path, { timeout: 2000 })
    try {
      lock.exec('BEGIN EXCLUSIVE')
      return lock
    } catch (error) {
      lock.close()
      throw error
    }
  } catch (error) {
    const code = systemCode(error)
    const reason = code.startsWith('SQLITE_BUSY')
      ? 'Another Roost is using this data folder.'
      : `The data folder cannot be written (${code}).`
    throw new RoostError('storage_unavailable', { reason }, { cause: error })
  }
}

function size(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}

/** Nothing was ever committed: a new file, or one whose creation was killed (its journal then undoes it). */
function isEmpty(database: string): boolean {
  return size(database) === 0 && size(`${database}-wal`) === 0
}

function createDatabaseFileOver(path: string, version: number, list: readonly Migration[]): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(path + suffix, { force: true })
  createDatabaseFile(path, version, list).close()
}

function openAndVerify(
  options: OpeningOptions,
  list: readonly Migration[],
): { connection: Database.Database; checkDue: boolean } {
  const path = options.places.database
  const newest = newestVersion(list)
  const unclean = size(`${path}-wal`) > 0 || size(`${path}-journal`) > 0
  const checkAsked = existsSync(checkMarker(path))
  readHeader(path, newest)
  refuseNewer(path, newest)
  let connection: Database.Database
  try {
    connection = new Database(path, { fileMustExist: true, timeout: 5000 })
  } catch (error) {
    throw toRoostError(error)
  }
  try {
    setPragmas(connection)
    connection.pragma('journal_mode = WAL')
    connection.pragma('wal_autocheckpoint = 0')
    if (options.pageLimit !== undefined) connection.pragma(`max_page_count = ${options.pageLimit}`)
    chmodSync(path, 0o600)
    const db = new ReadableDatabase(connection)
    const version = userVersion(db)
    if (version > newest) throw newerVersion(version, newest)
    const found = schemaObjects(db)
    const expected = expectedSchemaObjects(list, version)
    if (found.length !== expected.length || found.some((object, index) => object !== expected[index])) {
      throw new Damaged('the schema is not the one of its version', false)
    }
    const large = size(path) > checkAtOnceBytes
    if ((checkAsked || (unclean && !large)) && !passesQuickCheck(db))
      throw new Damaged('pages are damaged', false)
    rmSync(checkMarker(path), { force: true })
    return { connection, checkDue: unclean && large && !checkAsked }
  } catch (error) {
    connection.close()
    if (isDamage(error)) throw new Damaged('SQLite cannot read it', false, { cause: error })
    throw error
  }
}

/** Present: the next opening checks every page first. */
export function checkMarker(database: string): string {
  return `${database}.check`
}

export function requestCheck(database: string): void {
  writeFileSync(checkMarker(database), '', { mode: 0o600 })
}

/** The first 100 bytes, read without SQLite: a database that is not ours to open is not even touched. */
function readHeader(path: string, newest: number): void {
  const header = Buffer.alloc(100)
  const file = openSync(path, 'r')
  let bytes: number
  try {
    bytes = readSync(file, header, 0, 100, 0)
  } finally {
    closeSync(file)
  }
  if (bytes === 0) return // all of it is still in the log
  if (bytes < 100 || header.toString('latin1', 0, 16) !== 'SQLite format 3\0') {
    throw new Damaged('the file has no header of SQLite', true)
  }
  const version = header.readUInt32BE(60)
  if (header.readUInt32BE(68) !== applicationId)
    throw new Damaged('the database belongs to another program', true)
  if (version > newest) throw newerVersion(version, newest)
}

/** The log may hold a newer version than the header. A read-only connection neither recovers nor moves it. */
function refuseNewer(path: string, newest: number): void {
  if (size(`${path}-wal`) === 0) return
  let version: number
  try {
    const connection = new Database(path, { readonly: true, fileMustExist: true })
    try {
      version = userVersion(new ReadableDatabase(connection))
    } finally {
      connection.close()
    }
  } catch (error) {
    if (isDamage(error)) throw new Damaged('SQLite cannot read it', false, { cause: error })
    return // opening for writing will say what is wrong
  }
  if (version > newest) throw newerVersion(version, newest)
}

function newerVersion(found: number, known: number): RoostError {
  return new RoostError('storage_newer', {
    found,
    known,
    reason: 'The conversations were written by a newer version of Roost. They were left as they are.',
  })
}

function setPragmas(connection: Database.Database): void {
  connection.unsafeMode(false) // SQLite's defensive mode
  connection.pragma('busy_timeout = 5000')
  connection.pragma('foreign_keys = ON')
  connection.pragma('trusted_schema = OFF')
  connection.pragma('cell_size_check = ON')
  connection.pragma('mmap_size = 0')
  // A row that moves within its page leaves no copy of its words there: what is forgotten later is gone (forgetTurn).
  connection.pragma('secure_delete = FAST')
  connection.pragma('synchronous = FULL')
  connection.pragma('fullfsync = ON') // macOS; nothing elsewhere
  connection.pragma('temp_store = MEMORY') // no words in temporary files
  connection.pragma('cache_size = -16384')
}

/** Moves the three files aside, then fills a new database with what can be read: from the old one, else a backup. */
function replaceDamaged(
  options: OpeningOptions,
  list: readonly Migration[],
  foreign: boolean,
): NonNullable<OpeningReport['setAside']> {
  const { places, now } = options
  createPrivateFolder(places.setAside)
  const aside = join(places.setAside, `roost-${timeName(now())}.db`)
  for (const suffix of ['', '-wal', '-shm', '-journal']) {
    if (existsSync(places.database + suffix)) renameSync(places.database + suffix, aside + suffix)
  }
  rmSync(checkMarker(places.database), { force: true })
  const sources = [
    ...(foreign ? [] : [{ path: aside, source: 'salvaged' as const }]),
    ...backups(places.backups).map((name) => ({
      path: join(places.backups, name),
      source: 'backup' as const,
    })),
  ]
  for (const { path, source } of sources) {
    const counts = fillFrom(path, places.database, list)
    if (counts !== null && counts.conversations > 0) return { file: basename(aside), source, ...counts }
  }
  createDatabaseFileOver(places.database, newestVersion(list), list)
  return { file: basename(aside), source: 'nothing', conversations: 0, messages: 0 }
}

/** Sound, and not from a newer version: nothing of it would be lost. */
function canBeRead(path: string, list: readonly Migration[]): boolean {
  try {
    const connection = new Database(path, { readonly: true, fileMustExist: true })
    try {
      const db = new ReadableDatabase(connection)
      return userVersion(db) <= newestVersion(list) && passesQuickCheck(db)
    } finally {
      connection.close()
    }
  } catch (error) {
    if (!isDamage(error) && !isMissingTable(error)) throw error
    return false
  }
}

/** A new database at `target` with the readable rows of `path`; null when not even its tables can be read. */
function fillFrom(
  path: string,
  target: string,
  list: readonly Migration[],
): { conversations: number; messages: number } | null {
  let from: Database.Database | null = null
  let to: Database.Database | null = null
  try {
    from = new Database(path, { readonly: true, fileMustExist: true })
    const source = new ReadableDatabase(from)
    const version = Math.min(Math.max(userVersion(source), 1), newestVersion(list))
    for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(target + suffix, { force: true })
    to = createDatabaseFile(target, version, list)
    return copyRows(source, new WritableDatabase(to), true)
  } catch (error) {
    if (error instanceof RoostError) throw error
    if (!isDamage(error) && !isMissingTable(error)) throw toRoostError(error)
    return null
  } finally {
    from?.close()
    to?.close()
  }
}

function isMissingTable(error: unknown): boolean {
  return systemCode(error) === 'SQLITE_ERROR' || systemCode(error) === 'SQLITE_CANTOPEN'
}

/** A full disk must not keep anybody from reading: the next start tries again. */
function followFolder(db: WritableDatabase, database: string): void {
  try {
    relocate(db, dirname(database))
  } catch (error) {
    if (toRoostError(error).code !== 'disk_full') throw error
  }
}

/** Returns the ids of the answers. Their text and tokens are what the last save left. */
function interruptRunning(db: WritableDatabase): string[] {
  return db.transaction(() => {
    const ids = db
      .all<{ id: string }>("SELECT id FROM message WHERE state = 'generating'")
      .map(({ id }) => id)
    if (ids.length > 0) {
      db.run("UPDATE message SET state = 'interrupted', revision = revision + 1 WHERE state = 'generating'")
    }
    return ids
  })
}
