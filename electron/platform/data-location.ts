// Where the data folder has moved to. The first folder, the anchor, is found as ever: --data, ROOST_DATA, the system's place.
// A note in it names the folder that is really used, so that every way of starting Roost opens the same data.
//
//   data-folder.json   {"folder", "old"}: written in one step when a move is complete. Before it, the old folder is in use
//                      and whole; behind it, the new one. Nothing lies between.
//   moving.json        {"id", "target", "pid", "switching", "failed"}: a move is under way, as long as its process lives and
//                      touches this file; or it ended in an error that nobody was told yet.
//   .roost-arriving    in the target: holds the id of its move. A target without it is never cleared.
import { existsSync, readdirSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { errorKinds, RoostError } from '../contract/errors.ts'
import type { ErrorCode } from '../contract/errors.ts'
import { writeFileAtomic } from './atomic-file.ts'

const locationName = 'data-folder.json'
const movingName = 'moving.json'
export const arrivingName = '.roost-arriving'

const locationSchema = z.object({ folder: z.string().min(1), old: z.string().min(1).nullable() })
const movingSchema = z.object({
  id: z.uuid(),
  target: z.string().min(1),
  pid: z.int().positive(),
  /** Nobody holds the database now. */
  switching: z.boolean(),
  failed: z
    .string()
    .refine((code): code is ErrorCode => Object.hasOwn(errorKinds, code))
    .nullable(),
})

export type Location = z.infer<typeof locationSchema>
export type Moving = z.infer<typeof movingSchema>

/** Of the anchor itself, not of data: what a move leaves there. Chromium's own profile stays too: it is what a single
 *  instance is single for. */
export const namesOfAnchor: ReadonlySet<string> = new Set([locationName, movingName, 'window', 'window.json'])

/** The folder in use. Errors: storage_unavailable, where it moved to a place that cannot be reached. */
export function locate(anchor: string): Location {
  const path = join(anchor, locationName)
  if (!existsSync(path)) return { folder: anchor, old: null }
  let location: Location
  try {
    location = locationSchema.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch (error) {
    throw new RoostError(
      'storage_unavailable',
      { reason: `${path}, which says where the data folder is, cannot be read.` },
      { cause: error },
    )
  }
  // To begin with an empty folder instead would look as if everything were lost.
  if (!existsSync(join(location.folder, 'roost.db'))) {
    throw new RoostError('storage_unavailable', {
      reason:
        `The data folder was moved to ${location.folder}, which cannot be reached. Connect its disk and start again; ` +
        `or delete ${path} to use the folder that it was moved from.`,
    })
  }
  return location
}

/** The switch: one rename. */
export function switchTo(anchor: string, location: Location): void {
  writeFileAtomic(join(anchor, locationName), JSON.stringify(location))
}

export function readMoving(anchor: string): Moving | null {
  try {
    return movingSchema.parse(JSON.parse(readFileSync(join(anchor, movingName), 'utf8')))
  } catch (error) {
    if (!(error instanceof Error)) throw error
    return null // none, or none of ours
  }
}

export function noteMoving(anchor: string, moving: Moving | null): void {
  if (moving === null) rmSync(join(anchor, movingName), { force: true })
  else writeFileAtomic(join(anchor, movingName), JSON.stringify(moving))
}

/** The process of a move says every so often that it lives. */
export function touchMoving(anchor: string): void {
  const now = new Date()
  try {
    utimesSync(join(anchor, movingName), now, now)
  } catch (error) {
    if (!(error instanceof Error)) throw error // it was removed meanwhile
  }
}

/** Numbers of processes come again: one that has not touched the note for a while is another program. */
function isUnderWay(anchor: string, { pid }: Moving): boolean {
  if (pid === process.pid) return false
  const touched = statSync(join(anchor, movingName), { throwIfNoEntry: false })?.mtimeMs ?? 0
  if (Math.abs(Date.now() - touched) > silentMs) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

const silentMs = 20_000
export const touchEveryMs = 2000

/** Whether the folder holds nothing but what a cut move left there, or what stays in an anchor. */
export function holdsNothing(folder: string): boolean {
  return !existsSync(folder) || readdirSync(folder).every((name) => namesOfAnchor.has(name))
}

/** Removes what a move that did not come to its end has copied. Only where the target says that it belongs to that move. */
export function clearTarget({ id, target }: Moving): void {
  const mark = join(target, arrivingName)
  if (!existsSync(mark) || readFileSync(mark, 'utf8') !== id) return
  for (const name of readdirSync(target)) {
    if (name !== arrivingName && !namesOfAnchor.has(name)) {
      rmSync(join(target, name), { recursive: true, force: true })
    }
  }
  rmSync(mark, { force: true })
}

/**
 * At start, before anything is opened: a move that was cut is taken back, one that came to its end is concluded. What
 * cannot be removed now stays; nothing depends on it. Errors: storage_unavailable, while another Roost switches.
 */
export function concludeMove(anchor: string, root: string): void {
  const moving = readMoving(anchor)
  if (moving === null || moving.failed !== null) return
  if (isUnderWay(anchor, moving)) {
    if (!moving.switching) return
    throw new RoostError('storage_unavailable', {
      reason: 'Roost is moving its data folder at this moment. Start it again when that has ended.',
    })
  }
  try {
    if (moving.target === root) rmSync(join(root, arrivingName), { force: true })
    else clearTarget(moving)
  } catch (error) {
    if (!(error instanceof Error)) throw error
  }
  noteMoving(anchor, null)
}
