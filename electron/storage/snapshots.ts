// Snapshots of the state after an answer, one for each model, under a budget of bytes. A cache: the transcript and its
// tokens are the truth. What stays and what goes is decided in snapshot-policy.ts.
import type { ReadableDatabase, WritableDatabase } from './database.ts'
import { rebuildLimit, toDrop, toFree } from './snapshot-policy.ts'
import type { SnapshotFacts } from './snapshot-policy.ts'
import type { ConversationStates, ResumePoint, RestingLeaf, SnapshotUsage } from './storage.ts'

export interface NewSnapshot {
  readonly message: string
  readonly fingerprint: string
  readonly system: string
  readonly bytes: Uint8Array
  readonly now: number
}

/** Takes the place of the one that the message had for this model. */
export function putSnapshot(db: WritableDatabase, snapshot: NewSnapshot): void {
  db.transaction(() => {
    db.run(
      'DELETE FROM snapshot WHERE message = (SELECT sequence FROM message WHERE id = ?) AND fingerprint = ?',
      snapshot.message,
      snapshot.fingerprint,
    )
    db.run(
      `INSERT INTO snapshot (message, fingerprint, system, bytes, created_at, state)
       SELECT sequence, ?, ?, ?, ?, ? FROM message WHERE id = ?`,
      snapshot.fingerprint,
      snapshot.system,
      snapshot.bytes.byteLength,
      snapshot.now,
      snapshot.bytes,
      snapshot.message,
    )
  })
}

/** A state that was read again in the background. Nothing when the message is gone meanwhile. Returns what was dropped. */
export function keepSnapshot(db: WritableDatabase, snapshot: NewSnapshot, budgetBytes: number): string[] {
  return db.transaction(() => {
    putSnapshot(db, snapshot)
    return evict(db, budgetBytes)
  })
}

/** Of every model. */
export function dropSnapshot(db: WritableDatabase, message: string): void {
  db.run('DELETE FROM snapshot WHERE message = (SELECT sequence FROM message WHERE id = ?)', message)
}

export function snapshotUsage(db: ReadableDatabase): SnapshotUsage {
  return (
    db.one<SnapshotUsage>(
      `SELECT count(*) AS count, coalesce(sum(bytes), 0) AS bytes FROM (
         SELECT bytes FROM snapshot UNION ALL SELECT bytes FROM opening_state UNION ALL SELECT bytes FROM reading_state)`,
    ) ?? { count: 0, bytes: 0 }
  )
}

/** The nearest message, from this one upward, whose state can be continued by this model under this system prompt. */
export function resumePoint(
  db: ReadableDatabase,
  message: string,
  fingerprint: string,
  system: string,
): ResumePoint | null {
  const row = db.one<{ message: string; state: Uint8Array }>(
    `WITH RECURSIVE up (sequence) AS (
       SELECT sequence FROM message WHERE id = ?
       UNION ALL
       SELECT m.parent FROM message AS m JOIN up ON m.sequence = up.sequence WHERE m.parent IS NOT NULL
     ), nearest (message) AS (
       SELECT max(s.message) FROM up JOIN snapshot AS s ON s.message = up.sequence
       WHERE s.fingerprint = ? AND s.system = ?
     )
     SELECT (SELECT id FROM message WHERE sequence = s.message) AS message, s.state AS state
     FROM nearest JOIN snapshot AS s ON s.message = nearest.message AND s.fingerprint = ?`,
    message,
    fingerprint,
    system,
    fingerprint,
  )
  return row === undefined ? null : { message: row.message, bytes: row.state }
}

export function snapshotBytes(
  db: ReadableDatabase,
  message: string,
  fingerprint: string,
): { bytes: Uint8Array } | null {
  const row = db.one<{ state: Uint8Array }>(
    `SELECT s.state FROM snapshot AS s JOIN message AS m ON m.sequence = s.message
     WHERE m.id = ? AND s.fingerprint = ?`,
    message,
    fingerprint,
  )
  return row === undefined ? null : { bytes: row.state }
}

/** Drops states until the rest fits, and returns their messages. */
export function evict(db: WritableDatabase, budgetBytes: number): string[] {
  return db.transaction(() => {
    const used = snapshotUsage(db).bytes
    if (used <= budgetBytes) return []
    return drop(db, toDrop(factsOf(db, null), used, budgetBytes))
  })
}

/** What a person asked to give back: of one conversation, or of all. Returns what was freed. */
export function freeSnapshots(db: WritableDatabase, conversation: string | null): SnapshotUsage {
  return db.transaction(() => {
    const before = snapshotUsage(db)
    drop(db, toFree(factsOf(db, conversation)))
    const after = snapshotUsage(db)
    return { count: before.count - after.count, bytes: before.bytes - after.bytes }
  })
}

