// Forward only. All pending migrations run in one transaction together with user_version and a check of the foreign
// keys: killed anywhere, the old version is whole. What shipped is never edited or renamed.
import { RoostError } from '../contract/errors.ts'
import { WritableDatabase } from './database.ts'
import type { ReadableDatabase } from './database.ts'
import type { Migration } from './migration.ts'
import { conversations } from './migrations/0001-conversations.ts'
import { keeping } from './migrations/0002-keeping.ts'
import { downloads } from './migrations/0003-downloads.ts'
import { documents } from './migrations/0004-documents.ts'
import { deletedBranches } from './migrations/0005-deleted-branches.ts'
import Database from 'better-sqlite3'

export const migrations: readonly Migration[] = [
  conversations,
  keeping,
  downloads,
  documents,
  deletedBranches,
]

/** The newest version that people have data of. Up to it nothing is edited, and testing/ holds a database of each. */
export const shippedVersion = 1

/** Asserts 1, 2, 3 …, and returns the last one. */
export function newestVersion(list: readonly Migration[]): number {
  list.forEach((migration, index) => {
    if (migration.version !== index + 1) {
      throw new RoostError('internal', {
        reason: `Migration ${migration.version} stands at place ${index + 1}.`,
      })
    }
  })
  return list.length
}

export function userVersion(db: ReadableDatabase): number {
  return db.one<{ user_version: number }>('SELECT user_version FROM pragma_user_version')?.user_version ?? 0
}

/** Brings the schema from where it is to `target`. */
export function migrate(
  db: WritableDatabase,
  list: readonly Migration[] = migrations,
  target: number = newestVersion(list),
): void {
  const from = userVersion(db)
  if (from >= target) return
  db.transaction(() => {
    for (const migration of list.slice(from, target)) migration.up(db)
    const broken = db.all<{ table: string }>('SELECT "table" FROM pragma_foreign_key_check LIMIT 1')[0]
    if (broken !== undefined) {
      throw new RoostError('internal', { reason: `Migration leaves a broken reference in ${broken.table}.` })
    }
    db.exec(`PRAGMA user_version = ${target}`)
  })
}

interface SchemaObject {
  type: string
  name: string
  sql: string | null
}

export function schemaObjects(db: ReadableDatabase): string[] {
  return db
    .all<SchemaObject>(
      "SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
    )
    .map(({ type, name, sql }) => `${type} ${name} ${sql ?? ''}`)
    .sort()
}

/** What a database of `version` holds, learned from a new one in memory. */
export function expectedSchemaObjects(list: readonly Migration[], version: number): string[] {
  const connection = new Database(':memory:')
  try {
    const db = new WritableDatabase(connection)
    migrate(db, list, version)
    return schemaObjects(db)
  } finally {
    connection.close()
  }
}
