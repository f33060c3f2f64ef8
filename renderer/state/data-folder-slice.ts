// Where the data lies, and moving it. The host copies; here is what a person sees and decides.
import type { DataFolderProblem } from '../../electron/contract/data-folder.ts'
import { RoostError } from '../../electron/contract/errors.ts'
import { asRoostError } from '../bridge/client.ts'
import type { DataFolderSlice, SliceOf } from './app-state.ts'

export const createDataFolderSlice: SliceOf<DataFolderSlice> = (set, get, tools) => {
  /** What goes wrong stands with chats and files. */
  async function attempt(work: () => Promise<void>): Promise<void> {
    get().clearProblem('archive')
    try {
      await work()
    } catch (error) {
      get().reportProblem('archive', asRoostError(error))
    }
  }

  return {
    dataFolder: null,
    dataFolderChosen: null,

    applyDataFolder(dataFolder) {
      set({ dataFolder })
      if (dataFolder.error !== null) get().reportProblem('archive', RoostError.fromValue(dataFolder.error))
    },

    refreshDataFolder() {
      return attempt(async () => get().applyDataFolder(await tools.bridge.call('dataFolder.state', {})))
    },

    chooseDataFolder() {
      return attempt(async () => {
        const chosen = await tools.bridge.call('dataFolder.choose', {})
        if (chosen === null) return
        const { folder } = chosen
        const choice = await tools.bridge.call('dataFolder.inspect', { folder })
        if (choice.problem !== null) throw unusable(choice.problem)
        set({ dataFolderChosen: { ...choice, folder } })
      })
    },

    async inspectDataFolder(folder) {
      try {
        const choice = await tools.bridge.call('dataFolder.inspect', { folder })
        if (choice.problem !== null) throw unusable(choice.problem)
        set({ dataFolderChosen: { ...choice, folder } })
        return true
      } catch (error) {
        get().reportProblem('browser', asRoostError(error))
        return false
      }
    },

    dropDataFolderChoice() {
      set({ dataFolderChosen: null })
    },

    moveDataFolder() {
      return attempt(async () => {
        const chosen = get().dataFolderChosen
        set({ dataFolderChosen: null })
        if (chosen !== null) await tools.bridge.call('dataFolder.move', { folder: chosen.folder })
      })
    },

    cancelDataFolderMove() {
      return attempt(() => tools.bridge.call('dataFolder.cancel', {}))
    },

    deleteOldDataFolder() {
      return attempt(async () => {
        get().applyDataFolder(await tools.bridge.call('dataFolder.deleteOld', {}))
        get().notify('old_data_deleted', {}, 'notice')
      })
    },
  }
}

function unusable(problem: DataFolderProblem): RoostError {
  return new RoostError('folder_unusable', { problem })
}
