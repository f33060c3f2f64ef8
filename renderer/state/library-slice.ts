// Details of the models, work on their files, the machine, the benchmark: what the page of models shows.
import type { ConversionTarget, LibraryJob, WeightFormat } from '../../electron/contract/library-entities.ts'
import { asRoostError } from '../bridge/client.ts'
import type { LibrarySlice, SliceOf } from './app-state.ts'

export const createLibrarySlice: SliceOf<LibrarySlice> = (set, get, tools) => {
  /** False: it went wrong, and stands at 'models'. */
  async function attempt(work: () => Promise<void>): Promise<boolean> {
    get().clearProblem('models')
    try {
      await work()
      return true
    } catch (error) {
      get().reportProblem('models', asRoostError(error))
      return false
    }
  }

  /** The reply of the call that began it: events of it may have come before, and are newer. */
  function applyBegun(job: LibraryJob): void {
    if (!get().jobs.some(({ id }) => id === job.id)) get().applyJob(job)
  }

  return {
    library: null,
    jobs: [],
    hardware: null,
    benchmark: null,

    applyLibrary(library) {
      set({ library })
    },

    applyJob(job) {
      set((state) => {
        const known = state.jobs.some(({ id }) => id === job.id)
        // A new run of the same work takes the place of the one before.
        const others = state.jobs.filter((other) => other.model !== job.model || other.kind !== job.kind)
        return {
          jobs: known ? state.jobs.map((other) => (other.id === job.id ? job : other)) : [...others, job],
        }
      })
    },

    applyBenchmark(benchmark) {
      set({ benchmark })
    },

    async openLibrary() {
      await attempt(async () => {
        const before = get()
        const [library, jobs, benchmark] = await Promise.all([
          tools.bridge.call('library.list', {}),
          tools.bridge.call('library.jobs', {}),
          tools.bridge.call('benchmark.last', {}),
        ])
        const now = get()
        // What an event has brought meanwhile is newer.
        set({
          library: now.library === before.library ? library : now.library,
          jobs: now.jobs === before.jobs ? jobs : now.jobs,
          benchmark: now.benchmark === before.benchmark ? benchmark : now.benchmark,
        })
      })
    },

    async readHardware(again) {
      await attempt(async () => {
        set({ hardware: await tools.bridge.call(again ? 'hardware.test' : 'hardware.report', {}) })
      })
    },

    async openModelFolder() {
      if (get().info?.nativeDialogs !== true) {
        set({ folderBrowserOpen: true })
        return
      }
      await attempt(async () => {
        if ((await tools.bridge.call('library.chooseFolder', {})) !== null) await get().openLibrary()
      })
    },

    async addModelFolder(folder) {
      get().clearProblem('browser')
      try {
        await tools.bridge.call('library.addFolder', { folder })
        await get().openLibrary()
        return true
      } catch (error) {
        get().reportProblem('browser', asRoostError(error))
        return false
      }
    },

    async removeModelFolder(folder) {
      await attempt(async () => {
        await tools.bridge.call('library.removeFolder', { folder })
        await get().openLibrary()
      })
    },

    async verifyModel(model) {
      await attempt(async () => applyBegun(await tools.bridge.call('library.verify', { model })))
    },

    async convertModel(model: string, target: ConversionTarget) {
      await attempt(async () => applyBegun(await tools.bridge.call('library.convert', { model, target })))
    },

    async cancelJob(job) {
      await attempt(() => tools.bridge.call('library.cancelJob', { job }))
    },

    async dismissJob(job) {
      await attempt(async () => {
        await tools.bridge.call('library.dismissJob', { job })
        set((state) => ({ jobs: state.jobs.filter(({ id }) => id !== job) }))
      })
    },

    async deleteModel(model) {
      await attempt(async () => {
        await tools.bridge.call('library.delete', { model })
        set((state) => ({ models: state.models.filter((known) => known.id !== model) }))
        await get().openLibrary()
      })
    },

    async setWeights(model: string, weights: WeightFormat) {
      await attempt(() => tools.bridge.call('library.setWeights', { model, weights }))
    },

    async runBenchmark(request) {
      await attempt(async () => {
        const before = get().benchmark
        const begun = await tools.bridge.call('benchmark.run', request)
        if (get().benchmark === before) set({ benchmark: begun })
      })
    },

    async cancelBenchmark() {
      await attempt(() => tools.bridge.call('benchmark.cancel', {}))
    },
  }
}
