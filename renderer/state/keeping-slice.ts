// Order among conversations: folders, many at once, search with its hits, deletion that can be undone.
import type { SearchQuery } from '../../electron/contract/keeping.ts'
import { asRoostError } from '../bridge/client.ts'
import type { KeepingSlice, SliceOf } from './app-state.ts'

export const emptySearch: SearchQuery = {
  query: '',
  in: 'everything',
  since: null,
  until: null,
  folder: null,
  tag: null,
}

export const createKeepingSlice: SliceOf<KeepingSlice> = (set, get, tools) => {
  function tell(error: unknown): void {
    const problem = asRoostError(error)
    get().notify(problem.code, problem.detail, 'error')
  }

  let asking: Promise<void> = Promise.resolve()

  function offerUndo(conversations: readonly string[], remainingMs: number): void {
    get().notify('chats_deleted', { count: conversations.length }, 'notice', {
      kind: 'restore',
      conversations,
      untilMs: remainingMs,
    })
  }

  return {
    folders: [],
    selection: null,
    tagFilter: null,
    search: emptySearch,
    results: null,
    jump: null,

    applyFolders(folders) {
      set({ folders })
    },

    async refreshKeeping() {
      try {
        const [folders, deletions] = await Promise.all([
          tools.bridge.call('folders.list', {}),
          tools.bridge.call('conversations.undoable', {}),
        ])
        set({ folders })
        // Deleted before a restart or a reload: the way back is still open.
        for (const { conversations, remainingMs } of deletions) {
          const offered = get().notices.some(
            ({ action }) => action?.kind === 'restore' && action.conversations[0] === conversations[0],
          )
          if (!offered) offerUndo(conversations, remainingMs)
        }
      } catch (error) {
        tell(error)
      }
    },

    async createFolder(name) {
      try {
        const folder = await tools.bridge.call('folders.create', { folder: tools.newId(), name })
        set((state) => ({
          folders: [...state.folders.filter(({ id }) => id !== folder.id), folder],
        }))
        return folder.id
      } catch (error) {
        tell(error)
        return null
      }
    },

    async changeFolder(folder, change) {
      try {
        const changed = await tools.bridge.call('folders.change', { folder, ...change })
        set((state) => ({ folders: state.folders.map((one) => (one.id === folder ? changed : one)) }))
      } catch (error) {
        tell(error)
      }
    },

    async deleteFolder(folder) {
      try {
        await tools.bridge.call('folders.delete', { folder })
        set((state) => ({ folders: state.folders.filter(({ id }) => id !== folder) }))
      } catch (error) {
        tell(error)
      }
    },

    async organise(change) {
      if (change.conversations.length === 0) return
      try {
        await tools.bridge.call('conversations.organise', change)
      } catch (error) {
        tell(error)
      }
    },

    async deleteConversations(conversations) {
      if (conversations.length === 0) return
      try {
        const deletion = await tools.bridge.call('conversations.deleteMany', {
          conversations: [...conversations],
        })
        for (const id of deletion.conversations) {
          get().removeSummary(id)
          get().removeTree(id)
        }
        set({ selection: null })
        if (deletion.remainingMs > 0 && deletion.conversations.length > 0)
          offerUndo(deletion.conversations, deletion.remainingMs)
      } catch (error) {
        tell(error)
      }
    },

    async restoreConversations(conversations) {
      try {
        await tools.bridge.call('conversations.restore', { conversations: [...conversations] })
        const only = conversations.length === 1 ? conversations[0] : undefined
        if (only !== undefined) get().showConversation(only)
      } catch (error) {
        tell(error)
      }
    },

    async markRead(conversation) {
      try {
        await tools.bridge.call('conversations.markRead', { conversation })
      } catch (error) {
        if (asRoostError(error).kind !== 'unavailable') tell(error)
      }
    },

    async changeSearch(patch) {
      const search = { ...get().search, ...patch }
      set({ search })
      const wanted = { ...search, query: search.query.trim() }
      if (wanted.query === '') {
        set({ results: null })
        return
      }
      // One question at a time: of the letters typed while one is answered only the last state is asked for.
      await asking
      if (get().search !== search) return
      try {
        const asked = tools.bridge.call('search.run', wanted)
        asking = asked.then(
          () => undefined,
          () => undefined, // told below
        )
        const results = await asked
        if (get().search === search) set({ results })
      } catch (error) {
        if (get().search === search) tell(error)
      }
    },

    async jumpTo(conversation, message, words) {
      get().showConversation(conversation)
      if (get().trees[conversation] === undefined) await get().openConversation(conversation)
      const tree = get().trees[conversation]
      if (tree?.byId[message] === undefined) return
      const onPath = new Set<string>()
      for (let at = tree.activeLeaf; at !== null; at = tree.byId[at]?.parent ?? null) onPath.add(at)
      if (!onPath.has(message)) await get().showVersion(conversation, message)
      set({ jump: { conversation, message, words } })
    },

    async findMessages(query) {
      try {
        return (await tools.bridge.call('search.run', query)).messages
      } catch (error) {
        tell(error)
        return []
      }
    },

    endJump() {
      if (get().jump !== null) set({ jump: null })
    },

    select(conversations) {
      set({ selection: conversations })
    },

    filterByTag(tag) {
      set({ tagFilter: tag })
    },
  }
}
