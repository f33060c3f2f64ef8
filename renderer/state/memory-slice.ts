// Memory of conversations as the side panel shows it, the shelf of personas, and what is written besides plain turns:
// several answers at once, messages that wait, answers that begin with a person's words.
import type { MemorySlice, SliceOf } from './app-state.ts'
import type { Parameters } from '../../electron/contract/memory.ts'
import { asRoostError } from '../bridge/client.ts'
import { emptyTree, runningAnswer, withActiveLeaf, withMessages } from './message-tree.ts'
import { openChat } from './open-chat.ts'
import { ownMessage } from './own-message.ts'

/** A person who types says so at most this often. */
const ATTEND_MS = 1500

export const createMemorySlice: SliceOf<MemorySlice> = (set, get, tools) => {
  let attended = 0

  function complain(conversation: string | null, error: unknown): void {
    get().reportProblem(`chat:${conversation ?? ''}`, asRoostError(error))
  }

  function tell(error: unknown): void {
    const problem = asRoostError(error)
    if (problem.kind !== 'cancelled') get().notify(problem.code, problem.detail, 'error')
  }

  /** The open conversation; a new chat becomes one, with its draft. */
  const openOne = (): string => openChat(set, get, tools)

  /** A file that a person chose: through the system's dialog, or handed over by the browser. */
  function choose(
    upload: File | null,
    dialog: 'portable.choose' | 'tunedStates.choose',
  ): Promise<{ file: string; name: string } | null> {
    return upload === null ? tools.bridge.call(dialog, {}) : tools.bridge.upload(upload)
  }

  async function fetchMemory(conversation: string): Promise<void> {
    try {
      const [memory, usage] = await Promise.all([
        tools.bridge.call('memory.conversation', { conversation }),
        tools.bridge.call('memory.usage', {}),
      ])
      set((state) => ({ memories: { ...state.memories, [conversation]: memory }, memoryUsage: usage }))
    } catch (error) {
      // A chat that has only just begun is not known to the host yet; the next change asks again.
      if (asRoostError(error).code !== 'not_found') tell(error)
    }
  }

  return {
    memories: {},
    memoryUsage: null,
    memoryReading: null,
    travelling: null,
    personas: [],
    presets: [],
    tunedStates: [],
    shelfKnown: false,
    comparing: {},

    openMemory: fetchMemory,

    applyMemoryChanged(conversation) {
      const open = get().conversation
      if (open !== null && (conversation === null || conversation === open)) void fetchMemory(open)
      if (conversation === null) void get().openShelf()
    },

    applyReading(reading) {
      set({ memoryReading: reading })
    },

    applyQueue(conversation, queue) {
      set((state) => {
        const tree = state.trees[conversation]
        return tree ? { trees: { ...state.trees, [conversation]: { ...tree, queue } } } : {}
      })
    },

    async freeMemory(conversation) {
      try {
        const freed = await tools.bridge.call('memory.free', { conversation })
        get().notify('memory_freed', { bytes: freed.bytes, snapshots: freed.snapshots }, 'notice')
        const open = get().conversation
        if (open !== null) await fetchMemory(open)
      } catch (error) {
        tell(error)
      }
    },

    attend() {
      const now = tools.now()
      if (now - attended < ATTEND_MS) return
      attended = now
      // Nobody waits for it, and without it a reading only ends a little later.
      tools.bridge.call('memory.attend', {}).catch(() => undefined)
    },

    async travel(conversation, message) {
      get().branchFrom(conversation, message)
      set({ travelling: { message, report: null } })
      try {
        const report = await tools.bridge.call('memory.goTo', { conversation, message })
        if (get().travelling?.message === message) set({ travelling: { message, report } })
      } catch (error) {
        const problem = asRoostError(error)
        // Without a model the point is shown all the same; another point was chosen: that one counts.
        if (!['cancelled', 'no_model', 'model_loading'].includes(problem.code)) tell(error)
      }
    },

    async forget(conversation, message) {
      try {
        const { conversation: left, forgotten } = await tools.bridge.call('memory.forget', {
          conversation,
          message,
        })
        get().applyConversation(left)
        get().notify(
          'memory_forgotten',
          { messages: forgotten.messages.length, states: forgotten.snapshots },
          'notice',
        )
      } catch (error) {
        complain(conversation, error)
      }
    },

    async setParameters(patch) {
      const conversation = openOne()
      const before = get().trees[conversation]?.parameters
      const show = (parameters: Parameters): void =>
        set((state) => {
          const tree = state.trees[conversation]
          return tree ? { trees: { ...state.trees, [conversation]: { ...tree, parameters } } } : {}
        })
      if (before !== undefined) show({ ...before, ...patch })
      try {
        show(await tools.bridge.call('conversations.setParameters', { conversation, parameters: patch }))
      } catch (error) {
        if (before !== undefined) show(before)
        complain(conversation, error)
      }
    },

    async writeSystemPrompt(systemPrompt) {
      const fresh = get().conversation === null
      const conversation = openOne()
      try {
        if (fresh) await tools.bridge.call('conversations.create', { conversation })
        await get().setSystemPrompt(conversation, systemPrompt)
        await fetchMemory(conversation)
      } catch (error) {
        complain(conversation, error)
      }
    },

    async answerSeveral(text, count, again) {
      const fresh = get().conversation === null
      const conversation = get().conversation ?? tools.newId()
      const before = get().trees[conversation] ?? emptyTree(conversation)
      if (runningAnswer(before) !== null) return
      const at = get().branchPoints[conversation] ?? before.activeLeaf
      const question = again ?? tools.newId()
      const rows = Array.from({ length: count }, () =>
        ownMessage(tools, conversation, tools.newId(), question, 'assistant', ''),
      )
      const asked = again === null ? [ownMessage(tools, conversation, question, at, 'user', text)] : []
      const shown = rows[0]
      const own = get().answerSlots
      set((state) => ({
        trees: {
          ...state.trees,
          [conversation]: withActiveLeaf(withMessages(before, [...asked, ...rows]), shown?.id ?? null),
        },
        comparing: { ...state.comparing, [question]: true },
        ...(fresh && state.conversation === null ? { conversation } : {}),
      }))
      get().clearProblem(`chat:${conversation}`)
      if (again === null) get().setDraft(fresh ? null : conversation, '')
      get().branchFrom(conversation, null)
      try {
        await tools.bridge.call('chat.answers', {
          conversation,
          parent: again === null ? at : null,
          question,
          text: again === null ? text : null,
          slots: rows.map(({ id }, index) => ({ answer: id, sampling: own[index] ?? {} })),
        })
      } catch (error) {
        for (const { id } of rows) tools.streams.drop(id)
        if (fresh) {
          get().removeTree(conversation)
          if (get().conversation === conversation) set({ conversation: null })
        } else {
          set((state) => ({ trees: { ...state.trees, [conversation]: before } }))
        }
        if (again === null) get().setDraft(fresh ? null : conversation, text)
        complain(fresh ? null : conversation, error)
      }
    },

    compare(question, on) {
      set((state) => ({ comparing: { ...state.comparing, [question]: on } }))
    },

    async tokensOf(conversation, message) {
      try {
        return await tools.bridge.call('chat.tokens', { conversation, message })
      } catch (error) {
        tell(error)
        return null
      }
    },

    async branchAtToken(conversation, message, at, token) {
      try {
        const input = { conversation, message, answer: tools.newId(), at, token }
        await tools.bridge.call('chat.branchAtToken', input)
      } catch (error) {
        complain(conversation, error)
      }
    },

    async enqueue(text) {
      const conversation = get().conversation
      if (conversation === null) return
      const queued = tools.newId()
      get().applyQueue(conversation, [...(get().trees[conversation]?.queue ?? []), { id: queued, text }])
      get().setDraft(conversation, '')
      try {
        get().applyQueue(conversation, await tools.bridge.call('queue.add', { conversation, queued, text }))
      } catch (error) {
        const kept = (get().trees[conversation]?.queue ?? []).filter(({ id }) => id !== queued)
        get().applyQueue(conversation, kept)
        if ((get().drafts[conversation] ?? '') === '') get().setDraft(conversation, text)
        complain(conversation, error)
      }
    },

    async changeQueued(conversation, queued, text) {
      try {
        const change = text === null ? 'queue.remove' : 'queue.edit'
        get().applyQueue(
          conversation,
          change === 'queue.remove'
            ? await tools.bridge.call(change, { conversation, queued })
            : await tools.bridge.call(change, { conversation, queued, text: text ?? '' }),
        )
      } catch (error) {
        complain(conversation, error)
      }
    },

    async sendQueued(conversation) {
      try {
        await tools.bridge.call('queue.sendNext', { conversation })
      } catch (error) {
        complain(conversation, error)
      }
    },

    async openShelf() {
      try {
        const [personas, presets, tunedStates] = await Promise.all([
          tools.bridge.call('personas.list', {}),
          tools.bridge.call('presets.list', {}),
          tools.bridge.call('tunedStates.list', {}),
        ])
        set({ personas, presets, tunedStates, shelfKnown: true })
      } catch (error) {
        tell(error)
      }
    },

    async savePersona(persona) {
      try {
        set({ personas: await tools.bridge.call('personas.save', persona) })
        return true
      } catch (error) {
        tell(error)
        return false
      }
    },

    async deletePersona(persona) {
      try {
        set({ personas: await tools.bridge.call('personas.delete', { persona }) })
      } catch (error) {
        tell(error)
      }
    },

    async startFrom(persona) {
      const conversation = tools.newId()
      try {
        await tools.bridge.call('personas.start', { conversation, persona })
        get().showConversation(conversation)
      } catch (error) {
        tell(error)
      }
    },

    async startNotebook() {
      const conversation = tools.newId()
      try {
        const parameters = { mode: 'notebook' as const }
        await tools.bridge.call('conversations.setParameters', { conversation, parameters })
        get().showConversation(conversation)
      } catch (error) {
        tell(error)
      }
    },

    async savePreset(name, sampling) {
      try {
        set({ presets: await tools.bridge.call('presets.save', { preset: tools.newId(), name, sampling }) })
      } catch (error) {
        tell(error)
      }
    },

    async deletePreset(preset) {
      try {
        set({ presets: await tools.bridge.call('presets.delete', { preset }) })
      } catch (error) {
        tell(error)
      }
    },

    async addTunedState(upload) {
      try {
        const chosen = await choose(upload, 'tunedStates.choose')
        if (chosen === null) return
        set({ tunedStates: await tools.bridge.call('tunedStates.add', { file: chosen.file }) })
      } catch (error) {
        tell(error)
      }
    },

    memoryFile: null,

    async exportMemory(conversation) {
      try {
        const file = await tools.bridge.call('portable.export', { conversation })
        if (file === null) return
        if (file.download !== null) tools.bridge.download(file.download, file.name)
        get().notify('memory_saved', { name: file.name, bytes: file.bytes }, 'notice')
      } catch (error) {
        tell(error)
      }
    },

    async openMemoryFile(upload) {
      try {
        const chosen = await choose(upload, 'portable.choose')
        if (chosen === null) return
        const summary = await tools.bridge.call('portable.inspect', { file: chosen.file })
        set({ memoryFile: { ...chosen, summary } })
      } catch (error) {
        tell(error)
      }
    },

    async keepMemoryFile() {
      const waiting = get().memoryFile
      if (waiting === null) return
      set({ memoryFile: null })
      try {
        const { id } = await tools.bridge.call('portable.import', { file: waiting.file })
        get().showConversation(id)
      } catch (error) {
        tell(error)
      }
    },

    closeMemoryFile() {
      set({ memoryFile: null })
    },

    async deleteTunedState(tunedState) {
      try {
        set({ tunedStates: await tools.bridge.call('tunedStates.delete', { tunedState }) })
      } catch (error) {
        tell(error)
      }
    },
  }
}
