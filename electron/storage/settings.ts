// Settings as JSON values by key; what they mean is the services' affair. And the models that were ever added.
import type { ReadableDatabase, WritableDatabase } from './database.ts'
import type { KnownModel } from './storage.ts'

export function readSettings(db: ReadableDatabase): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  for (const { key, value } of db.all<{ key: string; value: string }>('SELECT key, value FROM setting')) {
    try {
      values[key] = JSON.parse(value)
    } catch {
      continue // a value that is no JSON counts as not set
    }
  }
  return values
}

export function setSettings(db: WritableDatabase, values: Readonly<Record<string, unknown>>): void {
  db.transaction(() => {
    for (const [key, value] of Object.entries(values)) {
      if (value === null || value === undefined) db.run('DELETE FROM setting WHERE key = ?', key)
      else {
        db.run(
          'INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
          key,
          JSON.stringify(value),
        )
      }
    }
  })
}

interface ModelRow {
  id: string
  path: string
  origin: KnownModel['origin']
  title: string
  description: string | null
  file_bytes: number
  modified_at: number
}

/** In the order in which they were added. */
export function listModels(db: ReadableDatabase): KnownModel[] {
  return db.all<ModelRow>('SELECT * FROM model ORDER BY sequence').map((row) => ({
    id: row.id,
    path: row.path,
    origin: row.origin,
    title: row.title,
    description: row.description,
    fileBytes: row.file_bytes,
    modifiedAt: row.modified_at,
  }))
}

/** One row per path: the id of the first stays. */
export function putModel(db: WritableDatabase, model: KnownModel): void {
  db.run(
    `INSERT INTO model (id, path, origin, title, description, file_bytes, modified_at) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (path) DO UPDATE SET origin = excluded.origin, title = excluded.title,
       description = excluded.description, file_bytes = excluded.file_bytes, modified_at = excluded.modified_at`,
    model.id,
    model.path,
    model.origin,
    model.title,
    model.description,
    model.fileBytes,
    model.modifiedAt,
  )
}

export function removeModel(db: WritableDatabase, id: string): void {
  db.run('DELETE FROM model WHERE id = ?', id)
}
