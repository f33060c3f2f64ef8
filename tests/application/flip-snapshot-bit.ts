// Damages one stored state, as a bad disk would. The application must be closed.
import Database from 'better-sqlite3'
import { join } from 'node:path'
import type { SeededRandom } from './seeded-random.ts'

/** Flips one bit of the oldest snapshot; returns the place of its byte. */
export function flipSnapshotBit(root: string, random: SeededRandom): number {
  const database = new Database(join(root, 'roost.db'))
  try {
    const row = database.prepare('SELECT sequence, state FROM snapshot ORDER BY sequence LIMIT 1').get() as {
      sequence: number
      state: Buffer
    }
    const at = random.below(row.state.length)
    row.state[at] = (row.state[at] ?? 0) ^ (1 << random.below(8))
    database.prepare('UPDATE snapshot SET state = ? WHERE sequence = ?').run(row.state, row.sequence)
    return at
  } finally {
    database.close()
  }
}
