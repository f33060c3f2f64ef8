// Tables of version 2 that belong to the memory of conversations: parameters, queued messages, personas with their ready
// states, presets, tuned states; and snapshots of one message for several models.
import type { WritableDatabase } from '../database.ts'

export function memoryTables(db: WritableDatabase): void {
  db.exec(`
    -- JSON; what is missing has its default.
    ALTER TABLE conversation ADD COLUMN parameters TEXT NOT NULL DEFAULT '{}';

    -- Written while an answer ran; sent in the order of sequence.
    CREATE TABLE queued_message (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      conversation INTEGER NOT NULL REFERENCES conversation (sequence) ON DELETE CASCADE,
      text TEXT NOT NULL,
      created_at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX queued_message_conversation ON queued_message (conversation, sequence);

    -- examples: JSON array of {question, answer}; sampling: JSON.
    CREATE TABLE persona (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      name TEXT NOT NULL,
      system_prompt TEXT NOT NULL,
      examples TEXT NOT NULL,
      sampling TEXT NOT NULL,
      created_at INTEGER NOT NULL
    ) STRICT;

    -- A cache like snapshot: the state behind a persona's text, before anybody said a word.
    CREATE TABLE opening_state (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT,
      persona INTEGER NOT NULL REFERENCES persona (sequence) ON DELETE CASCADE,
      fingerprint TEXT NOT NULL,
      system TEXT NOT NULL,
      tokens INTEGER NOT NULL,
      bytes INTEGER NOT NULL,
      created_at INTEGER NOT NULL,
      state BLOB NOT NULL,
      UNIQUE (persona, fingerprint)
    ) STRICT;
    CREATE INDEX opening_state_system ON opening_state (fingerprint, system);

    CREATE TABLE preset (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      name TEXT NOT NULL,
      sampling TEXT NOT NULL
    ) STRICT;

    -- An initial state that was learned elsewhere; its file lies in the data folder, named by the fingerprint.
    CREATE TABLE tuned_state (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      name TEXT NOT NULL,
      fingerprint TEXT NOT NULL UNIQUE,
      layers INTEGER NOT NULL,
      heads INTEGER NOT NULL,
      head_size INTEGER NOT NULL,
      bytes INTEGER NOT NULL,
      created_at INTEGER NOT NULL
    ) STRICT;

    -- Was: one state per message. Now one for each model, so that going back to a model finds its states again.
    -- system: the template it was spoken to in, and the hash of what stands before the first turn.
    CREATE TABLE snapshot_by_model (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT,
      message INTEGER NOT NULL REFERENCES message (sequence) ON DELETE CASCADE,
      fingerprint TEXT NOT NULL,
      system TEXT NOT NULL,
      bytes INTEGER NOT NULL,
      created_at INTEGER NOT NULL,
      state BLOB NOT NULL,
      UNIQUE (message, fingerprint)
    ) STRICT;
    INSERT INTO snapshot_by_model (sequence, message, fingerprint, system, bytes, created_at, state)
      SELECT s.sequence, s.message, s.fingerprint, t.template || ' ' || s.system, s.bytes, s.created_at, s.state
      FROM snapshot AS s JOIN turn_tokens AS t ON t.message = s.message;
    DROP TABLE snapshot;
    ALTER TABLE snapshot_by_model RENAME TO snapshot;
    -- Everything the policy asks for, without touching the pages of the states.
    CREATE INDEX snapshot_facts ON snapshot (message, fingerprint, system, bytes, created_at);
    CREATE INDEX snapshot_bytes ON snapshot (bytes);
  `)
}
