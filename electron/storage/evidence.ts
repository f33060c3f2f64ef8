// Rows of sources, evidence and readings.
import type { ErrorValue } from '../contract/errors.ts'
import type { ConversationSources, Evidence } from '../contract/evidence.ts'
import { conversationSequence } from './conversations.ts'
import type { ReadableDatabase, WritableDatabase } from './database.ts'
import type { KeptEvidence, KeptReading, NewReading, NewReadingState } from './evidence-storage.ts'

export function sources(db: ReadableDatabase, conversation: string): ConversationSources {
  const row = db.one<{ sources: string }>(
    `SELECT s.sources FROM conversation_sources AS s JOIN conversation AS c ON c.sequence = s.conversation
     WHERE c.id = ?`,
    conversation,
  )
  if (row === undefined) return { sources: [], strict: false }
  const kept = JSON.parse(row.sources) as ConversationSources
  const exists = (table: 'document' | 'document_collection', id: string): boolean =>
    db.one(`SELECT 1 FROM ${table} WHERE id = ?`, id) !== undefined
  return {
    strict: kept.strict,
    sources: kept.sources.filter((source) =>
      'document' in source
        ? exists('document', source.document)
        : exists('document_collection', source.collection),
    ),
  }
}

export function setSources(db: WritableDatabase, conversation: string, wanted: ConversationSources): void {
  db.run(
    `INSERT INTO conversation_sources (conversation, sources) VALUES (?, ?)
     ON CONFLICT (conversation) DO UPDATE SET sources = excluded.sources`,
    conversationSequence(db, conversation),
    JSON.stringify(wanted),
  )
}

export function evidence(db: ReadableDatabase, message: string): KeptEvidence | null {
  const row = db.one<{ turn: string | null; evidence: string }>(
    'SELECT turn, evidence FROM evidence WHERE message = (SELECT sequence FROM message WHERE id = ?)',
    message,
  )
  return row === undefined ? null : { turn: row.turn, evidence: JSON.parse(row.evidence) as Evidence }
}

export function evidenceOf(db: ReadableDatabase, conversation: string): Evidence[] {
  return db
    .all<{ evidence: string }>(
      `SELECT e.evidence FROM conversation AS c JOIN message AS m ON m.conversation = c.sequence
       JOIN evidence AS e ON e.message = m.sequence WHERE c.id = ? ORDER BY m.sequence`,
      conversation,
    )
    .map((row) => JSON.parse(row.evidence) as Evidence)
}

export function answersOf(db: ReadableDatabase, question: string): string[] {
  return db
    .all<{ id: string }>(
      'SELECT id FROM message WHERE parent = (SELECT sequence FROM message WHERE id = ?) ORDER BY sequence',
      question,
    )
    .map(({ id }) => id)
}

export function putEvidence(db: WritableDatabase, message: string, kept: KeptEvidence): void {
  db.run(
    `INSERT INTO evidence (message, turn, evidence) SELECT sequence, ?, ? FROM message WHERE id = ?
     ON CONFLICT (message) DO UPDATE SET turn = excluded.turn, evidence = excluded.evidence`,
    kept.turn,
    JSON.stringify({ ...kept.evidence, message }),
    message,
  )
}

interface ReadingRow extends Omit<KeptReading, 'paused' | 'error'> {
  paused: number
  error: string | null
}

export function readings(db: ReadableDatabase): KeptReading[] {
  return db
    .all<ReadingRow>(
      `SELECT d.id AS document, r.fingerprint, r.system, r.model, r.paused, r.total_tokens AS totalTokens, r.error,
         coalesce((SELECT max(tokens) FROM reading_state WHERE reading = r.sequence), 0) AS doneTokens,
         coalesce((SELECT sum(bytes) FROM reading_state WHERE reading = r.sequence), 0) AS bytes
       FROM document_reading AS r JOIN document AS d ON d.sequence = r.document ORDER BY r.sequence`,
    )
    .map((row) => ({
      ...row,
      paused: row.paused !== 0,
      error: row.error === null ? null : (JSON.parse(row.error) as ErrorValue),
    }))
}

export function readingState(
  db: ReadableDatabase,
  document: string,
  fingerprint: string,
  system: string,
): { tokens: number; bytes: Uint8Array } | null {
  const row = db.one<{ tokens: number; state: Uint8Array }>(
    `SELECT s.tokens, s.state FROM document_reading AS r JOIN reading_state AS s ON s.reading = r.sequence
     WHERE r.document = (SELECT sequence FROM document WHERE id = ?) AND r.fingerprint = ? AND r.system = ?
     ORDER BY s.tokens DESC LIMIT 1`,
    document,
    fingerprint,
    system,
  )
  return row === undefined ? null : { tokens: row.tokens, bytes: row.state }
}

export function putReading(db: WritableDatabase, reading: NewReading): void {
  db.transaction(() => {
    db.run(
      `DELETE FROM document_reading WHERE document = (SELECT sequence FROM document WHERE id = ?)
         AND fingerprint = ? AND system <> ?`,
      reading.document,
      reading.fingerprint,
      reading.system,
    )
    db.run(
      `INSERT INTO document_reading (document, fingerprint, system, model, paused, done_tokens, total_tokens, error)
       SELECT sequence, ?, ?, ?, ?, 0, ?, ? FROM document WHERE id = ?
       ON CONFLICT (document, fingerprint) DO UPDATE SET model = excluded.model, paused = excluded.paused,
         total_tokens = excluded.total_tokens, error = excluded.error`,
      reading.fingerprint,
      reading.system,
      reading.model,
      reading.paused ? 1 : 0,
      reading.totalTokens,
      reading.error === null ? null : JSON.stringify(reading.error),
      reading.document,
    )
  })
}

export function keepReadingState(db: WritableDatabase, state: NewReadingState): void {
  db.transaction(() => {
    const reading = db.one<{ sequence: number }>(
      `SELECT sequence FROM document_reading WHERE document = (SELECT sequence FROM document WHERE id = ?)
         AND fingerprint = ? AND system = ?`,
      state.document,
      state.fingerprint,
      state.system,
    )
    if (reading === undefined) return
    // The new one first: killed between the two, both are rolled back and the earlier one is there.
    db.run(
      `INSERT OR REPLACE INTO reading_state (reading, tokens, bytes, created_at, state) VALUES (?, ?, ?, ?, ?)`,
      reading.sequence,
      state.tokens,
      state.bytes.byteLength,
      state.now,
      state.bytes,
    )
    db.run('DELETE FROM reading_state WHERE reading = ? AND tokens <> ?', reading.sequence, state.tokens)
    db.run('UPDATE document_reading SET done_tokens = ? WHERE sequence = ?', state.tokens, reading.sequence)
  })
}

export function dropReadings(db: WritableDatabase, document: string): void {
  db.run(
    'DELETE FROM document_reading WHERE document = (SELECT sequence FROM document WHERE id = ?)',
    document,
  )
}
