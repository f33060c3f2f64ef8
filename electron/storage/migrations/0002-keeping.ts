// Folders, tags, deletion that can be undone, unread answers; a search index that also finds one or two characters.
import type { Migration } from '../migration.ts'
import type { WritableDatabase } from '../database.ts'
import { memoryTables } from './0002-memory.ts'

export const keeping: Migration = {
  version: 2,
  up(db) {
    orderOfConversations(db)
    searchIndex(db)
    memoryTables(db)
  },
}

function orderOfConversations(db: WritableDatabase): void {
  db.exec(`
    CREATE TABLE folder (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      name TEXT NOT NULL,
      open INTEGER NOT NULL CHECK (open IN (0, 1))
    ) STRICT;

    ALTER TABLE conversation ADD COLUMN folder INTEGER REFERENCES folder (sequence) ON DELETE SET NULL;
    CREATE INDEX conversation_folder ON conversation (folder);

    -- deleted: gone for everybody, but whole until the time for a change of mind is over. arriving: being imported.
    ALTER TABLE conversation ADD COLUMN presence TEXT NOT NULL DEFAULT 'kept'
      CHECK (presence IN ('kept', 'deleted', 'arriving'));
    ALTER TABLE conversation ADD COLUMN deleted_at INTEGER;
    CREATE INDEX conversation_absent ON conversation (presence) WHERE presence <> 'kept';

    -- An answer ended and nobody has looked at it yet.
    ALTER TABLE conversation ADD COLUMN unread INTEGER NOT NULL DEFAULT 0 CHECK (unread IN (0, 1));

    CREATE TABLE conversation_tag (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT,
      conversation INTEGER NOT NULL REFERENCES conversation (sequence) ON DELETE CASCADE,
      tag TEXT NOT NULL COLLATE NOCASE,
      UNIQUE (conversation, tag)
    ) STRICT;
    CREATE INDEX conversation_tag_tag ON conversation_tag (tag);
  `)
}

/**
 * The index of version 1 knows every three characters in a row, so it has no entry that begins with the last or last but
 * one character of a message. Behind two line ends every character begins an entry, and one or two characters are found
 * as the beginning of one. The view says the padding once: the index is filled and rebuilt from it.
 */
function searchIndex(db: WritableDatabase): void {
  db.exec(`
    DROP TRIGGER message_search_insert;
    DROP TRIGGER message_search_change;
    DROP TRIGGER message_search_leave;
    DROP TRIGGER message_search_enter;
    DROP TRIGGER message_search_delete;
    DROP TABLE message_search;

    CREATE VIEW message_text AS
      SELECT sequence, text || char(10, 10) AS text FROM message WHERE state <> 'generating';
    CREATE VIRTUAL TABLE message_search USING fts5 (
      text, content = 'message_text', content_rowid = 'sequence', tokenize = 'trigram'
    );
    -- Every place of every three characters, in the order of the characters.
    CREATE VIRTUAL TABLE message_place USING fts5vocab ('message_search', 'instance');

    CREATE TRIGGER message_search_insert AFTER INSERT ON message WHEN new.state <> 'generating' BEGIN
      INSERT INTO message_search (rowid, text) VALUES (new.sequence, new.text || char(10, 10));
    END;
    -- Three triggers that exclude each other: the order of triggers on one event is not defined.
    CREATE TRIGGER message_search_change AFTER UPDATE OF text, state ON message
    WHEN old.state <> 'generating' AND new.state <> 'generating' AND old.text <> new.text BEGIN
      INSERT INTO message_search (message_search, rowid, text)
        VALUES ('delete', old.sequence, old.text || char(10, 10));
      INSERT INTO message_search (rowid, text) VALUES (new.sequence, new.text || char(10, 10));
    END;
    CREATE TRIGGER message_search_leave AFTER UPDATE OF text, state ON message
    WHEN old.state <> 'generating' AND new.state = 'generating' BEGIN
      INSERT INTO message_search (message_search, rowid, text)
        VALUES ('delete', old.sequence, old.text || char(10, 10));
    END;
    CREATE TRIGGER message_search_enter AFTER UPDATE OF text, state ON message
    WHEN old.state = 'generating' AND new.state <> 'generating' BEGIN
      INSERT INTO message_search (rowid, text) VALUES (new.sequence, new.text || char(10, 10));
    END;
    CREATE TRIGGER message_search_delete AFTER DELETE ON message WHEN old.state <> 'generating' BEGIN
      INSERT INTO message_search (message_search, rowid, text)
        VALUES ('delete', old.sequence, old.text || char(10, 10));
    END;
    INSERT INTO message_search (message_search) VALUES ('rebuild');
  `)
}
