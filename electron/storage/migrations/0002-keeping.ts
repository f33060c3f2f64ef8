// Folders, tags, the bin of deleted conversations, presets and what else a person keeps order with.
import type { Migration } from '../migration.ts'

export const keeping: Migration = {
  version: 2,
  up() {
    // Filled together with the calls that need it, before this version ships.
  },
}
