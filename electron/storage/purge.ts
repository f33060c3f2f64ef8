// What goes for good. The order is that of the references: branches that were taken from it, messages, the conversation.
import type { WritableDatabase } from './database.ts'

/** See keeping.ts for the deletion that a person asks for. Gone already: nothing to do. */
export function purgeConversation(db: WritableDatabase, id: string): void {
  db.transaction(() => {
    const row = db.one<{ sequence: number }>('SELECT sequence FROM conversation WHERE id = ?', id)
    if (row === undefined) return
    purgeBranches(db, 'origin = ?', row.sequence)
    purgeBranches(db, belowConversation, row.sequence)
    db.run('UPDATE conversation SET active_leaf = NULL WHERE sequence = ?', row.sequence)
    db.run('DELETE FROM message WHERE conversation = ?', row.sequence)
    db.run('DELETE FROM conversation WHERE sequence = ?', row.sequence)
  })
}

const belowConversation = 'parent IN (SELECT sequence FROM message WHERE message.conversation = ?)'

/**
 * Deleted branches, with what was taken from them. `where` is a condition on deleted_branch with one value. Words are
 * overwritten before their rows go, for whoever wants them out of the file (forgetTurn).
 */
export function purgeBranches(db: WritableDatabase, where: string, value: string | number): void {
  const branches = db.all<{ conversation: number }>(
    `SELECT conversation FROM deleted_branch WHERE ${where}`,
    value,
  )
  for (const { conversation } of branches) {
    purgeBranches(db, belowConversation, conversation)
    db.run('DELETE FROM deleted_branch WHERE conversation = ?', conversation)
    db.run(
      `UPDATE evidence SET turn = NULL, evidence = '' WHERE message IN (
         SELECT sequence FROM message WHERE conversation = ?)`,
      conversation,
    )
    db.run("UPDATE message SET text = '' WHERE conversation = ?", conversation)
    db.run('DELETE FROM message WHERE conversation = ?', conversation)
    db.run('DELETE FROM conversation WHERE sequence = ?', conversation)
  }
}

/** An answer whose last words could not be saved before it was deleted: nobody writes it any more. */
export function endUnfinished(db: WritableDatabase, conversation: number): void {
  db.run(
    `UPDATE message SET state = 'interrupted', revision = revision + 1
     WHERE conversation = ? AND state = 'generating'`,
    conversation,
  )
}
