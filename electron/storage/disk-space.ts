// What the database takes on the disk, and what may go when a person asks for room.
import type { ReadableDatabase, WritableDatabase } from './database.ts'
import type { SpaceInside } from './keeping-types.ts'

export function spaceInside(db: ReadableDatabase): SpaceInside {
  const row = db.one<SpaceInside>(
    `SELECT (SELECT page_count FROM pragma_page_count) AS pages,
       (SELECT freelist_count FROM pragma_freelist_count) AS freePages,
       (SELECT page_size FROM pragma_page_size) AS pageBytes`,
  )
  return row ?? { pages: 0, freePages: 0, pageBytes: 0 }
}

/** Every conversation keeps the state that it goes on from. */
export function dropOlderStates(db: WritableDatabase): string[] {
  return db
    .all<{ id: string }>(
      `DELETE FROM snapshot WHERE message NOT IN (
         SELECT max(s.message) FROM snapshot AS s JOIN message AS m ON m.sequence = s.message GROUP BY m.conversation
       ) RETURNING (SELECT id FROM message WHERE sequence = message) AS id`,
    )
    .map(({ id }) => id)
}
