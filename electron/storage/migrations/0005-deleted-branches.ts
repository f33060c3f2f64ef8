// Part of a conversation that was deleted, and can be brought back for a while.
import type { Migration } from '../migration.ts'

export const deletedBranches: Migration = {
  version: 5,
  up(db) {
    db.exec(`
      -- The messages lie in a conversation of their own, with presence 'deleted': out of sight for whoever asks for
      -- conversations, and whole. root hung below parent (NULL: it began the conversation); active_leaf was shown then.
      -- origin and parent do not cascade: whoever removes them removes the branches first (deleted-branches.ts).
      CREATE TABLE deleted_branch (
        conversation INTEGER PRIMARY KEY REFERENCES conversation (sequence) ON DELETE CASCADE,
        origin INTEGER NOT NULL REFERENCES conversation (sequence),
        root INTEGER NOT NULL REFERENCES message (sequence) ON DELETE CASCADE,
        parent INTEGER REFERENCES message (sequence),
        active_leaf INTEGER REFERENCES message (sequence) ON DELETE SET NULL
      ) STRICT;
      CREATE INDEX deleted_branch_origin ON deleted_branch (origin);
      CREATE INDEX deleted_branch_root ON deleted_branch (root);
      CREATE INDEX deleted_branch_parent ON deleted_branch (parent);
      CREATE INDEX deleted_branch_active_leaf ON deleted_branch (active_leaf);
    `)
  },
}
