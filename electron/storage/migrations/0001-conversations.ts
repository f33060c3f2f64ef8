// Conversations as trees of messages, the tokens of each turn, snapshots of the state, settings, known models.
import type { Migration } from '../migration.ts'

export const conversations: Migration = {
  version: 1,
  up(db) {
    db.exec(`
      -- activity orders the list; it counts up with every turn, because the clock may go back.
      CREATE TABLE conversation (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        title TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        updated_at INTEGER NOT NULL,
        activity INTEGER NOT NULL,
        revision INTEGER NOT NULL,
        pinned INTEGER NOT NULL CHECK (pinned IN (0, 1)),
        active_leaf INTEGER REFERENCES message (sequence) ON DELETE SET NULL,
        draft TEXT NOT NULL,
        system_prompt TEXT NOT NULL
      ) STRICT;
      CREATE INDEX conversation_activity ON conversation (activity DESC);
      CREATE INDEX conversation_active_leaf ON conversation (active_leaf);

      -- A child is always younger than its parent: sequence orders siblings, and finds newest leaves.
      -- parent and conversation do not cascade: SQLite limits the depth of that; deletions name every row.
      CREATE TABLE message (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        conversation INTEGER NOT NULL REFERENCES conversation (sequence),
        parent INTEGER REFERENCES message (sequence) CHECK (parent < sequence),
        role TEXT NOT NULL CHECK (role IN ('user', 'assistant')),
        text TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('complete', 'generating', 'interrupted', 'stopped', 'failed')),
        created_at INTEGER NOT NULL,
        revision INTEGER NOT NULL,
        model TEXT,
        figures TEXT,
        error TEXT
      ) STRICT;
      CREATE INDEX message_conversation ON message (conversation, sequence);
      CREATE INDEX message_parent ON message (parent);
      CREATE INDEX message_generating ON message (conversation) WHERE state = 'generating';

      -- prompt and answer: token ids, u32 little-endian.
      CREATE TABLE turn_tokens (
        message INTEGER PRIMARY KEY REFERENCES message (sequence) ON DELETE CASCADE,
        tokenizer TEXT NOT NULL,
        template TEXT NOT NULL,
        system TEXT NOT NULL,
        prompt BLOB NOT NULL,
        answer BLOB NOT NULL,
        tail TEXT NOT NULL
      ) STRICT;

      -- A cache: dropping every row changes nothing but speed. The block carries its own checksum.
      CREATE TABLE snapshot (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        message INTEGER NOT NULL UNIQUE REFERENCES message (sequence) ON DELETE CASCADE,
        fingerprint TEXT NOT NULL,
        system TEXT NOT NULL,
        bytes INTEGER NOT NULL,
        created_at INTEGER NOT NULL,
        state BLOB NOT NULL
      ) STRICT;
      CREATE INDEX snapshot_bytes ON snapshot (bytes);

      CREATE TABLE setting (
        key TEXT PRIMARY KEY,
        value TEXT NOT NULL
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE model (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        path TEXT NOT NULL UNIQUE,
        origin TEXT NOT NULL CHECK (origin IN ('starter', 'local', 'folder')),
        title TEXT NOT NULL,
        description TEXT,
        file_bytes INTEGER NOT NULL,
        modified_at INTEGER NOT NULL
      ) STRICT;

      -- Any three characters in a row, so Chinese is found without a word list. A row is indexed exactly while its
      -- message is not being written.
      CREATE VIRTUAL TABLE message_search USING fts5 (
        text, content = 'message', content_rowid = 'sequence', tokenize = 'trigram'
      );
      CREATE TRIGGER message_search_insert AFTER INSERT ON message WHEN new.state <> 'generating' BEGIN
        INSERT INTO message_search (rowid, text) VALUES (new.sequence, new.text);
      END;
      -- Three triggers that exclude each other: the order of triggers on one event is not defined.
      CREATE TRIGGER message_search_change AFTER UPDATE OF text, state ON message
      WHEN old.state <> 'generating' AND new.state <> 'generating' BEGIN
        INSERT INTO message_search (message_search, rowid, text) VALUES ('delete', old.sequence, old.text);
        INSERT INTO message_search (rowid, text) VALUES (new.sequence, new.text);
      END;
      CREATE TRIGGER message_search_leave AFTER UPDATE OF text, state ON message
      WHEN old.state <> 'generating' AND new.state = 'generating' BEGIN
        INSERT INTO message_search (message_search, rowid, text) VALUES ('delete', old.sequence, old.text);
      END;
      CREATE TRIGGER message_search_enter AFTER UPDATE OF text, state ON message
      WHEN old.state = 'generating' AND new.state <> 'generating' BEGIN
        INSERT INTO message_search (rowid, text) VALUES (new.sequence, new.text);
      END;
      CREATE TRIGGER message_search_delete AFTER DELETE ON message WHEN old.state <> 'generating' BEGIN
        INSERT INTO message_search (message_search, rowid, text) VALUES ('delete', old.sequence, old.text);
      END;
    `)
  },
}
