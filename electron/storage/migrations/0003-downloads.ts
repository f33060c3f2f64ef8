// The journal of downloads, watched model folders and measured figures of models.
import type { Migration } from '../migration.ts'

export const downloads: Migration = {
  version: 3,
  up() {
    // Filled together with the calls that need it, before this version ships.
  },
}
