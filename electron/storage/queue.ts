// Messages that wait for an answer to end.
import type { QueuedMessage } from '../contract/memory.ts'
import type { ReadableDatabase } from './database.ts'

export function queueOf(db: ReadableDatabase, conversation: string): QueuedMessage[] {
  return db.all<QueuedMessage>(
    `SELECT q.id, q.text FROM queued_message AS q JOIN conversation AS c ON c.sequence = q.conversation
     WHERE c.id = ? ORDER BY q.sequence`,
    conversation,
  )
}
