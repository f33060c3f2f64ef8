// Folders of conversations: one level, each conversation in one or none.
import type { Folder } from '../contract/keeping.ts'
import { RoostError } from '../contract/errors.ts'
import type { ReadableDatabase, WritableDatabase } from './database.ts'

interface FolderRow {
  id: string
  name: string
  open: number
}

function toFolder(row: FolderRow): Folder {
  return { id: row.id, name: row.name, open: row.open !== 0 }
}

/** In the order of their making; the window sorts them as its language does. */
export function listFolders(db: ReadableDatabase): Folder[] {
  return db.all<FolderRow>('SELECT id, name, open FROM folder ORDER BY sequence').map(toFolder)
}

/** Does nothing when it exists. */
export function createFolder(db: WritableDatabase, id: string, name: string): Folder {
  return db.transaction(() => {
    db.run('INSERT INTO folder (id, name, open) VALUES (?, ?, 1) ON CONFLICT (id) DO NOTHING', id, name)
    return requireFolder(db, id)
  })
}

export function changeFolder(
  db: WritableDatabase,
  id: string,
  change: { readonly name?: string | undefined; readonly open?: boolean | undefined },
): Folder {
  return db.transaction(() => {
    if (change.name !== undefined) db.run('UPDATE folder SET name = ? WHERE id = ?', change.name, id)
    if (change.open !== undefined) {
      db.run('UPDATE folder SET open = ? WHERE id = ?', change.open ? 1 : 0, id)
    }
    return requireFolder(db, id)
  })
}

/** Returns the conversations that lay in it. Gone already: nothing to do. */
export function deleteFolder(db: WritableDatabase, id: string): string[] {
  return db.transaction(() => {
    const inside = db.all<{ id: string }>(
      `UPDATE conversation SET folder = NULL, revision = revision + 1
       WHERE folder = (SELECT sequence FROM folder WHERE id = ?) RETURNING id`,
      id,
    )
    db.run('DELETE FROM folder WHERE id = ?', id)
    return inside.map((row) => row.id)
  })
}

export function requireFolder(db: ReadableDatabase, id: string): Folder {
  const row = db.one<FolderRow>('SELECT id, name, open FROM folder WHERE id = ?', id)
  if (row === undefined) throw new RoostError('not_found', { what: 'folder' })
  return toFolder(row)
}
