// A file that exists while Roost runs. Found at start, it says that the last run did not end cleanly.
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface RunMarker {
  /** The run before this one was killed, crashed or lost power. */
  readonly uncleanExit: boolean
  /** Call as the last thing of a clean end. */
  release(): void
}

/** Only the process that holds the database may call this. */
export function placeRunMarker(root: string): RunMarker {
  const path = join(root, 'running')
  const uncleanExit = existsSync(path)
  try {
    writeFileSync(path, '', { mode: 0o600 })
  } catch (error) {
    // A folder that takes no file: the next start will not know how this one ended.
    if (!(error instanceof Error)) throw error
  }
  return {
    uncleanExit,
    release() {
      try {
        rmSync(path, { force: true })
      } catch (error) {
        // Then the next start believes in an unclean end: harmless.
        if (!(error instanceof Error)) throw error
      }
    },
  }
}
