// Documents: their collections, their text cut into passages, the index over these; and what answers rest on.
import type { Migration } from '../migration.ts'
import { evidenceTables } from './0004-evidence.ts'

export const documents: Migration = {
  version: 4,
  up(db) {
    db.exec(`
      -- watched_path: its documents follow this folder.
      CREATE TABLE document_collection (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL,
        watched_path TEXT,
        created_at INTEGER NOT NULL
      ) STRICT;

      -- waiting: to be parsed, by this run or the next one; what rows of its text there are, are of no use.
      -- sha256: of the file; null until somebody has read it whole. The copy in the data folder is named by it.
      -- source_path, source_modified: where a watched file lies, and when it was changed before it was read.
      -- error: JSON; remarks: JSON array.
      CREATE TABLE document (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        collection INTEGER REFERENCES document_collection (sequence) ON DELETE SET NULL,
        name TEXT NOT NULL,
        kind TEXT NOT NULL
          CHECK (kind IN ('pdf', 'docx', 'html', 'markdown', 'epub', 'csv', 'text', 'code')),
        bytes INTEGER NOT NULL,
        sha256 TEXT,
        origin TEXT NOT NULL CHECK (origin IN ('file', 'pasted', 'watched')),
        source_path TEXT,
        source_modified INTEGER,
        status TEXT NOT NULL CHECK (status IN ('waiting', 'ready', 'failed')),
        error TEXT,
        remarks TEXT NOT NULL,
        pages INTEGER,
        characters INTEGER NOT NULL,
        passages INTEGER NOT NULL,
        created_at INTEGER NOT NULL,
        revision INTEGER NOT NULL,
        CHECK ((origin = 'watched') = (source_path IS NOT NULL))
      ) STRICT;
      CREATE INDEX document_collection_of ON document (collection);
      CREATE INDEX document_sha256 ON document (sha256);

      -- JSON array of OutlineEntry.
      CREATE TABLE document_outline (
        document INTEGER PRIMARY KEY REFERENCES document (sequence) ON DELETE CASCADE,
        outline TEXT NOT NULL
      ) STRICT;

      -- The text of a document is kept here and nowhere else: one passage begins where the text of the one before it ends.
      -- start, end: UTF-16 units of the whole text. text goes from start to the start of the next passage; what is
      -- behind end are line ends between the two. headings: JSON array, outermost first.
      CREATE TABLE passage (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        document INTEGER NOT NULL REFERENCES document (sequence) ON DELETE CASCADE,
        ordinal INTEGER NOT NULL,
        start INTEGER NOT NULL,
        "end" INTEGER NOT NULL,
        page INTEGER,
        headings TEXT NOT NULL,
        text TEXT NOT NULL,
        UNIQUE (document, ordinal),
        UNIQUE (document, start)
      ) STRICT;

      -- Terms, not texts: passage-terms.ts makes them, divided by spaces. A row has the sequence of its passage.
      CREATE VIRTUAL TABLE passage_index USING fts5 (
        name, headings, body, content = '', contentless_delete = 1,
        tokenize = "ascii tokenchars '-_./:+#@&%'"
      );
      -- In how many passages a term stands.
      CREATE VIRTUAL TABLE passage_term USING fts5vocab ('passage_index', 'row');
    `)
    evidenceTables(db)
  },
}
