import type { WritableDatabase } from './database.ts'

/** One step of the schema. A file that shipped is never edited or renamed. */
export interface Migration {
  readonly version: number
  up(db: WritableDatabase): void
}
