// Rows that name files of the data folder by their whole path follow it when it lies somewhere else: after a move, in a
// copy on another disk, in a backup of before. The folder that the paths belong to is written down with them.
import { sep } from 'node:path'
import type { WritableDatabase } from './database.ts'

const rootKey = 'storage.root'

/** Columns with a path. */
const columns = [
  ['model', 'path'],
  ['document_collection', 'watched_path'],
  ['document', 'source_path'],
] as const

/** @param root the folder that the database lies in */
export function relocate(db: WritableDatabase, root: string): void {
  const kept = db.one<{ value: string }>('SELECT value FROM setting WHERE key = ?', rootKey)
  const before = kept === undefined ? null : (JSON.parse(kept.value) as unknown)
  if (before === root) return
  db.transaction(() => {
    if (typeof before === 'string') follow(db, before, root)
    db.run(
      'INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
      rootKey,
      JSON.stringify(root),
    )
  })
}

function follow(db: WritableDatabase, from: string, to: string): void {
  const begin = from.endsWith(sep) ? from : from + sep
  const moved = (path: string): string =>
    path === from
      ? to
      : path.startsWith(begin)
        ? (to.endsWith(sep) ? to : to + sep) + path.slice(begin.length)
        : path
  for (const [table, column] of columns) {
    for (const { key, path } of db.all<{ key: number; path: string | null }>(
      `SELECT sequence AS key, ${column} AS path FROM ${table}`,
    )) {
      if (path === null || moved(path) === path) continue
      // The same file may be known under its new path already.
      db.run(`UPDATE OR IGNORE ${table} SET ${column} = ? WHERE sequence = ?`, moved(path), key)
    }
  }
  for (const { key, value } of db.all<{ key: string; value: string }>('SELECT key, value FROM setting')) {
    let content: unknown
    try {
      content = JSON.parse(value)
    } catch {
      continue // a value that is no JSON counts as not set
    }
    const changed = JSON.stringify(everyText(content, moved))
    if (changed !== value) db.run('UPDATE setting SET value = ? WHERE key = ?', changed, key)
  }
}

/** Texts and names of members, at any depth. */
function everyText(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value)
  if (Array.isArray(value)) return value.map((one) => everyText(one, change))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [change(name), everyText(one, change)]),
  )
}
