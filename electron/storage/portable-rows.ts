// A whole conversation out of and into the database, for portable memory files.
import type { ConversationSummary } from '../contract/entities.ts'
import { RoostError } from '../contract/errors.ts'
import {
  conversationSequence,
  createConversation,
  findConversation,
  requireSummary,
  touchConversation,
} from './conversations.ts'
import type { ReadableDatabase, WritableDatabase } from './database.ts'
import { evidence, putEvidence, setSources } from './evidence.ts'
import type { PortableConversation, PortableMessage } from './memory-storage.ts'
import { findMessageRow } from './message-rows.ts'
import { toParameters } from './parameters.ts'
import { putTokens, tokensOf } from './turns.ts'

export function portableConversation(db: ReadableDatabase, id: string): PortableConversation | null {
  const found = findConversation(db, id)
  if (found === null) return null
  const json = db.one<{ parameters: string }>('SELECT parameters FROM conversation WHERE id = ?', id)
  return {
    id,
    title: found.title,
    systemPrompt: found.systemPrompt,
    parameters: toParameters(json?.parameters ?? '{}'),
    activeLeaf: found.activeLeaf,
    createdAt: found.createdAt,
    messages: found.messages.map((message) => ({
      id: message.id,
      parent: message.parent,
      role: message.role,
      text: message.text,
      state: message.state,
      createdAt: message.createdAt,
      model: message.model,
      figures: message.figures,
      tokens: message.role === 'user' ? null : tokensOf(db, message.id),
      evidence: message.role === 'user' ? null : evidence(db, message.id),
    })),
  }
}

export function importPortable(
  db: WritableDatabase,
  conversation: PortableConversation,
  now: number,
): ConversationSummary {
  return db.transaction(() => {
    createConversation(db, conversation.id, conversation.createdAt)
    const sequence = conversationSequence(db, conversation.id)
    db.run(
      'UPDATE conversation SET title = ?, system_prompt = ?, parameters = ? WHERE sequence = ?',
      conversation.title,
      conversation.systemPrompt,
      JSON.stringify(conversation.parameters),
      sequence,
    )
    for (const message of conversation.messages) insertMessage(db, sequence, message)
    if (conversation.sources !== undefined) setSources(db, conversation.id, conversation.sources)
    db.run(
      'UPDATE conversation SET active_leaf = (SELECT sequence FROM message WHERE id = ?) WHERE sequence = ?',
      conversation.activeLeaf,
      sequence,
    )
    touchConversation(db, sequence, now)
    return requireSummary(db, conversation.id)
  })
}

/** `conversation`: its sequence. Errors: bad_request where the id is taken. */
export function insertMessage(db: WritableDatabase, conversation: number, message: PortableMessage): void {
  if (findMessageRow(db, message.id) !== undefined) {
    throw new RoostError('bad_request', { reason: 'The id of a message is taken.' })
  }
  db.run(
    `INSERT INTO message (id, conversation, parent, role, text, state, created_at, revision, model, figures)
     VALUES (?, ?, (SELECT sequence FROM message WHERE id = ?), ?, ?, ?, ?, 1, ?, ?)`,
    message.id,
    conversation,
    message.parent,
    message.role,
    message.text,
    message.state === 'generating' ? 'interrupted' : message.state,
    message.createdAt,
    message.model,
    message.figures === null ? null : JSON.stringify(message.figures),
  )
  putTokens(db, message.id, message.tokens)
  if (message.evidence !== null && message.evidence !== undefined)
    putEvidence(db, message.id, message.evidence)
}
