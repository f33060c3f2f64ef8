// The text of documents in passages, and the rows of the index over them. Whoever adds or drops passages does it in steps:
// the writer's thread also saves what is being generated.
import type { DocumentText, Passage } from '../contract/document-entities.ts'
import type { ReadableDatabase, WritableDatabase } from './database.ts'
import type { NewPassage } from './document-storage.ts'
import { documentSequence, findDocument } from './documents.ts'
import { RoostError } from '../contract/errors.ts'
import { indexTerms } from './passage-terms.ts'

export interface PassageRow {
  sequence: number
  document: string
  documentName: string
  ordinal: number
  start: number
  end: number
  page: number | null
  headings: string
  text: string
}

export const selectPassages = `SELECT p.sequence, d.id AS document, d.name AS documentName, p.ordinal, p.start,
    p."end" AS "end", p.page, p.headings, p.text
  FROM passage AS p JOIN document AS d ON d.sequence = p.document`

export function passageOf(row: PassageRow): Passage {
  return {
    id: row.sequence,
    document: row.document,
    documentName: row.documentName,
    ordinal: row.ordinal,
    start: row.start,
    end: row.end,
    text: row.text.slice(0, row.end - row.start),
    page: row.page,
    headings: JSON.parse(row.headings) as string[],
  }
}

export function passagesOf(db: ReadableDatabase, document: string, from: number, limit: number): Passage[] {
  return db
    .all<PassageRow>(
      `${selectPassages} WHERE d.id = ? AND d.status = 'ready' AND p.ordinal >= ? ORDER BY p.ordinal LIMIT ?`,
      document,
      from,
      limit,
    )
    .map(passageOf)
}

export function passagesById(db: ReadableDatabase, ids: readonly number[]): Passage[] {
  return ids.flatMap((id) => {
    const row = db.one<PassageRow>(`${selectPassages} WHERE p.sequence = ?`, id)
    return row === undefined ? [] : [passageOf(row)]
  })
}

/** Errors: not_found. */
export function documentText(db: ReadableDatabase, id: string, start: number, end: number): DocumentText {
  const document = findDocument(db, id)
  if (document?.status !== 'ready') throw new RoostError('not_found', { what: 'document' })
  const sequence = documentSequence(db, id)
  const rows = db.all<{ start: number; text: string }>(
    `SELECT start, text FROM passage
     WHERE document = ? AND start < ? AND start >=
       (SELECT coalesce(max(start), 0) FROM passage WHERE document = ? AND start <= ?)
     ORDER BY start`,
    sequence,
    end,
    sequence,
    start,
  )
  const first = rows[0]?.start ?? 0
  const text = rows.map((row) => row.text).join('')
  const from = Math.min(Math.max(start, first), first + text.length)
  const to = Math.max(from, Math.min(end, first + text.length))
  return {
    start: from,
    end: to,
    text: text.slice(from - first, to - first),
    characters: document.characters,
  }
}

export function addPassages(db: WritableDatabase, document: string, passages: readonly NewPassage[]): void {
  db.transaction(() => {
    const sequence = documentSequence(db, document)
    const name = findDocument(db, document)?.name ?? ''
    for (const passage of passages) {
      db.run(
        `INSERT INTO passage (document, ordinal, start, "end", page, headings, text) VALUES (?, ?, ?, ?, ?, ?, ?)`,
        sequence,
        passage.ordinal,
        passage.start,
        passage.end,
        passage.page,
        JSON.stringify(passage.headings),
        passage.text,
      )
      const row = db.one<{ id: number }>('SELECT last_insert_rowid() AS id')
      if (row !== undefined) addToIndex(db, row.id, name, passage.headings, passage.text)
    }
  })
}

function addToIndex(
  db: WritableDatabase,
  sequence: number,
  name: string,
  headings: readonly string[],
  text: string,
): void {
  db.run(
    'INSERT INTO passage_index (rowid, name, headings, body) VALUES (?, ?, ?, ?)',
    sequence,
    indexTerms(name),
    indexTerms(headings.join('\n')),
    indexTerms(text),
  )
}

export function dropDocumentText(db: WritableDatabase, id: string, most: number): number {
  return db.transaction(() => {
    const sequence = documentSequence(db, id)
    const rows = db.all<{ sequence: number }>(
      'SELECT sequence FROM passage WHERE document = ? ORDER BY ordinal DESC LIMIT ?',
      sequence,
      most,
    )
    for (const row of rows) {
      db.run('DELETE FROM passage_index WHERE rowid = ?', row.sequence)
      db.run('DELETE FROM passage WHERE sequence = ?', row.sequence)
    }
    db.run('DELETE FROM document_outline WHERE document = ?', sequence)
    return db.one<{ n: number }>('SELECT count(*) AS n FROM passage WHERE document = ?', sequence)?.n ?? 0
  })
}

export function removeDocument(db: WritableDatabase, id: string): void {
  db.transaction(() => {
    while (dropDocumentText(db, id, 1000) > 0);
    db.run('DELETE FROM document WHERE id = ?', id)
  })
}

export function documentsToIndex(db: ReadableDatabase): string[] {
  return db
    .all<{ id: string }>(
      `SELECT d.id FROM document AS d WHERE d.status = 'ready' AND EXISTS
         (SELECT 1 FROM passage AS p WHERE p.document = d.sequence
          AND NOT EXISTS (SELECT 1 FROM passage_index_docsize AS s WHERE s.id = p.sequence))
       ORDER BY d.sequence`,
    )
    .map(({ id }) => id)
}

export function indexPassages(
  db: WritableDatabase,
  document: string,
  from: number,
  most: number,
): number | null {
  return db.transaction(() => {
    const rows = db.all<PassageRow>(
      `${selectPassages} WHERE d.id = ? AND p.ordinal >= ? ORDER BY p.ordinal LIMIT ?`,
      document,
      from,
      most,
    )
    for (const row of rows) {
      db.run('DELETE FROM passage_index WHERE rowid = ?', row.sequence)
      addToIndex(db, row.sequence, row.documentName, JSON.parse(row.headings) as string[], row.text)
    }
    const last = rows.at(-1)
    return last === undefined || rows.length < most ? null : last.ordinal + 1
  })
}
