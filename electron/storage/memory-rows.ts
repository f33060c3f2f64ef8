// Rows of what belongs to the memory of conversations, but for the states themselves (snapshots.ts).
import type { Conversation, ConversationSummary } from '../contract/entities.ts'
import { RoostError } from '../contract/errors.ts'
import type { Example, Parameters, Preset, QueuedMessage } from '../contract/memory.ts'
import { conversationSequence, findConversation, requireSummary } from './conversations.ts'
import type { ReadableDatabase, WritableDatabase } from './database.ts'
import type {
  ForgottenTurn,
  NewOpeningState,
  OpeningStateFacts,
  StoredPersona,
  StoredTunedState,
} from './memory-storage.ts'
import { requireMessageRow, subtreeRows } from './message-rows.ts'
import { purgeBranches } from './purge.ts'
import { queueOf } from './queue.ts'

export function setParameters(
  db: WritableDatabase,
  conversation: string,
  parameters: Parameters,
): ConversationSummary {
  return db.transaction(() => {
    db.run(
      'UPDATE conversation SET parameters = ?, revision = revision + 1 WHERE id = ?',
      JSON.stringify(parameters),
      conversation,
    )
    return requireSummary(db, conversation)
  })
}

export function queueMessage(
  db: WritableDatabase,
  conversation: string,
  message: QueuedMessage,
  now: number,
): QueuedMessage[] {
  return db.transaction(() => {
    db.run(
      `INSERT INTO queued_message (id, conversation, text, created_at) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
      message.id,
      conversationSequence(db, conversation),
      message.text,
      now,
    )
    return queueOf(db, conversation)
  })
}

export function editQueued(
  db: WritableDatabase,
  conversation: string,
  message: QueuedMessage,
): QueuedMessage[] {
  return db.transaction(() => {
    const changed = db.run(
      'UPDATE queued_message SET text = ? WHERE id = ? AND conversation = ?',
      message.text,
      message.id,
      conversationSequence(db, conversation),
    )
    if (changed === 0) throw new RoostError('not_found', { what: 'message' })
    return queueOf(db, conversation)
  })
}

/** Gone already: nothing to do. */
export function removeQueued(db: WritableDatabase, conversation: string, id: string): QueuedMessage[] {
  return db.transaction(() => {
    db.run(
      'DELETE FROM queued_message WHERE id = ? AND conversation = ?',
      id,
      conversationSequence(db, conversation),
    )
    return queueOf(db, conversation)
  })
}

export function listPersonas(db: ReadableDatabase): StoredPersona[] {
  return db
    .all<{ id: string; name: string; system_prompt: string; examples: string; sampling: string }>(
      'SELECT id, name, system_prompt, examples, sampling FROM persona ORDER BY sequence',
    )
    .map((row) => ({
      id: row.id,
      name: row.name,
      systemPrompt: row.system_prompt,
      examples: JSON.parse(row.examples) as Example[],
      sampling: JSON.parse(row.sampling) as Preset['sampling'],
    }))
}

export function putPersona(db: WritableDatabase, persona: StoredPersona, now: number): void {
  db.run(
    `INSERT INTO persona (id, name, system_prompt, examples, sampling, created_at) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET name = excluded.name, system_prompt = excluded.system_prompt,
       examples = excluded.examples, sampling = excluded.sampling`,
    persona.id,
    persona.name,
    persona.systemPrompt,
    JSON.stringify(persona.examples),
    JSON.stringify(persona.sampling),
    now,
  )
}

export function deletePersona(db: WritableDatabase, id: string): void {
  db.run('DELETE FROM persona WHERE id = ?', id)
}

export function openingStates(db: ReadableDatabase): OpeningStateFacts[] {
  return db.all<OpeningStateFacts>(
    `SELECT p.id AS persona, o.fingerprint, o.system, o.tokens, o.bytes
     FROM opening_state AS o JOIN persona AS p ON p.sequence = o.persona ORDER BY o.sequence`,
  )
}

export function openingState(
  db: ReadableDatabase,
  fingerprint: string,
  system: string,
): { tokens: number; bytes: Uint8Array } | null {
  const row = db.one<{ tokens: number; state: Uint8Array }>(
    'SELECT tokens, state FROM opening_state WHERE fingerprint = ? AND system = ? ORDER BY sequence DESC LIMIT 1',
    fingerprint,
    system,
  )
  return row === undefined ? null : { tokens: row.tokens, bytes: row.state }
}

/** Nothing when the persona is gone meanwhile. */
export function putOpeningState(db: WritableDatabase, state: NewOpeningState): void {
  db.run(
    `INSERT OR REPLACE INTO opening_state (persona, fingerprint, system, tokens, bytes, created_at, state)
     SELECT sequence, ?, ?, ?, ?, ?, ? FROM persona WHERE id = ?`,
    state.fingerprint,
    state.system,
    state.tokens,
    state.bytes.byteLength,
    state.now,
    state.bytes,
    state.persona,
  )
}

export function dropOpeningStates(db: WritableDatabase, persona: string): void {
  db.run('DELETE FROM opening_state WHERE persona = (SELECT sequence FROM persona WHERE id = ?)', persona)
}

export function listPresets(db: ReadableDatabase): Preset[] {
  return db
    .all<{ id: string; name: string; sampling: string }>(
      'SELECT id, name, sampling FROM preset ORDER BY sequence',
    )
    .map(({ id, name, sampling }) => ({ id, name, sampling: JSON.parse(sampling) as Preset['sampling'] }))
}

export function putPreset(db: WritableDatabase, preset: Preset): void {
  db.run(
    `INSERT INTO preset (id, name, sampling) VALUES (?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET name = excluded.name, sampling = excluded.sampling`,
    preset.id,
    preset.name,
    JSON.stringify(preset.sampling),
  )
}

export function deletePreset(db: WritableDatabase, id: string): void {
  db.run('DELETE FROM preset WHERE id = ?', id)
}

export function listTunedStates(db: ReadableDatabase): StoredTunedState[] {
  return db.all<StoredTunedState>(
    `SELECT id, name, fingerprint, layers, heads, head_size AS headSize, bytes FROM tuned_state ORDER BY sequence`,
  )
}

/** The same file again keeps its first id. */
export function putTunedState(db: WritableDatabase, state: StoredTunedState, now: number): void {
  db.run(
    `INSERT INTO tuned_state (id, name, fingerprint, layers, heads, head_size, bytes, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (fingerprint) DO UPDATE SET name = excluded.name`,
    state.id,
    state.name,
    state.fingerprint,
    state.layers,
    state.heads,
    state.headSize,
    state.bytes,
    now,
  )
}

export function deleteTunedState(db: WritableDatabase, id: string): void {
  db.run('DELETE FROM tuned_state WHERE id = ?', id)
}

/**
 * The words must not stay behind in the file: rows are overwritten with zeros as they go, the index of words is told to
 * remove entries instead of marking them, and the log, which still holds the old pages, is emptied.
 */
export function forgetTurn(
  db: WritableDatabase,
  conversation: string,
  message: string,
  retitle: { readonly from: string; readonly to: string },
): ForgottenTurn {
  db.exec('PRAGMA secure_delete = ON')
  try {
    const forgotten = db.transaction(() => {
      db.run("INSERT INTO message_search (message_search, rank) VALUES ('secure-delete', 1)")
      return takeOut(db, conversation, message, retitle)
    })
    // Pages that were given back earlier, with what stood in them.
    db.exec('PRAGMA incremental_vacuum')
    db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    return forgotten
  } finally {
    db.exec('PRAGMA secure_delete = FAST')
  }
}

function takeOut(
  db: WritableDatabase,
  conversation: string,
  message: string,
  retitle: { readonly from: string; readonly to: string },
): ForgottenTurn {
  const row = requireMessageRow(db, message)
  if (row.conversation !== conversation) throw new RoostError('not_found', { what: 'message' })
  const question = row.role === 'user' ? row : requireMessageRow(db, row.parent ?? '')
  // What was deleted of this conversation may hold the same words: nothing of it comes back.
  purgeBranches(db, 'origin = (SELECT sequence FROM conversation WHERE id = ?)', conversation)
  const below = subtreeRows(db, question.id)
  const answers = db.all<{ sequence: number; id: string }>(
    'SELECT sequence, id FROM message WHERE parent = ? ORDER BY sequence',
    question.sequence,
  )
  const gone = [question.sequence, ...answers.map(({ sequence }) => sequence)]
  const states = below
    .filter(({ sequence }) => db.run('DELETE FROM snapshot WHERE message = ?', sequence) > 0)
    .map(({ id }) => id)
  const parent = db.one<{ parent: number | null }>(
    'SELECT parent FROM message WHERE sequence = ?',
    question.sequence,
  )
  // The turns that come to stand behind another one begin with another separator, or with the system prompt.
  const list = answers.map(() => '?').join(', ')
  const sequences = answers.map(({ sequence }) => sequence)
  if (answers.length > 0) {
    db.run(
      `UPDATE turn_tokens SET prompt = x'' WHERE message IN (
         SELECT a.sequence FROM message AS q JOIN message AS a ON a.parent = q.sequence WHERE q.parent IN (${list}))`,
      ...sequences,
    )
    db.run(
      `UPDATE message SET parent = ?, revision = revision + 1 WHERE parent IN (${list})`,
      parent?.parent ?? null,
      ...sequences,
    )
  }
  const active = db.one<{ active: number | null }>(
    'SELECT active_leaf AS active FROM conversation WHERE id = ?',
    conversation,
  )
  for (const sequence of gone.toReversed()) {
    db.run('UPDATE conversation SET active_leaf = NULL WHERE active_leaf = ?', sequence)
    // Overwritten first: a row that only shrinks within its page would leave its old words behind.
    db.run("UPDATE message SET text = '' WHERE sequence = ?", sequence)
    db.run("UPDATE evidence SET turn = NULL, evidence = '' WHERE message = ?", sequence)
    db.run('DELETE FROM message WHERE sequence = ?', sequence)
  }
  // What a later question was understood to mean may hold words of this one.
  for (const { sequence } of below) {
    db.run(
      "UPDATE evidence SET evidence = json_set(evidence, '$.searchedFor', NULL) WHERE message = ?",
      sequence,
    )
  }
  if (active?.active !== null && gone.includes(active?.active ?? -1)) {
    const kept = below.filter(({ sequence }) => !gone.includes(sequence)).at(-1)
    db.run(
      'UPDATE conversation SET active_leaf = ? WHERE id = ?',
      kept?.sequence ?? parent?.parent ?? null,
      conversation,
    )
  }
  db.run(
    `UPDATE conversation SET title = CASE title WHEN ? THEN ? ELSE title END, revision = revision + 1 WHERE id = ?`,
    retitle.from,
    retitle.to,
    conversation,
  )
  return {
    conversation: requireConversation(db, conversation),
    messages: [question.id, ...answers.map(({ id }) => id)],
    states,
  }
}

function requireConversation(db: ReadableDatabase, id: string): Conversation {
  const found = findConversation(db, id)
  if (found === null) throw new RoostError('not_found', { what: 'conversation' })
  return found
}
