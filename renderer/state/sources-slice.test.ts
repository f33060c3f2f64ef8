// Sources of a chat: every change sends the whole list, so nothing that the host has may be forgotten on the way.
import { describe, expect, it } from 'vitest'
import type { ConversationSummary, Settings } from '../../electron/contract/entities.ts'
import { RoostError } from '../../electron/contract/errors.ts'
import type { ConversationSources } from '../../electron/contract/evidence.ts'
import { storeOn } from './store-for-tests.ts'

const CHAT = 'chat'

/** A host that keeps what it is sent. */
function host(kept: ConversationSources, refuse: () => boolean = () => false) {
  const state = { kept }
  const scripted = storeOn((name, input: ConversationSources & { conversation: string }) => {
    if (name === 'conversations.sources') return state.kept
    if (name === 'evidence.list') return []
    if (refuse()) throw new RoostError('disk_full')
    state.kept = { sources: input.sources, strict: input.strict }
    return state.kept
  })
  return { ...scripted, state }
}

/** The window knows that the host has this chat. */
function known(store: ReturnType<typeof host>['store']): void {
  store.getState().applySummary({ id: CHAT, revision: 1 } as ConversationSummary)
}

const settings = (strictByDefault: boolean): Settings =>
  ({ strictByDefault, sourceUse: 'search', pasteCharacters: 8000 }) as Settings

describe('a change', () => {
  it('of a chat whose list was not fetched yet keeps what the host has', async () => {
    const { store, state } = host({ sources: [{ document: 'old', use: 'read' }], strict: true })
    known(store)
    await store.getState().addSources(CHAT, [{ document: 'new', use: 'search' }])
    expect(state.kept).toEqual({
      sources: [
        { document: 'old', use: 'read' },
        { document: 'new', use: 'search' },
      ],
      strict: true,
    })
  })

  it('sends nothing where the list can’t be had: half a list would wipe out the rest', async () => {
    const { store, calls } = storeOn(() => {
      throw new RoostError('connection_lost')
    })
    known(store)
    await store.getState().addSources(CHAT, [{ document: 'new', use: 'search' }])
    expect(calls.map(({ name }) => name)).not.toContain('conversations.setSources')
    expect(store.getState().problems[`chat:${CHAT}`]?.code).toBe('connection_lost')
  })

  it('that is made while another is on its way loses neither', async () => {
    const { store, state } = host({ sources: [], strict: false })
    const first = store.getState().addSources(CHAT, [{ document: 'a', use: 'search' }])
    const second = store.getState().addSources(CHAT, [{ document: 'b', use: 'read' }])
    await Promise.all([first, second])
    const both = [
      { document: 'a', use: 'search' },
      { document: 'b', use: 'read' },
    ]
    expect(state.kept.sources).toEqual(both)
    expect(store.getState().sources[CHAT]?.sources).toEqual(both)
  })

  it('that the host refuses is taken back, and said', async () => {
    const { store } = host({ sources: [{ document: 'old', use: 'read' }], strict: false }, () => true)
    known(store)
    await store.getState().openSources(CHAT)
    await store.getState().removeSource(CHAT, { document: 'old', use: 'read' })
    expect(store.getState().sources[CHAT]?.sources).toEqual([{ document: 'old', use: 'read' }])
    expect(store.getState().problems[`chat:${CHAT}`]?.code).toBe('disk_full')
  })
})

describe('"Answer only from documents" by default', () => {
  it('is switched on with the first source of a chat', async () => {
    const { store, state } = host({ sources: [], strict: false })
    store.getState().applySettings(settings(true))
    await store.getState().addSources(CHAT, [{ document: 'a', use: 'search' }])
    expect(state.kept.strict).toBe(true)
  })

  it('is not for a text that is quoted once: the question behind it would have no source and be refused', async () => {
    const { store, state } = host({ sources: [], strict: false })
    store.getState().applySettings(settings(true))
    await store.getState().addSources(CHAT, [{ document: 'a', use: 'quote' }])
    expect(state.kept.strict).toBe(false)
  })

  it('is not switched on again in a chat where a person switched it off', async () => {
    const { store, state } = host({ sources: [], strict: false })
    store.getState().applySettings(settings(true))
    await store.getState().addSources(CHAT, [{ document: 'a', use: 'search' }])
    await store.getState().setStrict(CHAT, false)
    await store.getState().addSources(CHAT, [{ document: 'b', use: 'search' }])
    expect(state.kept.strict).toBe(false)
  })

  it('leaves chats alone where the setting is off', async () => {
    const { store, state } = host({ sources: [], strict: false })
    store.getState().applySettings(settings(false))
    await store.getState().addSources(CHAT, [{ document: 'a', use: 'search' }])
    expect(state.kept.strict).toBe(false)
  })
})

describe('a long paste', () => {
  it('that is taken back while the host is still writing it down goes into the draft and becomes no source', async () => {
    const { store, calls } = storeOn(async (name, input: { document?: string }) => {
      if (name !== 'documents.addText') return { sources: [], strict: false }
      await store.getState().undoPaste()
      return { id: input.document, revision: 1 }
    })
    store.getState().showConversation(CHAT)
    store.getState().setDraft(CHAT, 'before behind')
    await store.getState().attachText('Name', 'LONG ', 7)
    expect(store.getState().drafts[CHAT]).toBe('before LONG behind')
    expect(store.getState().sources[CHAT]?.sources ?? []).toEqual([])
    expect(calls.map(({ name }) => name)).not.toContain('conversations.setSources')
  })

  it('that the host can’t keep is back in the draft, with the reason', async () => {
    const { store } = storeOn(() => {
      throw new RoostError('disk_full')
    })
    store.getState().showConversation(CHAT)
    await store.getState().attachText('Name', 'LONG', 0)
    expect(store.getState().drafts[CHAT]).toBe('LONG')
    expect(store.getState().problems[`chat:${CHAT}`]?.code).toBe('disk_full')
  })
})
