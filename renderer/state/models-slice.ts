// The models that the application knows, and how files join them.
import type { FolderListing, ModelSummary } from '../../electron/contract/entities.ts'
import { asRoostError } from '../bridge/client.ts'
import type { SliceOf } from './store.ts'

export interface ModelsSlice {
  models: readonly ModelSummary[]
  applyModels(models: readonly ModelSummary[]): void
  /** Opens the system's file dialog where there is one, otherwise the window's own; loads what was chosen. */
  openModelFile(): Promise<void>
  /** A file of files.browse. True when the file is a model and its loading began. */
  addModelFile(file: string): Promise<boolean>
  forgetModel(model: string): Promise<void>
  /** One folder of the window's own file chooser; null: the first. Rejects with RoostError. */
  browse(folder: string | null): Promise<FolderListing>
}

export const createModelsSlice: SliceOf<ModelsSlice> = (set, get, tools) => ({
  models: [],

  applyModels(models) {
    set({ models })
  },

  async openModelFile() {
    get().clearProblem('models')
    if (get().info?.nativeDialogs !== true) {
      set({ fileBrowserOpen: true, modelPickerOpen: false })
      return
    }
    try {
      const model = await tools.bridge.call('models.chooseFile', {})
      if (model === null) return
      set((state) => ({ models: [...state.models.filter((known) => known.id !== model.id), model] }))
      await get().loadModel(model.id)
    } catch (error) {
      get().reportProblem('models', asRoostError(error))
    }
  },

  async addModelFile(file) {
    get().clearProblem('browser')
    try {
      const model = await tools.bridge.call('models.addFile', { file })
      set((state) => ({ models: [...state.models.filter((known) => known.id !== model.id), model] }))
      await get().loadModel(model.id)
      return true
    } catch (error) {
      get().reportProblem('browser', asRoostError(error))
      return false
    }
  },

  browse: (folder) => tools.bridge.call('files.browse', { folder }),

  async forgetModel(model) {
    get().clearProblem('models')
    try {
      await tools.bridge.call('models.forget', { model })
      set((state) => ({ models: state.models.filter((known) => known.id !== model) }))
    } catch (error) {
      get().reportProblem('models', asRoostError(error))
    }
  },
})
