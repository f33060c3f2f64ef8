// Rows of conversations as the window sees them.
import type { Conversation, ConversationSummary } from '../contract/entities.ts'
import { RoostError } from '../contract/errors.ts'
import type { ReadableDatabase, WritableDatabase } from './database.ts'
import { messagesOf } from './message-rows.ts'
import { toParameters } from './parameters.ts'
import { queueOf } from './queue.ts'

interface SummaryRow {
  id: string
  title: string
  created_at: number
  updated_at: number
  revision: number
  pinned: number
  generating: number
  unread: number
  folder: string | null
  /** A JSON array. */
  tags: string
}

const summaryColumns = `c.id, c.title, c.created_at, c.updated_at, c.revision, c.pinned, c.unread,
  (SELECT f.id FROM folder AS f WHERE f.sequence = c.folder) AS folder,
  (SELECT json_group_array(t.tag ORDER BY t.tag) FROM conversation_tag AS t WHERE t.conversation = c.sequence) AS tags,
  EXISTS (
    SELECT 1 FROM message AS m WHERE m.conversation = c.sequence AND m.state = 'generating') AS generating`

export function toSummary(row: SummaryRow): ConversationSummary {
  return {
    id: row.id,
    title: row.title,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    revision: row.revision,
    generating: row.generating !== 0,
    pinned: row.pinned !== 0,
    folder: row.folder,
    tags: JSON.parse(row.tags) as string[],
    unread: row.unread !== 0,
  }
}

export function listConversations(db: ReadableDatabase): ConversationSummary[] {
  return db
    .all<SummaryRow>(
      `SELECT ${summaryColumns} FROM conversation AS c WHERE c.presence = 'kept' ORDER BY c.activity DESC`,
    )
    .map(toSummary)
}

export function findSummary(db: ReadableDatabase, id: string): ConversationSummary | null {
  const row = db.one<SummaryRow>(
    `SELECT ${summaryColumns} FROM conversation AS c WHERE c.id = ? AND c.presence = 'kept'`,
    id,
  )
  return row === undefined ? null : toSummary(row)
}

export function findConversation(db: ReadableDatabase, id: string): Conversation | null {
  const row = db.one<
    SummaryRow & {
      sequence: number
      active_leaf: string | null
      draft: string
      system_prompt: string
      parameters: string
    }
  >(
    `SELECT ${summaryColumns}, c.sequence, c.draft, c.system_prompt, c.parameters,
       (SELECT m.id FROM message AS m WHERE m.sequence = c.active_leaf) AS active_leaf
     FROM conversation AS c WHERE c.id = ? AND c.presence = 'kept'`,
    id,
  )
  if (row === undefined) return null
  return {
    ...toSummary(row),
    messages: messagesOf(db, row.sequence, row.id),
    activeLeaf: row.active_leaf,
    draft: row.draft,
    systemPrompt: row.system_prompt,
    parameters: toParameters(row.parameters),
    queue: queueOf(db, id),
  }
}

export function requireSummary(db: ReadableDatabase, id: string): ConversationSummary {
  const summary = findSummary(db, id)
  if (summary === null) throw new RoostError('not_found', { what: 'conversation' })
  return summary
}

export function conversationSequence(db: ReadableDatabase, id: string): number {
  const row = db.one<{ sequence: number }>(
    "SELECT sequence FROM conversation WHERE id = ? AND presence = 'kept'",
    id,
  )
  if (row === undefined) throw new RoostError('not_found', { what: 'conversation' })
  return row.sequence
}

/** Does nothing when it exists. */
export function createConversation(db: WritableDatabase, id: string, now: number): ConversationSummary {
  return db.transaction(() => {
    db.run(
      `INSERT INTO conversation (id, title, created_at, updated_at, activity, revision, pinned, draft, system_prompt)
       VALUES (?, '', ?, ?, (SELECT coalesce(max(activity), 0) + 1 FROM conversation), 1, 0, '', '')
       ON CONFLICT (id) DO NOTHING`,
      id,
      now,
      now,
    )
    return requireSummary(db, id)
  })
}

/** `assignment` sets columns of conversation with `values`; the revision grows with it. */
function change(
  db: WritableDatabase,
  id: string,
  assignment: string,
  ...values: (string | number)[]
): ConversationSummary {
  return db.transaction(() => {
    db.run(`UPDATE conversation SET ${assignment}, revision = revision + 1 WHERE id = ?`, ...values, id)
    return requireSummary(db, id)
  })
}

export function renameConversation(db: WritableDatabase, id: string, title: string): ConversationSummary {
  return change(db, id, 'title = ?', title)
}

export function pinConversation(db: WritableDatabase, id: string, pinned: boolean): ConversationSummary {
  return change(db, id, 'pinned = ?', pinned ? 1 : 0)
}

export function setSystemPrompt(db: WritableDatabase, id: string, systemPrompt: string): ConversationSummary {
  return change(db, id, 'system_prompt = ?', systemPrompt)
}

export function readSystemPrompt(db: ReadableDatabase, id: string): string {
  const sql = 'SELECT system_prompt FROM conversation WHERE id = ?'
  return db.one<{ system_prompt: string }>(sql, id)?.system_prompt ?? ''
}

/** Typing is not a change of the conversation: no revision, no event. */
export function setDraft(db: WritableDatabase, id: string, draft: string): void {
  if (db.run('UPDATE conversation SET draft = ? WHERE id = ?', draft, id) === 0) {
    throw new RoostError('not_found', { what: 'conversation' })
  }
}

/** A turn happened: first in the list. */
export function touchConversation(db: WritableDatabase, sequence: number, now: number): void {
  db.run(
    `UPDATE conversation SET updated_at = ?, revision = revision + 1,
       activity = (SELECT max(activity) + 1 FROM conversation) WHERE sequence = ?`,
    now,
    sequence,
  )
}
