// Tables of version 4 that belong to answers from documents: what a chat may look into, what each answer rests on, and how
// far documents were read into states.
import type { WritableDatabase } from '../database.ts'

/** Behind the table `document`. */
export function evidenceTables(db: WritableDatabase): void {
  db.exec(`
    -- JSON of ConversationSources. Names documents and collections by id; they may be gone meanwhile.
    CREATE TABLE conversation_sources (
      conversation INTEGER PRIMARY KEY REFERENCES conversation (sequence) ON DELETE CASCADE,
      sources TEXT NOT NULL
    ) STRICT;

    -- Of an answer. turn: what the model was given instead of the plain question, so that reading it again gives the same
    -- tokens; null: the question itself. evidence: JSON of Evidence.
    CREATE TABLE evidence (
      message INTEGER PRIMARY KEY REFERENCES message (sequence) ON DELETE CASCADE,
      turn TEXT,
      evidence TEXT NOT NULL
    ) STRICT;

    -- How far a document was read by one model in one form. paused: by the person; else it goes on by itself.
    CREATE TABLE document_reading (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT,
      document INTEGER NOT NULL REFERENCES document (sequence) ON DELETE CASCADE,
      fingerprint TEXT NOT NULL,
      system TEXT NOT NULL,
      model TEXT NOT NULL,
      paused INTEGER NOT NULL CHECK (paused IN (0, 1)),
      done_tokens INTEGER NOT NULL,
      total_tokens INTEGER,
      error TEXT,
      UNIQUE (document, fingerprint)
    ) STRICT;

    -- A cache like snapshot: the state behind the first \`tokens\` tokens of the document's reading.
    CREATE TABLE reading_state (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT,
      reading INTEGER NOT NULL REFERENCES document_reading (sequence) ON DELETE CASCADE,
      tokens INTEGER NOT NULL,
      bytes INTEGER NOT NULL,
      created_at INTEGER NOT NULL,
      state BLOB NOT NULL,
      UNIQUE (reading, tokens)
    ) STRICT;
  `)
}
