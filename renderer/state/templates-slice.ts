// The forms that models are spoken to in.
import { asRoostError } from '../bridge/client.ts'
import type { SliceOf, TemplatesSlice } from './app-state.ts'

export const createTemplatesSlice: SliceOf<TemplatesSlice> = (set, get, tools) => ({
  templates: [],

  async openTemplates() {
    try {
      set({ templates: await tools.bridge.call('templates.list', {}) })
    } catch (error) {
      const { code, detail } = asRoostError(error)
      get().notify(code, detail, 'error')
    }
  },

  async chooseTemplate(model, template) {
    try {
      await tools.bridge.call('templates.choose', { model, template })
    } catch (error) {
      const { code, detail } = asRoostError(error)
      get().notify(code, detail, 'error')
    }
  },
})
