// Going back to a backup. It is asked for by a note beside the database and done by the next opening, while nobody else
// holds it:
//   1. a new database is filled from the backup, under another name; 2. the present one is moved aside;
//   3. the new one takes its place; 4. the note goes.
// Killed anywhere, the note is still there and the next opening begins again at 1: what was moved aside stays there.
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { RoostError } from '../contract/errors.ts'
import { createPrivateFolder } from '../platform/paths.ts'
import { backups, timeName } from './copy-rows.ts'
import type { DatabasePlaces } from './places.ts'

function note(database: string): string {
  return `${database}.restore`
}

/** Errors: not_found. */
export function requestRestore(places: DatabasePlaces, name: string): void {
  if (!backups(places.backups).includes(name)) throw new RoostError('not_found', { what: 'backup' })
  writeFileSync(note(places.database), name, { mode: 0o600 })
}

/**
 * @param fill writes a new database at `target` from a backup; false: the backup cannot be read
 * @returns failed: the backup is not there or cannot be read, everything stays as it is; null: nothing was asked for
 */
export function finishRestore(
  places: DatabasePlaces,
  now: Date,
  fill: (backup: string, target: string) => boolean,
): 'done' | 'failed' | null {
  const { database } = places
  if (!existsSync(note(database))) return null
  const name = readFileSync(note(database), 'utf8')
  const next = `${database}.next`
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(next + suffix, { force: true })
  const known = backups(places.backups).includes(name)
  if (!known || !fill(join(places.backups, name), next)) {
    rmSync(next, { force: true })
    rmSync(note(database), { force: true })
    return 'failed'
  }
  createPrivateFolder(places.setAside)
  const aside = `roost-${timeName(now)}-replaced.db`
  // The log first: a database that is moved without its log would lack the newest messages.
  for (const suffix of ['-wal', '-shm', '-journal', '']) {
    if (existsSync(database + suffix)) renameSync(database + suffix, join(places.setAside, aside) + suffix)
  }
  renameSync(next, database)
  rmSync(note(database), { force: true })
  return 'done'
}
