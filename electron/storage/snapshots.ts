// Snapshots of the state after an answer, under a budget of bytes. A cache: the transcript and its tokens are the truth.
import type { ReadableDatabase, WritableDatabase } from './database.ts'
import type { ResumePoint, SnapshotUsage } from './storage.ts'

export interface NewSnapshot {
  readonly message: string
  readonly fingerprint: string
  readonly system: string
  readonly bytes: Uint8Array
  readonly now: number
}

/** Takes the place of the one that the message had. */
export function putSnapshot(db: WritableDatabase, snapshot: NewSnapshot): void {
  db.transaction(() => {
    dropSnapshot(db, snapshot.message)
    db.run(
      `INSERT INTO snapshot (message, fingerprint, system, bytes, created_at, state)
       VALUES ((SELECT sequence FROM message WHERE id = ?), ?, ?, ?, ?, ?)`,
      snapshot.message,
      snapshot.fingerprint,
      snapshot.system,
      snapshot.bytes.byteLength,
      snapshot.now,
      snapshot.bytes,
    )
  })
}

export function dropSnapshot(db: WritableDatabase, message: string): void {
  db.run('DELETE FROM snapshot WHERE message = (SELECT sequence FROM message WHERE id = ?)', message)
}

export function snapshotUsage(db: ReadableDatabase): SnapshotUsage {
  return (
    db.one<{ count: number; bytes: number }>(
      'SELECT count(*) AS count, coalesce(sum(bytes), 0) AS bytes FROM snapshot',
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
     FROM nearest JOIN snapshot AS s ON s.message = nearest.message`,
    message,
    fingerprint,
    system,
  )
  return row === undefined ? null : { message: row.message, bytes: row.state }
}

/**
 * Drops snapshots until they fit, and returns their messages. What goes first: 1. states that nothing branches from,
 * oldest first; 2. branch points, oldest first; 3. the newest leaf of a conversation, that of the conversation that was
 * longest without a turn first. The very newest snapshot stays even if it alone is larger than the budget.
 */
export function evict(db: WritableDatabase, budgetBytes: number): string[] {
  return db.transaction(() => {
    let excess = snapshotUsage(db).bytes - budgetBytes
    if (excess <= 0) return []
    const dropped: string[] = []
    for (const { sequence, id, bytes } of inOrderOfEviction(db)) {
      if (excess <= 0) break
      db.run('DELETE FROM snapshot WHERE sequence = ?', sequence)
      excess -= bytes
      dropped.push(id)
    }
    return dropped
  })
}

function inOrderOfEviction(db: ReadableDatabase): { sequence: number; id: string; bytes: number }[] {
  // Ways on from an answer are its questions and the answers to them: a second one of either makes it a branch point.
  return db.all(
    `WITH newest (message) AS (
       SELECT max(s.message) FROM snapshot AS s JOIN message AS m ON m.sequence = s.message GROUP BY m.conversation
     )
     SELECT s.sequence, m.id, s.bytes,
       CASE
         WHEN s.message IN (SELECT message FROM newest) THEN 2
         WHEN (SELECT count(*) FROM message AS q LEFT JOIN message AS a ON a.parent = q.sequence
               WHERE q.parent = s.message) > 1 THEN 1
         ELSE 0
       END AS worth,
       CASE WHEN s.message IN (SELECT message FROM newest) THEN c.activity ELSE s.sequence END AS age
     FROM snapshot AS s
     JOIN message AS m ON m.sequence = s.message
     JOIN conversation AS c ON c.sequence = m.conversation
     WHERE s.sequence <> (SELECT max(sequence) FROM snapshot)
     ORDER BY worth, age`,
  )
}
