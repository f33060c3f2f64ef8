// The journal of downloads, watched model folders and measured figures of models.
import type { Migration } from '../migration.ts'

export const downloads: Migration = {
  version: 3,
  up(db) {
    db.exec(`
      -- What is wanted and from where. How much of it is there is told by the pieces file beside the part file, which is
      -- written with every block: a row is only written when something is decided.
      CREATE TABLE download (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        -- Order of the queue; counts up, gaps and fractions are fine.
        position REAL NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('queued', 'paused', 'finished')),
        entry TEXT,
        title TEXT NOT NULL,
        file_name TEXT NOT NULL,
        -- Either an address of its own, or a file of a repository.
        address TEXT,
        repository TEXT,
        revision TEXT,
        folder TEXT NOT NULL,
        -- What the person agreed to; null: the first source may say.
        total_bytes INTEGER CHECK (total_bytes > 0),
        sha256 TEXT,
        -- Strong ETag, only where no hash identifies the file; it holds for one origin.
        etag TEXT,
        etag_origin TEXT,
        source TEXT NOT NULL,
        error TEXT,
        model TEXT,
        created_at INTEGER NOT NULL,
        CHECK ((address IS NULL) <> (repository IS NULL)),
        CHECK ((etag IS NULL) = (etag_origin IS NULL))
      ) STRICT;
    `)
  },
}
