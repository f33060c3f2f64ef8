// Rows of documents and their collections.
import type { DocumentKind, OutlineEntry } from '../contract/document-entities.ts'
import { RoostError } from '../contract/errors.ts'
import type { ErrorDetail, ErrorValue } from '../contract/errors.ts'
import type { ReadableDatabase, SqlValue, WritableDatabase } from './database.ts'
import type { DocumentChange, KeptCollection, KeptDocument } from './document-storage.ts'

interface Row {
  id: string
  collection_id: string | null
  name: string
  kind: DocumentKind
  bytes: number
  sha256: string | null
  origin: KeptDocument['origin']
  source_path: string | null
  source_modified: number | null
  status: KeptDocument['status']
  error: string | null
  remarks: string
  pages: number | null
  characters: number
  passages: number
  created_at: number
  revision: number
}

const selectDocuments = `SELECT d.*, c.id AS collection_id
  FROM document AS d LEFT JOIN document_collection AS c ON c.sequence = d.collection`

function fromRow(row: Row): KeptDocument {
  return {
    id: row.id,
    collection: row.collection_id,
    name: row.name,
    kind: row.kind,
    bytes: row.bytes,
    sha256: row.sha256,
    origin: row.origin,
    sourcePath: row.source_path,
    sourceModified: row.source_modified,
    status: row.status,
    error: row.error === null ? null : (JSON.parse(row.error) as ErrorValue),
    remarks: JSON.parse(row.remarks) as { code: string; detail?: ErrorDetail }[],
    pages: row.pages,
    characters: row.characters,
    passages: row.passages,
    createdAt: row.created_at,
    revision: row.revision,
  }
}

export function listCollections(db: ReadableDatabase): KeptCollection[] {
  return db.all<KeptCollection>(
    `SELECT id, name, watched_path AS watchedPath, created_at AS createdAt FROM document_collection
     ORDER BY sequence`,
  )
}

export function putCollection(db: WritableDatabase, collection: KeptCollection): void {
  db.run(
    `INSERT INTO document_collection (id, name, watched_path, created_at) VALUES (?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET name = excluded.name, watched_path = excluded.watched_path`,
    collection.id,
    collection.name,
    collection.watchedPath,
    collection.createdAt,
  )
}

export function removeCollection(db: WritableDatabase, id: string): void {
  db.run('DELETE FROM document_collection WHERE id = ?', id)
}

export function listDocuments(db: ReadableDatabase): KeptDocument[] {
  return db.all<Row>(`${selectDocuments} ORDER BY d.sequence`).map(fromRow)
}

export function findDocument(db: ReadableDatabase, id: string): KeptDocument | null {
  const row = db.one<Row>(`${selectDocuments} WHERE d.id = ?`, id)
  return row === undefined ? null : fromRow(row)
}

/** Errors: not_found. */
export function documentSequence(db: ReadableDatabase, id: string): number {
  const row = db.one<{ sequence: number }>('SELECT sequence FROM document WHERE id = ?', id)
  if (row === undefined) throw new RoostError('not_found', { what: 'document' })
  return row.sequence
}

export function addDocuments(db: WritableDatabase, documents: readonly KeptDocument[]): void {
  db.transaction(() => {
    for (const document of documents) {
      const values = Object.entries(columnsOf(document))
      db.run(
        `INSERT INTO document (id, origin, created_at, revision, ${values.map(([column]) => column).join(', ')})
         VALUES (?, ?, ?, 1, ${values.map(([column]) => placeOf(column)).join(', ')})`,
        document.id,
        document.origin,
        document.createdAt,
        ...values.map(([, value]) => value),
      )
    }
  })
}

/** Errors: not_found. */
export function changeDocument(db: WritableDatabase, id: string, change: DocumentChange): KeptDocument {
  return db.transaction(() => {
    const values = Object.entries(columnsOf(change))
    const sets = values.map(([column]) => `${column} = ${placeOf(column)}`)
    db.run(
      `UPDATE document SET ${[...sets, 'revision = revision + 1'].join(', ')} WHERE id = ?`,
      ...values.map(([, value]) => value),
      id,
    )
    const document = findDocument(db, id)
    if (document === null) throw new RoostError('not_found', { what: 'document' })
    return document
  })
}

function placeOf(column: string): string {
  return column === 'collection' ? '(SELECT sequence FROM document_collection WHERE id = ?)' : '?'
}

/** Only what is given. */
function columnsOf(change: DocumentChange): Record<string, SqlValue> {
  const columns: Record<string, SqlValue | undefined> = {
    collection: change.collection,
    name: change.name,
    kind: change.kind,
    bytes: change.bytes,
    sha256: change.sha256,
    source_path: change.sourcePath,
    source_modified: change.sourceModified,
    status: change.status,
    error: change.error === undefined || change.error === null ? change.error : JSON.stringify(change.error),
    remarks: change.remarks === undefined ? undefined : JSON.stringify(change.remarks),
    pages: change.pages,
    characters: change.characters,
    passages: change.passages,
  }
  return Object.fromEntries(
    Object.entries(columns).filter((entry): entry is [string, SqlValue] => entry[1] !== undefined),
  )
}

export function finishDocument(
  db: WritableDatabase,
  id: string,
  change: DocumentChange,
  outline: readonly OutlineEntry[],
): KeptDocument {
  return db.transaction(() => {
    db.run(
      'INSERT OR REPLACE INTO document_outline (document, outline) VALUES (?, ?)',
      documentSequence(db, id),
      JSON.stringify(outline),
    )
    return changeDocument(db, id, { ...change, status: 'ready', error: null })
  })
}

export function documentOutline(db: ReadableDatabase, id: string): OutlineEntry[] {
  const row = db.one<{ outline: string }>(
    'SELECT outline FROM document_outline WHERE document = (SELECT sequence FROM document WHERE id = ?)',
    id,
  )
  return row === undefined ? [] : (JSON.parse(row.outline) as OutlineEntry[])
}