function drop(db: WritableDatabase, sequences: readonly number[]): string[] {
  return sequences.map((sequence) => {
    const row = db.one<{ id: string }>(
      'SELECT m.id FROM snapshot AS s JOIN message AS m ON m.sequence = s.message WHERE s.sequence = ?',
      sequence,
    )
    db.run('DELETE FROM snapshot WHERE sequence = ?', sequence)
    return row?.id ?? ''
  })
}

interface FactsRow {
  sequence: number
  bytes: number
  activity: number
  leaf: number
  last: number
  ways: number
}

function factsOf(db: ReadableDatabase, conversation: string | null): SnapshotFacts[] {
  // Ways on from an answer are its questions and the answers to them: a second one of either makes it a branch point.
  return db
    .all<FactsRow>(
      `WITH newest (conversation, fingerprint, message) AS (
         SELECT m.conversation, s.fingerprint, max(s.message)
         FROM snapshot AS s JOIN message AS m ON m.sequence = s.message GROUP BY m.conversation, s.fingerprint
       ), spoken (conversation, fingerprint) AS (
         SELECT conversation, fingerprint FROM (
           SELECT m.conversation, s.fingerprint, max(s.sequence)
           FROM snapshot AS s JOIN message AS m ON m.sequence = s.message GROUP BY m.conversation
         )
       )
       SELECT s.sequence, s.bytes, c.activity,
         (s.message = n.message OR s.message = c.active_leaf) AS leaf,
         (s.fingerprint = k.fingerprint) AS last,
         (SELECT count(*) FROM message AS q LEFT JOIN message AS a ON a.parent = q.sequence
          WHERE q.parent = s.message) AS ways
       FROM snapshot AS s
       JOIN message AS m ON m.sequence = s.message
       JOIN conversation AS c ON c.sequence = m.conversation
       JOIN newest AS n ON n.conversation = m.conversation AND n.fingerprint = s.fingerprint
       JOIN spoken AS k ON k.conversation = m.conversation
       WHERE ? IS NULL OR c.id = ?`,
      conversation,
      conversation,
    )
    .map((row) => ({
      sequence: row.sequence,
      bytes: row.bytes,
      activity: row.activity,
      isLeaf: row.leaf !== 0,
      ofLastModel: row.last !== 0,
      waysOn: row.ways,
    }))
}

/** For the memory panel: what is kept of one conversation, and how many tokens each of its answers took. */
export function conversationStates(db: ReadableDatabase, conversation: string): ConversationStates {
  const kept = db.all<{
    message: string
    fingerprint: string
    system: string
    bytes: number
    createdAt: number
  }>(
    `SELECT m.id AS message, s.fingerprint, s.system, s.bytes, s.created_at AS createdAt
     FROM conversation AS c JOIN message AS m ON m.conversation = c.sequence
     JOIN snapshot AS s ON s.message = m.sequence WHERE c.id = ? ORDER BY s.message`,
    conversation,
  )
  const turns = db.all<{ message: string; tokens: number; tokenizer: string }>(
    `SELECT m.id AS message, (length(t.prompt) + length(t.answer)) / 4 AS tokens, t.tokenizer
     FROM conversation AS c JOIN message AS m ON m.conversation = c.sequence
     JOIN turn_tokens AS t ON t.message = m.sequence WHERE c.id = ? ORDER BY m.sequence`,
    conversation,
  )
  return { kept, turns }
}

/**
 * Where conversations rest, newest first, as far as the policy reads them again by itself. A leaf that is a question, or is
 * still being written, is left out: there is nothing to stand behind.
 */
export function restingLeaves(db: ReadableDatabase, budgetBytes: number, stateBytes: number): RestingLeaf[] {
  return db
    .all<{ conversation: string; answer: string; kept: string | null }>(
      `SELECT c.id AS conversation, m.id AS answer,
         (SELECT json_group_array(json_object('fingerprint', s.fingerprint, 'system', s.system))
          FROM snapshot AS s WHERE s.message = m.sequence) AS kept
       FROM conversation AS c JOIN message AS m ON m.sequence = c.active_leaf
       WHERE m.role = 'assistant' AND m.state NOT IN ('generating', 'failed') AND m.text <> ''
         AND c.presence = 'kept'
       ORDER BY c.activity DESC LIMIT ?`,
      rebuildLimit(budgetBytes, stateBytes),
    )
    .map(({ conversation, answer, kept }) => ({
      conversation,
      answer,
      kept: JSON.parse(kept ?? '[]') as RestingLeaf['kept'],
    }))
}
