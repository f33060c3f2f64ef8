// What the folder of backups holds, told from the files themselves.
import Database from 'better-sqlite3'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { backups } from './copy-rows.ts'
import { ReadableDatabase } from './database.ts'
import type { StoredBackup } from './keeping-types.ts'
import { userVersion } from './migrate.ts'

/** Newest first. One that cannot be read is not offered. */
export function listBackups(folder: string): StoredBackup[] {
  return backups(folder).flatMap((name) => {
    const path = join(folder, name)
    try {
      const facts = statSync(path)
      const connection = new Database(path, { readonly: true, fileMustExist: true })
      try {
        const db = new ReadableDatabase(connection)
        const count = (table: string): number =>
          db.one<{ n: number }>(`SELECT count(*) AS n FROM ${table}`)?.n ?? 0
        return {
          name,
          createdAt: Math.round(facts.mtimeMs),
          bytes: facts.size,
          version: userVersion(db),
          conversations: count('conversation'),
          messages: count('message'),
        }
      } finally {
        connection.close()
      }
    } catch (error) {
      if (!(error instanceof Error)) throw error
      return []
    }
  })
}
