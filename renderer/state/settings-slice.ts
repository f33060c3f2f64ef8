// The person's settings: a read model of what storage holds.
import type { SettingsSlice, SliceOf } from './app-state.ts'
import { asRoostError } from '../bridge/client.ts'

export const createSettingsSlice: SliceOf<SettingsSlice> = (set, get, tools) => ({
  settings: null,

  async changeSettings(patch) {
    try {
      set({ settings: await tools.bridge.call('settings.set', patch) })
      get().clearProblem('settings')
    } catch (error) {
      get().reportProblem('settings', asRoostError(error))
    }
  },

  applySettings(settings) {
    set({ settings })
  },

  async toggleSidebar() {
    const sidebarOpen = !get().sidebarOpen
    set({ sidebarOpen })
    await get().changeSettings({ sidebarOpen })
  },
})
