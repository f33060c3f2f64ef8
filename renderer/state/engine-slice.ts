// The engine: which model is loaded, and how it is doing.
import type { EngineSlice, SliceOf } from './app-state.ts'
import { asRoostError } from '../bridge/client.ts'

export const createEngineSlice: SliceOf<EngineSlice> = (set, get, tools) => {
  async function attempt(work: () => Promise<void>): Promise<void> {
    get().clearProblem('models')
    try {
      await work()
    } catch (error) {
      get().reportProblem('models', asRoostError(error))
    }
  }
  return {
    engine: { phase: 'none' },
    applyEngine(engine) {
      set({ engine })
      if (engine.phase === 'ready') {
        // What was asked of a person in words ("choose a model") is done.
        for (const place of Object.keys(get().problems) as (keyof AppStateProblems)[]) {
          const code = get().problems[place]?.code
          if (code === 'no_model' || code === 'model_loading') get().clearProblem(place)
        }
      }
    },
    loadModel: (model) => attempt(() => tools.bridge.call('models.load', { model })),
    cancelLoad: () => attempt(() => tools.bridge.call('models.cancelLoad', {})),
    unloadModel: () => attempt(() => tools.bridge.call('models.unload', {})),
  }
}

type AppStateProblems = Record<`chat:${string}` | 'models' | 'settings' | 'browser', unknown>
