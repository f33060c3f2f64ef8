// Calls about the folder that everything durable lies in: where it is, and moving it to another place.
import { z } from 'zod'
import { call, none } from './call.ts'
import { idSchema } from './entities.ts'
import type { ErrorValue } from './errors.ts'

/** Why a folder cannot become the data folder. inside: of the present one, or around it. */
export type DataFolderProblem = 'not_empty' | 'inside' | 'unwritable' | 'no_room'

/** A folder that a person chose, before anything happens. */
export interface DataFolderChoice {
  /** Where the data would lie: the folder itself, or a folder "Roost" in it where it holds something. */
  label: string
  neededBytes: number
  /** On the disk of that folder; 0 where it cannot be told. */
  freeBytes: number
  problem: DataFolderProblem | null
}

export interface DataFolderState {
  path: string
  /** switching: everything has ended for a moment, calls wait. */
  work: { phase: 'copying' | 'verifying' | 'switching'; doneBytes: number; totalBytes: number } | null
  /** Why the last move ended without moving anything; told until the next one begins. */
  error: ErrorValue | null
  /** Where the data lay before, all of it, until a person deletes it. */
  old: { path: string; bytes: number } | null
}

const folder = z.strictObject({ folder: idSchema })

export const dataFolderCalls = {
  'dataFolder.state': call<DataFolderState>()(none),
  /** The system's folder dialog; null when the person cancelled. Only where AppInfo.nativeDialogs. */
  'dataFolder.choose': call<{ folder: string; label: string } | null>()(none),
  /** `folder`: chosen, or of files.browse. Writes nothing. */
  'dataFolder.inspect': call<DataFolderChoice>()(folder),
  /** Begins; told by dataFolder.changed. Copied, compared, then Roost starts anew there. The old folder stays. Errors:
   *  folder_unusable, busy. */
  'dataFolder.move': call<void>()(folder),
  /** Before it switches: what was copied is removed. */
  'dataFolder.cancel': call<void>()(none),
  /** The old folder for good. Errors: not_found where there is none. */
  'dataFolder.deleteOld': call<DataFolderState>()(none),
} as const
