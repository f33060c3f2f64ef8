// Calls about the data folder.
import type { Handlers } from '../../contract/calls.ts'
import type { dataFolderCalls as contractCalls } from '../../contract/data-folder.ts'
import { RoostError } from '../../contract/errors.ts'
import type { Emit } from '../../contract/events.ts'
import { newId } from '../../platform/ids.ts'
import type { Logger } from '../../platform/log.ts'
import type { DataFolders } from '../../platform/paths.ts'
import type { HostFacilities } from '../application.ts'
import { DataFolder } from './data-folder.ts'

export interface DataFolderCallParts {
  readonly folders: DataFolders
  readonly host: HostFacilities
  /** Of the window's own chooser. Errors: not_found. */
  readonly browser: { pathOf(handle: string): string }
  readonly emit: Emit
  readonly log: Logger
  readonly checkDatabase: ((database: string) => Promise<boolean>) | null
}

export function dataFolderCalls(parts: DataFolderCallParts): {
  readonly handlers: Pick<Handlers, keyof typeof contractCalls>
  begin(): void
  close(): void
} {
  const { folders, host, browser, emit, log, checkDatabase } = parts
  const chosen = new Map<string, string>()
  const { restart } = host
  const folder = new DataFolder({
    folders,
    emit,
    log,
    checkDatabase: checkDatabase ?? (() => Promise.resolve(false)),
    restart: (between) => {
      if (restart === undefined) void between(false)
      else restart(between)
    },
  })
  const pathOf = (id: string): string => chosen.get(id) ?? browser.pathOf(id)
  return {
    handlers: {
      'dataFolder.state': () => folder.state(),
      'dataFolder.choose': async () => {
        if (host.dialogs?.chooseFolder === undefined) {
          throw new RoostError('bad_request', { reason: 'There is no folder dialog here.' })
        }
        const path = await host.dialogs.chooseFolder('Choose a folder for the data of Roost')
        if (path === null) return null
        const id = newId()
        chosen.set(id, path)
        return { folder: id, label: path }
      },
      'dataFolder.inspect': ({ folder: id }) => folder.inspect(pathOf(id)),
      'dataFolder.move': async ({ folder: id }) => {
        if (restart === undefined || checkDatabase === null) {
          throw new RoostError('bad_request', { reason: 'The data folder cannot be moved here.' })
        }
        await folder.move(pathOf(id))
      },
      'dataFolder.cancel': () => {
        folder.cancel()
        return Promise.resolve()
      },
      'dataFolder.deleteOld': () => folder.deleteOld(),
    },
    begin: () => folder.begin(),
    close: () => folder.close(),
  }
}
