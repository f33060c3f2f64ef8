// Rows of messages as the window sees them.
import type { AnswerFigures, Message, MessageState } from '../contract/entities.ts'
import { isErrorCode, RoostError } from '../contract/errors.ts'
import type { ReadableDatabase } from './database.ts'

export interface MessageRow {
  sequence: number
  id: string
  conversation: string
  parent: string | null
  role: 'user' | 'assistant'
  text: string
  state: MessageState
  created_at: number
  revision: number
  model: string | null
  figures: string | null
  error: string | null
  resumable: number
}

const columns = `m.sequence, m.id, m.role, m.text, m.state, m.created_at, m.revision, m.model, m.figures, m.error,
  (SELECT p.id FROM message AS p WHERE p.sequence = m.parent) AS parent,
  EXISTS (SELECT 1 FROM snapshot AS s WHERE s.message = m.sequence) AS resumable`

export function toMessage(row: MessageRow): Message {
  return {
    id: row.id,
    conversation: row.conversation,
    parent: row.parent,
    role: row.role,
    text: row.text,
    state: row.state,
    createdAt: row.created_at,
    revision: row.revision,
    model: row.model,
    figures: row.figures === null ? null : (JSON.parse(row.figures) as AnswerFigures),
    error: row.error === null ? null : toError(row.error),
    resumable: row.resumable !== 0,
  }
}

function toError(json: string): Message['error'] {
  const value = JSON.parse(json) as NonNullable<Message['error']>
  return isErrorCode(value.code) ? value : { code: 'internal' }
}

export function findMessageRow(db: ReadableDatabase, id: string): MessageRow | undefined {
  return db.one<MessageRow>(
    `SELECT ${columns}, (SELECT c.id FROM conversation AS c WHERE c.sequence = m.conversation) AS conversation
     FROM message AS m WHERE m.id = ?`,
    id,
  )
}

export function findMessage(db: ReadableDatabase, id: string): Message | null {
  const row = findMessageRow(db, id)
  return row === undefined ? null : toMessage(row)
}

export function requireMessageRow(db: ReadableDatabase, id: string): MessageRow {
  const row = findMessageRow(db, id)
  if (row === undefined) throw new RoostError('not_found', { what: 'message' })
  return row
}

/** Oldest first: siblings in their order, parents before children. */
export function messagesOf(db: ReadableDatabase, sequence: number, id: string): Message[] {
  return db
    .all<MessageRow>(
      `SELECT ${columns}, ? AS conversation FROM message AS m WHERE m.conversation = ? ORDER BY m.sequence`,
      id,
      sequence,
    )
    .map(toMessage)
}

export interface SubtreeRow {
  sequence: number
  id: string
}

/** The message and everything below it, parents before children. */
export function subtreeRows(db: ReadableDatabase, id: string): SubtreeRow[] {
  return db.all<SubtreeRow>(
    `WITH RECURSIVE below (sequence, id) AS (
       SELECT sequence, id FROM message WHERE id = ?
       UNION ALL
       SELECT m.sequence, m.id FROM message AS m JOIN below ON m.parent = below.sequence
     ) SELECT sequence, id FROM below ORDER BY sequence`,
    id,
  )
}

export function hasReplies(db: ReadableDatabase, id: string): boolean {
  return (
    db.one('SELECT 1 FROM message WHERE parent = (SELECT sequence FROM message WHERE id = ?) LIMIT 1', id) !==
    undefined
  )
}
