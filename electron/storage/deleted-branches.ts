// Deletion of a message with everything below it, and the way back.
//
//   shown --deleteMessages--> apart --restoreMessages--> shown
//                               |
//                               +--purge, when the time is over--> gone
//
// What is deleted moves into a conversation of its own that has presence 'deleted' (keeping.ts): one column of each row
// changes, so tokens, states and the index of words stay as they are, and numbers keep their order among siblings. Nothing
// that reads a conversation finds it; every function that goes down from a parent stops, because its root has none.
//
// Branches may come from branches: of two that were deleted one after the other, the inner one goes back to where its
// parent is now, out of sight too, and comes along when the outer one does.
import type { Conversation } from '../contract/entities.ts'
import { RoostError } from '../contract/errors.ts'
import { newId } from '../platform/ids.ts'
import { conversationSequence, findConversation } from './conversations.ts'
import { toRoostError } from './database.ts'
import type { ReadableDatabase, WritableDatabase } from './database.ts'
import type { DeletedMessages, StoredBranch } from './keeping-types.ts'
import { requireMessageRow, subtreeRows } from './message-rows.ts'
import type { SubtreeRow } from './message-rows.ts'
import { endUnfinished, purgeBranches } from './purge.ts'

const below = `WITH RECURSIVE below (sequence) AS (
  SELECT sequence FROM message WHERE id = ?
  UNION ALL
  SELECT m.sequence FROM message AS m JOIN below ON m.parent = below.sequence
)`

/**
 * What is shown next: the newest leaf beside the deleted message, else its parent. Where the disk is full even moving needs
 * room: states make it, and where there are none the rows go for good, because deleting is what a person does against a
 * full disk.
 */
export function deleteMessages(
  db: WritableDatabase,
  conversation: string,
  message: string,
  now: number,
): DeletedMessages {
  const attempts = [
    () => remove(db, conversation, message, () => setApart(db, conversation, message, now)),
    () =>
      remove(db, conversation, message, () => {
        db.run(`${below} DELETE FROM snapshot WHERE message IN (SELECT sequence FROM below)`, message)
        return setApart(db, conversation, message, now)
      }),
  ]
  for (const attempt of attempts) {
    try {
      return attempt()
    } catch (error) {
      if (toRoostError(error).code !== 'disk_full') throw error
    }
  }
  return remove(db, conversation, message, (rows) => {
    purgeBranches(db, 'parent IN (SELECT value FROM json_each(?))', sequencesOf(rows))
    // One statement: the reference of each child goes together with its parent.
    db.run(`${below} DELETE FROM message WHERE sequence IN (SELECT sequence FROM below)`, message)
    return false
  })
}

/** `take` moves or deletes the rows, and says whether they can come back. */
function remove(
  db: WritableDatabase,
  conversation: string,
  message: string,
  take: (rows: readonly SubtreeRow[]) => boolean,
): DeletedMessages {
  return db.transaction(() => {
    const row = requireMessageRow(db, message)
    if (row.conversation !== conversation) throw new RoostError('not_found', { what: 'message' })
    const rows = subtreeRows(db, message)
    const sequence = conversationSequence(db, conversation)
    const { parent, active } = linksOf(db, message)
    const undoable = take(rows)
    if (rows.some((gone) => gone.sequence === active)) {
      const next = db.one<{ leaf: number | null }>(
        `WITH RECURSIVE below (sequence) AS (
           SELECT sequence FROM message WHERE conversation = ? AND parent IS ?
           UNION ALL
           SELECT m.sequence FROM message AS m JOIN below ON m.parent = below.sequence
         ) SELECT max(sequence) AS leaf FROM below`,
        sequence,
        parent,
      )
      db.run('UPDATE conversation SET active_leaf = ? WHERE sequence = ?', next?.leaf ?? parent, sequence)
    }
    db.run('UPDATE conversation SET revision = revision + 1 WHERE sequence = ?', sequence)
    return {
      conversation: requireConversation(db, conversation),
      deleted: rows.map(({ id }) => id),
      undoable,
    }
  })
}

