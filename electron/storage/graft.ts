// A further branch of a conversation, made of rows that are all new; the branches that there are stay as they are.
import type { Conversation } from '../contract/entities.ts'
import { RoostError } from '../contract/errors.ts'
import { conversationSequence, findConversation, touchConversation } from './conversations.ts'
import type { WritableDatabase } from './database.ts'
import type { PortableMessage } from './memory-storage.ts'
import { insertMessage } from './portable-rows.ts'

/** One transaction. Parents before children; `leaf` is shown afterwards. Errors: not_found; bad_request for a taken id. */
export function graftBranch(
  db: WritableDatabase,
  conversation: string,
  messages: readonly PortableMessage[],
  leaf: string,
  now: number,
): Conversation {
  return db.transaction(() => {
    const sequence = conversationSequence(db, conversation)
    for (const message of messages) insertMessage(db, sequence, message)
    db.run(
      `UPDATE conversation SET active_leaf = (SELECT sequence FROM message WHERE id = ? AND conversation = ?)
       WHERE sequence = ?`,
      leaf,
      sequence,
      sequence,
    )
    touchConversation(db, sequence, now)
    const found = findConversation(db, conversation)
    if (found === null) throw new RoostError('not_found', { what: 'conversation' })
    return found
  })
}
