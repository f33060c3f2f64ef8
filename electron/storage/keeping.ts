// Many conversations at once: their order, and deletion that can be undone.
//
//   kept --deleteConversations--> deleted --restoreConversations--> kept
//                                    |
//                                    +--purge, when the time is over--> gone, with everything below it
//   arriving --admit--> kept         arriving --purge at start, or after a failed import--> gone
//
// Only `kept` is seen by any other function of storage: lists, search, conversations by id, turns. Rows, tokens and
// snapshots of a deleted conversation are not touched until it is purged, so it comes back as it was. A message that was
// deleted lies in such a conversation too, with what was below it: deleted-branches.ts.
import type { ConversationSummary } from '../contract/entities.ts'
import { findSummary } from './conversations.ts'
import { toRoostError } from './database.ts'
import type { WritableDatabase, ReadableDatabase } from './database.ts'
import { requireFolder } from './folders.ts'
import type { DeletedBatch, MarkedConversations, Organising } from './keeping-types.ts'
import { endUnfinished, purgeConversation } from './purge.ts'

/** Conversations that are not there any more are left out of what comes back. */
export function organise(db: WritableDatabase, change: Organising): ConversationSummary[] {
  return db.transaction(() => {
    if (typeof change.folder === 'string') requireFolder(db, change.folder)
    for (const id of change.conversations) {
      if (change.pinned !== undefined) {
        db.run('UPDATE conversation SET pinned = ? WHERE id = ?', change.pinned ? 1 : 0, id)
      }
      if (change.folder !== undefined) {
        db.run(
          'UPDATE conversation SET folder = (SELECT sequence FROM folder WHERE id = ?) WHERE id = ?',
          change.folder,
          id,
        )
      }
      for (const tag of change.addTags ?? []) {
        db.run(
          `INSERT INTO conversation_tag (conversation, tag) SELECT sequence, ? FROM conversation WHERE id = ?
           ON CONFLICT DO NOTHING`,
          tag,
          id,
        )
      }
      for (const tag of change.removeTags ?? []) {
        db.run(
          `DELETE FROM conversation_tag
           WHERE tag = ? AND conversation = (SELECT sequence FROM conversation WHERE id = ?)`,
          tag,
          id,
        )
      }
      db.run('UPDATE conversation SET revision = revision + 1 WHERE id = ?', id)
    }
    return change.conversations.flatMap((id) => findSummary(db, id) ?? [])
  })
}

/** null: it was read already, nothing was written. */
export function markRead(db: WritableDatabase, id: string): ConversationSummary | null {
  return db.transaction(() => {
    const changed = db.run(
      'UPDATE conversation SET unread = 0, revision = revision + 1 WHERE id = ? AND unread = 1',
      id,
    )
    return changed === 0 ? null : findSummary(db, id)
  })
}

/**
 * One call is one batch: it can be undone as one. Where the disk is full even a mark needs room: states, which are only a
 * cache, make it; where there are none the rows go at once, because deleting is what a person does against a full disk.
 */
export function deleteConversations(
  db: WritableDatabase,
  ids: readonly string[],
  now: number,
): MarkedConversations {
  try {
    return { conversations: mark(db, ids, now), undoable: true }
  } catch (error) {
    if (toRoostError(error).code !== 'disk_full') throw error
  }
  try {
    return db.transaction(() => {
      for (const id of ids) dropStates(db, id)
      return { conversations: mark(db, ids, now), undoable: true }
    })
  } catch (error) {
    if (toRoostError(error).code !== 'disk_full') throw error
  }
  return db.transaction(() => {
    const there = ids.filter((id) => findSummary(db, id) !== null)
    for (const id of there) purgeConversation(db, id)
    return { conversations: there, undoable: false }
  })
}

function mark(db: WritableDatabase, ids: readonly string[], now: number): string[] {
  return db.transaction(() =>
    ids.filter(
      (id) =>
        db.run(
          `UPDATE conversation SET presence = 'deleted', deleted_at = ?, revision = revision + 1
           WHERE id = ? AND presence = 'kept'`,
          now,
          id,
        ) > 0,
    ),
  )
}

function dropStates(db: WritableDatabase, id: string): void {
  db.run(
    `DELETE FROM snapshot WHERE message IN (
       SELECT m.sequence FROM message AS m JOIN conversation AS c ON c.sequence = m.conversation WHERE c.id = ?)`,
    id,
  )
}

export function restoreConversations(db: WritableDatabase, ids: readonly string[]): ConversationSummary[] {
  return db.transaction(() => {
    for (const id of ids) {
      db.run(
        `UPDATE conversation SET presence = 'kept', deleted_at = NULL, revision = revision + 1
         WHERE id = ? AND presence = 'deleted' AND sequence NOT IN (SELECT conversation FROM deleted_branch)`,
        id,
      )
      const row = db.one<{ sequence: number }>(
        "SELECT sequence FROM conversation WHERE id = ? AND presence = 'kept'",
        id,
      )
      if (row !== undefined) endUnfinished(db, row.sequence)
    }
    return ids.flatMap((id) => findSummary(db, id) ?? [])
  })
}

/** Newest first. */
export function deletedBatches(db: ReadableDatabase): DeletedBatch[] {
  const batches = new Map<number, string[]>()
  for (const { id, deletedAt } of db.all<{ id: string; deletedAt: number }>(
    `SELECT id, deleted_at AS deletedAt FROM conversation
     WHERE presence = 'deleted' AND sequence NOT IN (SELECT conversation FROM deleted_branch)
     ORDER BY deleted_at DESC, sequence`,
  )) {
    const batch = batches.get(deletedAt)
    if (batch === undefined) batches.set(deletedAt, [id])
    else batch.push(id)
  }
  return [...batches].map(([deletedAt, conversations]) => ({ deletedAt, conversations }))
}

/** What was deleted up to `until`, and, asked for, what never arrived. Returns the number of conversations. */
export function purge(db: WritableDatabase, until: number, arriving: boolean): number {
  const gone = db.all<{ id: string }>(
    `SELECT id FROM conversation
     WHERE (presence = 'deleted' AND deleted_at <= ?) OR (presence = 'arriving' AND ?) ORDER BY sequence`,
    until,
    arriving ? 1 : 0,
  )
  // One transaction each: a conversation of 10,000 messages takes its time, and a kill between two costs nothing.
  for (const { id } of gone) purgeConversation(db, id)
  return gone.length
}
