// The sources of each chat, what its answers rest on, and long pastes that became attachments.
import type { ConversationSources, Source } from '../../electron/contract/evidence.ts'
import { asRoostError } from '../bridge/client.ts'
import type { SliceOf } from './app-state.ts'
import type { SourcesSlice } from './documents-state.ts'
import { openChat } from './open-chat.ts'
import { withSources, withoutSource } from './source-list.ts'

const NO_SOURCES: ConversationSources = { sources: [], strict: false }

/** The chat gets its first source that stays: one that is quoted once is gone with the next message. */
function beginsWith(before: ConversationSources, added: readonly Source[]): boolean {
  const stays = ({ use }: Source): boolean => use !== 'quote'
  return !before.sources.some(stays) && added.some(stays)
}

export const createSourcesSlice: SliceOf<SourcesSlice> = (set, get, tools) => {
  const { bridge } = tools
  /** Changes of one chat go one after another: each sends the whole list. */
  const lines = new Map<string, Promise<void>>()

  function show(conversation: string, sources: ConversationSources): void {
    set((state) => ({ sources: { ...state.sources, [conversation]: sources } }))
  }

  function complain(conversation: string, error: unknown): void {
    get().reportProblem(`chat:${conversation}`, asRoostError(error))
  }

  /** The host may have a list of this chat that was not fetched yet: a change of nothing would wipe it out. */
  function isUnknown(conversation: string): boolean {
    return get().sources[conversation] === undefined && get().summaries[conversation] !== undefined
  }

  /** Shown at once, then sent; taken back by what the host has when it could not. */
  function change(
    conversation: string,
    how: (before: ConversationSources) => ConversationSources,
  ): Promise<void> {
    const wait = isUnknown(conversation)
    if (!wait) show(conversation, how(get().sources[conversation] ?? NO_SOURCES))
    const work = async (): Promise<void> => {
      try {
        if (wait) {
          const known = get().sources[conversation]
          const before = known ?? (await bridge.call('conversations.sources', { conversation }))
          show(conversation, how(get().sources[conversation] ?? before))
        }
        const { sources, strict } = get().sources[conversation] ?? NO_SOURCES
        const before = get().sources[conversation]
        const kept = await bridge.call('conversations.setSources', { conversation, sources, strict })
        // A change that was made meanwhile follows in its own call.
        if (get().sources[conversation] === before) show(conversation, kept)
      } catch (error) {
        complain(conversation, error)
        await get().openSources(conversation)
      }
    }
    const next = (lines.get(conversation) ?? Promise.resolve()).then(work)
    lines.set(conversation, next)
    return next
  }

  return {
    sources: {},
    evidence: {},
    pasted: null,

    async openSources(conversation) {
      try {
        const before = get().sources[conversation]
        const [sources, list] = await Promise.all([
          bridge.call('conversations.sources', { conversation }),
          bridge.call('evidence.list', { conversation }),
        ])
        if (get().sources[conversation] === before) show(conversation, sources)
        set((state) => ({
          evidence: { ...state.evidence, ...Object.fromEntries(list.map((one) => [one.message, one])) },
        }))
      } catch (error) {
        // A chat that has only just begun is not known to the host yet; opening it tells what else is wrong.
        asRoostError(error)
      }
    },

    applySources: show,

    applyEvidence(evidence) {
      set((state) => ({ evidence: { ...state.evidence, [evidence.message]: evidence } }))
    },

    addSources(wanted, sources) {
      const conversation = wanted ?? openChat(set, get, tools)
      return change(conversation, (before) => ({
        sources: withSources(before.sources, sources),
        strict: before.strict || (beginsWith(before, sources) && get().settings?.strictByDefault === true),
      }))
    },

    removeSource(conversation, source) {
      return change(conversation, (before) => ({ ...before, sources: withoutSource(before.sources, source) }))
    },

    setStrict(wanted, strict) {
      const conversation = wanted ?? openChat(set, get, tools)
      return change(conversation, (before) => ({ ...before, strict }))
    },

    async attachText(name, text, at) {
      const conversation = openChat(set, get, tools)
      const document = tools.newId()
      get().clearProblem(`chat:${conversation}`)
      set({ pasted: { conversation, document, text, at } })
      try {
        get().applyDocument(
          await bridge.call('documents.addText', { document, name, text, collection: null }),
        )
        // Taken back meanwhile: the text is in the draft again.
        if (get().pasted?.document !== document) return
        await get().addSources(conversation, [{ document, use: 'quote' }])
      } catch (error) {
        complain(conversation, error)
        if (get().pasted?.document === document) await get().undoPaste()
      }
    },

    async undoPaste() {
      const { pasted } = get()
      if (pasted === null) return
      const { conversation, document, text, at } = pasted
      set({ pasted: null })
      const draft = get().drafts[conversation] ?? ''
      const place = Math.min(at, draft.length)
      get().setDraft(conversation, draft.slice(0, place) + text + draft.slice(place))
      if (get().sources[conversation]?.sources.some((one) => 'document' in one && one.document === document))
        await get().removeSource(conversation, { document, use: 'quote' })
      if (get().documents?.has(document) === true) await get().removeDocuments([document])
    },

    keepPaste() {
      set({ pasted: null })
    },
  }
}
