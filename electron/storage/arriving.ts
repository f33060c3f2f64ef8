// Conversations that come from a file. They arrive out of sight, in as many transactions as it takes, and become visible
// in one: an import that fails or is killed half way leaves nothing behind (keeping.ts).
import type { ConversationSummary } from '../contract/entities.ts'
import { newId } from '../platform/ids.ts'
import { findSummary } from './conversations.ts'
import type { WritableDatabase } from './database.ts'
import { putEvidence } from './evidence.ts'
import type { ArrivingConversation } from './keeping-types.ts'

export function addArriving(db: WritableDatabase, conversations: readonly ArrivingConversation[]): string[] {
  return db.transaction(() => conversations.map((conversation) => addOne(db, conversation)))
}

function addOne(db: WritableDatabase, arriving: ArrivingConversation): string {
  // All ids are kept or none: a second import of the same file is a copy.
  const taken =
    db.one('SELECT 1 FROM conversation WHERE id = ?', arriving.id) !== undefined ||
    arriving.messages.some(({ id }) => db.one('SELECT 1 FROM message WHERE id = ?', id) !== undefined)
  const idOf = new Map(arriving.messages.map(({ id }) => [id, taken ? newId() : id]))
  const conversation = taken ? newId() : arriving.id
  db.run(
    `INSERT INTO conversation (id, title, created_at, updated_at, activity, revision, pinned, draft, system_prompt,
       folder, presence)
     VALUES (?, ?, ?, ?, (SELECT coalesce(max(activity), 0) + 1 FROM conversation), 1, ?, ?, ?, ?, 'arriving')`,
    conversation,
    arriving.title,
    arriving.createdAt,
    arriving.updatedAt,
    arriving.pinned ? 1 : 0,
    arriving.draft,
    arriving.systemPrompt,
    arriving.folder === null ? null : folderNamed(db, arriving.folder),
  )
  const { sequence } = db.one<{ sequence: number }>(
    'SELECT sequence FROM conversation WHERE id = ?',
    conversation,
  ) ?? { sequence: 0 }
  for (const tag of arriving.tags) {
    db.run(
      'INSERT INTO conversation_tag (conversation, tag) VALUES (?, ?) ON CONFLICT DO NOTHING',
      sequence,
      tag,
    )
  }
  for (const message of arriving.messages) {
    db.run(
      `INSERT INTO message (id, conversation, parent, role, text, state, created_at, revision, model, figures, error)
       VALUES (?, ?, (SELECT sequence FROM message WHERE id = ?), ?, ?, ?, ?, 1, ?, ?, ?)`,
      idOf.get(message.id) ?? message.id,
      sequence,
      message.parent === null ? null : (idOf.get(message.parent) ?? null),
      message.role,
      message.text,
      message.state,
      message.createdAt,
      message.model,
      message.figures === null ? null : JSON.stringify(message.figures),
      message.error === null ? null : JSON.stringify(message.error),
    )
    if (message.evidence !== undefined) putEvidence(db, idOf.get(message.id) ?? message.id, message.evidence)
  }
  if (arriving.sources !== undefined) {
    db.run(
      'INSERT INTO conversation_sources (conversation, sources) VALUES (?, ?)',
      sequence,
      JSON.stringify(arriving.sources),
    )
  }
  db.run(
    'UPDATE conversation SET active_leaf = (SELECT sequence FROM message WHERE id = ?) WHERE sequence = ?',
    arriving.activeLeaf === null ? null : (idOf.get(arriving.activeLeaf) ?? null),
    sequence,
  )
  return conversation
}

function folderNamed(db: WritableDatabase, name: string): number | null {
  const sql = 'SELECT sequence FROM folder WHERE name = ? ORDER BY sequence LIMIT 1'
  const known = db.one<{ sequence: number }>(sql, name)
  if (known !== undefined) return known.sequence
  db.run('INSERT INTO folder (id, name, open) VALUES (?, ?, 1)', newId(), name)
  return db.one<{ sequence: number }>(sql, name)?.sequence ?? null
}

export function admit(db: WritableDatabase, ids: readonly string[]): ConversationSummary[] {
  return db.transaction(() => {
    for (const id of ids) {
      db.run("UPDATE conversation SET presence = 'kept' WHERE id = ? AND presence = 'arriving'", id)
    }
    return ids.flatMap((id) => findSummary(db, id) ?? [])
  })
}