function linksOf(
  db: ReadableDatabase,
  message: string,
): { parent: number | null; active: number | null; origin: number; root: number } {
  const links = db.one<{ parent: number | null; active: number | null; origin: number; root: number }>(
    `SELECT m.parent AS parent, c.active_leaf AS active, c.sequence AS origin, m.sequence AS root
     FROM message AS m JOIN conversation AS c ON c.sequence = m.conversation WHERE m.id = ?`,
    message,
  )
  if (links === undefined) throw new RoostError('not_found', { what: 'message' })
  return links
}

function setApart(db: WritableDatabase, conversation: string, message: string, now: number): boolean {
  const { parent, active, origin, root } = linksOf(db, message)
  db.run(
    `INSERT INTO conversation (id, title, created_at, updated_at, activity, revision, pinned, draft, system_prompt,
       parameters, presence, deleted_at)
     SELECT ?, title, created_at, updated_at, activity, 1, 0, '', '', '{}', 'deleted', ?
     FROM conversation WHERE id = ?`,
    newId(),
    now,
    conversation,
  )
  const apart = db.one<{ sequence: number }>('SELECT last_insert_rowid() AS sequence')?.sequence ?? 0
  db.run(
    'INSERT INTO deleted_branch (conversation, origin, root, parent, active_leaf) VALUES (?, ?, ?, ?, ?)',
    apart,
    origin,
    root,
    parent,
    active,
  )
  db.run(
    `${below} UPDATE message SET conversation = ? WHERE sequence IN (SELECT sequence FROM below)`,
    message,
    apart,
  )
  db.run('UPDATE message SET parent = NULL WHERE sequence = ?', root)
  return true
}

/** `message`: the one that was deleted. Errors: not_found where its time is over, or its conversation went. */
export function restoreMessages(db: WritableDatabase, conversation: string, message: string): Conversation {
  return db.transaction(() => {
    const branch = db.one<{
      apart: number
      origin: number
      root: number
      parent: number | null
      active: number | null
      target: number
    }>(
      `SELECT b.conversation AS apart, b.origin, b.root, b.parent, b.active_leaf AS active,
         coalesce(p.conversation, b.origin) AS target
       FROM deleted_branch AS b JOIN message AS m ON m.sequence = b.root
       JOIN conversation AS o ON o.sequence = b.origin
       LEFT JOIN message AS p ON p.sequence = b.parent
       WHERE m.id = ? AND o.id = ? AND o.presence = 'kept'`,
      message,
      conversation,
    )
    if (branch === undefined) throw new RoostError('not_found', { what: 'message' })
    const { apart, origin, root, parent, active, target } = branch
    const ownLeaf =
      active !== null &&
      db.one('SELECT 1 FROM message WHERE sequence = ? AND conversation = ?', active, apart) !== undefined
    endUnfinished(db, apart)
    db.run('UPDATE message SET conversation = ? WHERE conversation = ?', target, apart)
    db.run('UPDATE message SET parent = ? WHERE sequence = ?', parent, root)
    if (ownLeaf && target === origin) {
      db.run('UPDATE conversation SET active_leaf = ? WHERE sequence = ?', active, target)
    }
    db.run('DELETE FROM deleted_branch WHERE conversation = ?', apart)
    db.run('DELETE FROM conversation WHERE sequence = ?', apart)
    db.run('UPDATE conversation SET revision = revision + 1 WHERE sequence = ?', origin)
    return requireConversation(db, conversation)
  })
}

/** Newest first; only of conversations that are there. */
export function deletedBranches(db: ReadableDatabase): StoredBranch[] {
  return db.all<StoredBranch>(
    `SELECT o.id AS conversation, m.id AS message, c.deleted_at AS deletedAt,
       (SELECT count(*) FROM message AS n WHERE n.conversation = b.conversation) AS messages
     FROM deleted_branch AS b JOIN conversation AS c ON c.sequence = b.conversation
     JOIN conversation AS o ON o.sequence = b.origin JOIN message AS m ON m.sequence = b.root
     WHERE o.presence = 'kept' ORDER BY c.deleted_at DESC, b.conversation DESC`,
  )
}

function sequencesOf(rows: readonly SubtreeRow[]): string {
  return JSON.stringify(rows.map(({ sequence }) => sequence))
}

function requireConversation(db: ReadableDatabase, id: string): Conversation {
  const found = findConversation(db, id)
  if (found === null) throw new RoostError('not_found', { what: 'conversation' })
  return found
}
