// The application as such: what it is, whether it can be reached, and its start.
import type { AppSlice, SliceOf } from './app-state.ts'
import { asRoostError } from '../bridge/client.ts'

export const createAppSlice: SliceOf<AppSlice> = (set, get, tools) => ({
  info: null,
  startPhase: 'starting',
  startProblem: null,
  connection: 'connected',

  async refresh() {
    const before = get()
    try {
      const [info, settings, engine, models, conversations] = await Promise.all([
        tools.bridge.call('app.info', {}),
        tools.bridge.call('settings.get', {}),
        tools.bridge.call('engine.state', {}),
        tools.bridge.call('models.list', {}),
        tools.bridge.call('conversations.list', {}),
      ])
      const now = get()
      const first = now.startPhase !== 'ready'
      // What an event has changed meanwhile is newer than the answers to the calls above.
      set({
        info,
        settings: now.settings === before.settings ? settings : now.settings,
        engine: now.engine === before.engine ? engine : now.engine,
        models: now.models === before.models ? models : now.models,
        startPhase: 'ready',
        startProblem: null,
      })
      if (first) set({ sidebarOpen: settings.sidebarOpen })
      get().applySummaries(conversations)
      await get().refreshKeeping()
      await get().offerDeletedMessages()
      if (get().library !== null) void get().openLibrary()
      if (get().catalogue !== null) void get().openDownloads()
      await get().openDocuments()
      const open = get().conversation
      if (open !== null) {
        await get().openConversation(open)
        void get().openSources(open)
      }
    } catch (error) {
      const problem = asRoostError(error)
      // After a successful start the connection banner speaks for itself.
      if (get().startPhase !== 'ready') {
        set({ startPhase: 'failed', startProblem: { code: problem.code, detail: problem.detail } })
      }
    }
  },

  setConnection(connection) {
    set({ connection })
  },

  reconnect() {
    tools.bridge.reconnect()
  },

  async openLink(url) {
    if (get().info?.host === 'headless') {
      set({ linkToOpen: url })
      return
    }
    try {
      await tools.bridge.call('app.openLink', { url })
    } catch (error) {
      const problem = asRoostError(error)
      get().notify(problem.code, problem.detail, 'error')
    }
  },
})
