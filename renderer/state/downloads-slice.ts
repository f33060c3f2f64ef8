// The catalogue, downloads on their way, and where they come from.
import { asRoostError } from '../bridge/client.ts'
import type { CatalogueEntry } from '../../electron/contract/download-entities.ts'
import type { AppState, DownloadsSlice, Place, SliceOf } from './app-state.ts'

/** Key of a file of the catalogue. */
export function fileKey(entry: string, file: string): string {
  return `${entry} ${file}`
}

export const createDownloadsSlice: SliceOf<DownloadsSlice> = (set, get, tools) => {
  const { bridge } = tools

  /** null: it went wrong, and stands at its place. */
  async function attempt<T>(place: Place, work: () => Promise<T>): Promise<T | null> {
    get().clearProblem(place)
    try {
      return await work()
    } catch (error) {
      get().reportProblem(place, asRoostError(error))
      return null
    }
  }

  /** How the files of these entries would fit; a host that cannot tell leaves the labels out. */
  async function readFits(entries: readonly CatalogueEntry[]): Promise<void> {
    const asked = entries.flatMap((entry) =>
      entry.files.flatMap((file) =>
        file.bytes === null || entry.parameters === null
          ? []
          : [{ key: fileKey(entry.id, file.name), entry, bytes: file.bytes, parameters: entry.parameters }],
      ),
    )
    if (asked.length === 0) return
    try {
      const fits = await bridge.call('library.fits', {
        subjects: asked.map(({ entry, bytes, parameters }) => ({
          generation: entry.generation,
          parameters,
          layers: entry.layers,
          width: entry.width,
          vocabulary: entry.vocabulary,
          fileBytes: bytes,
        })),
      })
      const found: Record<string, (typeof fits)[number]> = {}
      asked.forEach(({ key }, index) => {
        const fit = fits[index]
        if (fit !== undefined) found[key] = fit
      })
      set((state) => ({ fits: { ...state.fits, ...found } }))
    } catch (error) {
      // The list is worth showing without: what a label would say is said again when the model is loaded.
      asRoostError(error)
    }
  }

  function applyRow(changed: AppState['downloads'][number]): void {
    set((state) => {
      const known = state.downloads.find(({ id }) => id === changed.id)
      if (known !== undefined && known.revision > changed.revision) return {}
      const others = state.downloads.filter(({ id }) => id !== changed.id)
      return { downloads: [...others, changed].sort((a, b) => a.position - b.position) }
    })
  }

  return {
    downloads: [],
    catalogue: null,
    fits: {},
    refreshing: false,
    hub: null,

    applyDownload: applyRow,

    applyDownloads(downloads) {
      set({ downloads })
    },

    async openDownloads() {
      const before = get().downloads
      const both = await attempt('catalogue', () =>
        Promise.all([bridge.call('catalogue.list', {}), bridge.call('downloads.list', {})]),
      )
      if (both === null) return
      const [catalogue, downloads] = both
      set((state) => ({ catalogue, downloads: state.downloads === before ? downloads : state.downloads }))
      await readFits(catalogue.entries)
    },

    async refreshCatalogue() {
      if (get().refreshing) return
      set({ refreshing: true })
      const catalogue = await attempt('catalogue', () => bridge.call('catalogue.refresh', {}))
      set({ refreshing: false, ...(catalogue === null ? {} : { catalogue }) })
      if (catalogue !== null) await readFits(catalogue.entries)
    },

    async lookUpRepository(repository) {
      const entry = await attempt('hub', () => bridge.call('catalogue.lookUp', { repository }))
      if (entry !== null) await readFits([entry])
      return entry
    },

    async keepEntry(entry) {
      const catalogue = await attempt('hub', () => bridge.call('catalogue.keep', { entry }))
      if (catalogue !== null) set({ catalogue })
      return catalogue !== null
    },

    async removeEntry(entry) {
      const catalogue = await attempt('catalogue', () => bridge.call('catalogue.remove', { entry }))
      if (catalogue !== null) set({ catalogue })
    },

    examineAddress: (address) => attempt('hub', () => bridge.call('downloads.examine', { address })),

    async beginDownload(place, entry, file, bytes) {
      const begun = await attempt(place, () => bridge.call('downloads.begin', { entry, file, bytes }))
      if (begun !== null) applyRow(begun)
      return begun !== null
    },

    async beginAddress(address, bytes) {
      const begun = await attempt('hub', () => bridge.call('downloads.beginAddress', { address, bytes }))
      if (begun !== null) applyRow(begun)
      return begun !== null
    },

    async pauseDownload(download) {
      const changed = await attempt('catalogue', () => bridge.call('downloads.pause', { download }))
      if (changed !== null) applyRow(changed)
    },

    async resumeDownload(download) {
      const changed = await attempt('catalogue', () => bridge.call('downloads.resume', { download }))
      if (changed !== null) applyRow(changed)
    },

    async cancelDownload(download) {
      const done = await attempt('catalogue', async () => {
        await bridge.call('downloads.cancel', { download })
        return true
      })
      if (done === true) set((state) => ({ downloads: state.downloads.filter(({ id }) => id !== download) }))
    },

    async moveDownload(download, before) {
      const downloads = await attempt('catalogue', () => bridge.call('downloads.move', { download, before }))
      if (downloads !== null) set({ downloads })
    },

    async readHub() {
      const hub = await attempt('hubSettings', () => bridge.call('hub.settings', {}))
      if (hub !== null) set({ hub })
    },

    async setHubOrder(order) {
      const hub = await attempt('hubSettings', () => bridge.call('hub.setOrder', { order }))
      if (hub !== null) set({ hub })
    },

    async setMirror(address, enabled) {
      const hub = await attempt('hubSettings', () => bridge.call('hub.setMirror', { address, enabled }))
      if (hub !== null) set({ hub })
      return hub !== null
    },

    async removeMirror(address) {
      const hub = await attempt('hubSettings', () => bridge.call('hub.removeMirror', { address }))
      if (hub !== null) set({ hub })
    },

    async setHubToken(token) {
      const hub = await attempt('hubSettings', () => bridge.call('hub.setToken', { token }))
      if (hub !== null) set({ hub })
      return hub !== null
    },
  }
}
