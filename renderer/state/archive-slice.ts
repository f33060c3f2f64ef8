// Chats out and in, backups, disk space.
import { asRoostError } from '../bridge/client.ts'
import type { ArchiveSlice, SliceOf } from './app-state.ts'

const IMPORTED_MS = 30_000

export const createArchiveSlice: SliceOf<ArchiveSlice> = (set, get, tools) => {
  /** One at a time; what goes wrong stands at 'archive'. True when it was done. */
  async function during(
    busy: NonNullable<ArchiveSlice['archiveBusy']>,
    work: () => Promise<void>,
  ): Promise<boolean> {
    if (get().archiveBusy !== null) return false
    get().clearProblem('archive')
    set({ archiveBusy: busy })
    try {
      await work()
      return true
    } catch (error) {
      get().reportProblem('archive', asRoostError(error))
      return false
    } finally {
      set({ archiveBusy: null })
    }
  }

  return {
    archiveBusy: null,
    backups: null,
    usage: null,

    exportChats(wish) {
      return during('exporting', async () => {
        const file = await tools.bridge.call('export.run', wish)
        if (file === null) return
        if (file.download !== null) tools.bridge.download(file.download, file.name)
        get().notify(
          'chats_exported',
          { count: file.conversations, name: file.name, bytes: file.bytes },
          'notice',
        )
      })
    },

    importChats(upload) {
      return during('importing', async () => {
        const chosen =
          upload === null ? await tools.bridge.call('import.choose', {}) : await tools.bridge.upload(upload)
        if (chosen === null) return
        const report = await tools.bridge.call('import.run', { file: chosen.file })
        const { conversations, messages, leftOut } = report
        get().notify('chats_imported', { count: conversations.length, messages, leftOut }, 'notice', {
          kind: 'removeImported',
          conversations,
          untilMs: IMPORTED_MS,
        })
      })
    },

    async refreshArchive() {
      try {
        const [backups, usage] = await Promise.all([
          tools.bridge.call('backups.list', {}),
          tools.bridge.call('storage.usage', {}),
        ])
        set({ backups, usage })
      } catch (error) {
        get().reportProblem('archive', asRoostError(error))
      }
    },

    backUpNow() {
      return during('backingUp', async () => {
        set({ backups: await tools.bridge.call('backups.make', {}) })
        get().notify('backup_made', {}, 'notice')
        set({ usage: await tools.bridge.call('storage.usage', {}) })
      })
    },

    restoreBackup(backup) {
      return during('restoring', async () => {
        await tools.bridge.call('backups.restore', { backup })
        // Chats of before must not stand beside those of the backup when everything is fetched again.
        set({ trees: {}, drafts: {}, selection: null, results: null, notices: [] })
        get().startNewChat()
      })
    },

    freeSpace(wish) {
      return during('freeing', async () => {
        const before = get().usage
        const usage = await tools.bridge.call('storage.free', wish)
        set({ usage })
        const bytes = before === null ? 0 : held(before) - held(usage)
        get().notify('space_freed', { bytes: Math.max(0, bytes) }, 'notice')
      })
    },

    async openDataFolder() {
      try {
        await tools.bridge.call('storage.openFolder', {})
      } catch (error) {
        get().reportProblem('archive', asRoostError(error))
      }
    },
  }
}

function held(usage: NonNullable<ArchiveSlice['usage']>): number {
  return usage.states.bytes + usage.setAside.bytes
}
