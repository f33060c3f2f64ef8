// The models that the application knows, and how files join them.
import type { ModelsSlice, SliceOf } from './app-state.ts'
import { asRoostError } from '../bridge/client.ts'

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

  async browse(folder) {
    get().clearProblem('browser')
    try {
      return await tools.bridge.call('files.browse', { folder })
    } catch (error) {
      get().reportProblem('browser', asRoostError(error))
      return null
    }
  },
})
