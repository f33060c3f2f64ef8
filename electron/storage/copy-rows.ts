// Copies a database without its snapshots, row by row: as a backup, and to salvage what a damaged file still holds.
import Database from 'better-sqlite3'
import { chmodSync, closeSync, existsSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { isDamage, WritableDatabase } from './database.ts'
import type { SqlValue, ReadableDatabase } from './database.ts'
import { migrate, migrations, userVersion } from './migrate.ts'
import type { Migration } from './migration.ts'
import { applicationId, pageSize } from './layout.ts'

type Row = Record<string, SqlValue>

/** Before all others, so that every reference finds its target, but for `active_leaf`, which is set last. */
const copiedFirst = ['folder', 'conversation', 'message']
/** Caches: too large for a backup, and found again by reading. */
const notCopied = new Set(['snapshot', 'opening_state', 'reading_state'])

export interface CopyCounts {
  conversations: number
  messages: number
}

/** New file at `path` with the schema of `version`, and nothing in it. */
export function createDatabaseFile(
  path: string,
  version: number,
  list: readonly Migration[],
): Database.Database {
  closeSync(openSync(path, 'wx', 0o600))
  chmodSync(path, 0o600)
  const connection = new Database(path)
  connection.pragma(`page_size = ${pageSize}`)
  connection.pragma('auto_vacuum = INCREMENTAL')
  const db = new WritableDatabase(connection)
  db.transaction(() => {
    db.exec(`PRAGMA application_id = ${applicationId}`)
    migrate(db, list, version)
  })
  return connection
}

/**
 * `tolerant`: rows that cannot be read or do not fit are left out, messages without their parent or conversation are
 * hung where they can be found; otherwise the first such row is an error.
 */
export function copyRows(from: ReadableDatabase, to: WritableDatabase, tolerant: boolean): CopyCounts {
  const leaves: { conversation: SqlValue; leaf: SqlValue }[] = []
  to.transaction(() => {
    for (const table of copiedTables(to)) {
      const columns = to.all<{ name: string; pk: number }>('SELECT name, pk FROM pragma_table_info(?)', table)
      const key = columns.find(({ pk }) => pk === 1)?.name ?? 'rowid'
      for (const row of rows(from, table, key, tolerant)) {
        const present = columns.map(({ name }) => name).filter((name) => name in row)
        if (table === 'conversation') {
          leaves.push({ conversation: row.sequence ?? null, leaf: row.active_leaf ?? null })
          row.active_leaf = null
        }
        if (table === 'message' && tolerant) adopt(to, row)
        const values = present.map((name) => row[name] ?? null)
        const places = present.map(() => '?').join(', ')
        try {
          to.run(`INSERT INTO ${table} (${present.join(', ')}) VALUES (${places})`, ...values)
        } catch (error) {
          if (!tolerant || !isConstraint(error)) throw error
        }
      }
    }
    for (const { conversation, leaf } of leaves) {
      to.run(
        `UPDATE conversation SET active_leaf = (SELECT sequence FROM message WHERE sequence = ? AND conversation = ?)
         WHERE sequence = ?`,
        leaf,
        conversation,
        conversation,
      )
    }
    if (tolerant) {
      to.run(
        `UPDATE conversation SET active_leaf =
           (SELECT max(sequence) FROM message WHERE message.conversation = conversation.sequence)
         WHERE active_leaf IS NULL`,
      )
    }
  })
  const count = (table: string): number => to.one<{ n: number }>(`SELECT count(*) AS n FROM ${table}`)?.n ?? 0
  return { conversations: count('conversation'), messages: count('message') }
}

/** Every table with rows of its own; each has a primary key of one column. */
function copiedTables(db: ReadableDatabase): string[] {
  const tables = db
    .all<{ name: string }>(
      `SELECT l.name FROM pragma_table_list AS l JOIN sqlite_schema AS s ON s.name = l.name
       WHERE l.schema = 'main' AND l.type = 'table' AND l.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY s.rowid`,
    )
    .map(({ name }) => name)
    .filter((name) => !notCopied.has(name))
  return [
    ...copiedFirst.filter((name) => tables.includes(name)),
    ...tables.filter((name) => !copiedFirst.includes(name)),
  ]
}

/** A message whose conversation or parent was lost stays findable: in a conversation of its own, at its root. */
function adopt(to: WritableDatabase, row: Row): void {
  const has = (table: string, sequence: SqlValue): boolean =>
    to.one(`SELECT 1 FROM ${table} WHERE sequence = ?`, sequence) !== undefined
  if (row.parent !== null && !has('message', row.parent ?? null)) row.parent = null
  if (!has('conversation', row.conversation ?? null)) {
    to.run(
      `INSERT INTO conversation (sequence, id, title, created_at, updated_at, activity, revision, pinned, draft,
         system_prompt)
       VALUES (?, ?, '', ?, ?, (SELECT coalesce(max(activity), 0) + 1 FROM conversation), 1, 0, '', '')`,
      row.conversation ?? null,
      crypto.randomUUID(),
      row.created_at ?? 0,
      row.created_at ?? 0,
    )
  }
}

/**
 * Forward until a row cannot be read; then, tolerant, backward to the same place, and what lies between row by row: one
 * bad page costs its own rows only.
 */
function* rows(from: ReadableDatabase, table: string, key: string, tolerant: boolean): Generator<Row> {
  const step = (order: 'ASC' | 'DESC', after: SqlValue | undefined): Row | undefined => {
    const beyond = order === 'ASC' ? '>' : '<'
    const where = after === undefined ? '' : `WHERE ${key} ${beyond} ?`
    const values = after === undefined ? [] : [after]
    return from.one<Row>(`SELECT * FROM ${table} ${where} ORDER BY ${key} ${order} LIMIT 1`, ...values)
  }
  if (!tolerant) {
    yield* from.each<Row>(`SELECT * FROM ${table} ORDER BY ${key}`)
    return
  }
  let last: SqlValue | undefined
  try {
    for (let row = step('ASC', undefined); row !== undefined; row = step('ASC', last)) {
      last = row[key] ?? null
      yield row
    }
    return
  } catch (error) {
    if (!isDamage(error)) throw error
  }
  const behind: Row[] = []
  let first: SqlValue | undefined
  try {
    for (let row = step('DESC', undefined); row !== undefined; row = step('DESC', first)) {
      const at = row[key] ?? null
      if (last !== undefined && at !== null && last !== null && at <= last) break
      first = at
      behind.push(row)
    }
  } catch (error) {
    if (!isDamage(error)) throw error
  }
  const begin = typeof last === 'number' ? last + 1 : 1
  const end = typeof first === 'number' ? Math.min(first, begin + mostProbes) : begin
  for (let at = begin; typeof last !== 'string' && typeof first !== 'string' && at < end; at++) {
    try {
      const row = from.one<Row>(`SELECT * FROM ${table} WHERE ${key} = ?`, at)
      if (row !== undefined) yield row
    } catch (error) {
      if (!isDamage(error)) throw error
    }
  }
  yield* behind.reverse()
}

const mostProbes = 200_000

function isConstraint(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_CONSTRAINT')
}

/** A backup is read by its tables only; building an index in it would be most of the work. */
function dropSearchIndex(db: WritableDatabase): void {
  const objects = db.all<{ type: string; name: string }>(
    `SELECT type, name FROM sqlite_schema
     WHERE type = 'trigger' OR (type = 'table' AND sql LIKE 'CREATE VIRTUAL TABLE%') ORDER BY rowid DESC`,
  )
  for (const { type, name } of objects) db.exec(`DROP ${type} "${name}"`)
}

const keptBackups = 5

/** A verified copy of all but the snapshots, named by date and schema version. The oldest beyond five go. */
export function writeBackup(
  from: ReadableDatabase,
  folder: string,
  now: Date,
  list: readonly Migration[] = migrations,
): string {
  const version = userVersion(from)
  const name = `roost-${timeName(now)}-v${version}.db`
  const part = join(folder, `${name}.part`)
  rmSync(part, { force: true })
  const connection = createDatabaseFile(part, version, list)
  try {
    const copy = new WritableDatabase(connection)
    dropSearchIndex(copy)
    copyRows(from, copy, false)
    if (!passesQuickCheck(copy)) throw new Error('a new backup does not pass its check')
  } finally {
    connection.close()
  }
  renameSync(part, join(folder, name))
  for (const old of backups(folder).slice(keptBackups)) rmSync(join(folder, old), { force: true })
  return name
}

/** Newest first. */
export function backups(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => /^roost-[\dTZ-]+-v\d+\.db$/.test(name))
    .sort()
    .reverse()
}

export function passesQuickCheck(db: ReadableDatabase): boolean {
  const result = db.all<{ quick_check: string }>('SELECT quick_check FROM pragma_quick_check')
  return result.length === 1 && result[0]?.quick_check === 'ok'
}

/** Sorts as text in the order of time; holds no character that a file system refuses. */
export function timeName(now: Date): string {
  return now.toISOString().replaceAll(/[:.]/g, '-')
}
