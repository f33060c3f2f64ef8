import { describe, expect, it, vi } from 'vitest'
import { StandInHost } from '../bridge/stand-in.ts'
import { storyId, storyScript } from '../stories/scripts.ts'
import type { Script } from '../bridge/stand-in.ts'
import { AnswerStreams } from './answer-streams.ts'
import { listenToHost } from './host-events.ts'
import { pathOf } from './message-tree.ts'
import { createAppStore } from './store.ts'
import type { AppStore } from './store.ts'

const CHAT = storyId(2, 1)

async function open(change: Partial<Script> = {}): Promise<{ store: AppStore; host: StandInHost }> {
  const script = {
    ...storyScript('versions', { theme: 'light', language: 'en' }),
    pace: 1,
    answer: 'Yes, it is.',
    ...change,
  }
  const host = new StandInHost(script)
  const streams = new AnswerStreams({
    refill: () => Promise.resolve(null),
    schedule: (flush) => queueMicrotask(flush),
  })
  const store = createAppStore({
    bridge: host,
    streams,
    newId: () => crypto.randomUUID(),
    now: () => Date.now(),
  })
  listenToHost(store, streams, host)
  await store.getState().refresh()
  return { store, host }
}

async function openChat(change: Partial<Script> = {}): Promise<{ store: AppStore; host: StandInHost }> {
  const opened = await open(change)
  opened.store.getState().showConversation(CHAT)
  await opened.store.getState().openConversation(CHAT)
  return opened
}

const texts = (store: AppStore, conversation = CHAT): string[] => {
  const tree = store.getState().trees[conversation]
  return tree === undefined ? [] : pathOf(tree).map((id) => tree.byId[id]?.text ?? '')
}

describe('sending', () => {
  it('shows question and answer at once, and the committed rows in the end', async () => {
    const { store } = await openChat()
    const sent = store.getState().send('Is it good?')
    expect(texts(store).slice(-2)).toEqual(['Is it good?', ''])
    await sent
    await vi.waitFor(() => expect(texts(store).at(-1)).toBe('Yes, it is.'))
    const tree = store.getState().trees[CHAT]
    const last = tree?.byId[tree.activeLeaf ?? '']
    expect(last).toMatchObject({ state: 'complete', role: 'assistant' })
    expect(last?.revision).toBeGreaterThan(0)
  })

  it('begins a new chat with ids of its own', async () => {
    const { store } = await open()
    store.getState().setDraft(null, 'Hello')
    await store.getState().send('Hello')
    const id = store.getState().conversation
    expect(id).not.toBeNull()
    expect(store.getState().drafts['']).toBe('')
    expect(store.getState().summaries[id ?? '']?.title).toBe('Hello')
    expect(texts(store, id ?? '').slice(0, 1)).toEqual(['Hello'])
  })

  it('takes a refused message back: rows out, text in the box, and says why', async () => {
    const { store } = await openChat({ failing: { 'chat.send': { code: 'disk_full' } } })
    const before = texts(store)
    store.getState().setDraft(CHAT, 'Precious words')
    await store.getState().send('Precious words')
    expect(texts(store)).toEqual(before)
    expect(store.getState().drafts[CHAT]).toBe('Precious words')
    expect(store.getState().problems[`chat:${CHAT}`]?.code).toBe('disk_full')
  })

  it('makes a refused new chat a new chat again', async () => {
    const { store } = await open({ failing: { 'chat.send': { code: 'no_model' } } })
    await store.getState().send('Hello')
    expect(store.getState().conversation).toBeNull()
    expect(store.getState().drafts['']).toBe('Hello')
    expect(store.getState().problems['chat:']?.code).toBe('no_model')
    expect(Object.keys(store.getState().trees)).toEqual([])
  })

  it('does not send twice while an answer runs', async () => {
    const { store, host } = await openChat({ pace: null })
    const call = vi.spyOn(host, 'call')
    await store.getState().send('One')
    await store.getState().send('Two')
    expect(call.mock.calls.filter(([name]) => name === 'chat.send')).toHaveLength(1)
  })

  it('puts an edited question beside the old one', async () => {
    const { store } = await openChat()
    const tree = store.getState().trees[CHAT]
    const old = tree?.byId[storyId(3, 4)]
    await store.getState().send('And one for her anchor?', old?.parent ?? null)
    expect(texts(store)).toContain('And one for her anchor?')
    expect(texts(store)).not.toContain('And one for her dinghy?')
    expect(store.getState().trees[CHAT]?.byId[storyId(3, 4)]).toBeDefined()
  })
})

describe('answers', () => {
  it('stay when they are stopped, with what was written', async () => {
    const { store } = await openChat({ pace: null })
    await store.getState().send('Go on')
    await store.getState().stop(CHAT)
    const tree = store.getState().trees[CHAT]
    const last = tree?.byId[tree.activeLeaf ?? '']
    expect(last?.state).toBe('stopped')
    expect('Yes, it is.'.startsWith(last?.text ?? 'x')).toBe(true)
    expect(last?.text).not.toBe('')
  })

  it('are written anew beside the old one', async () => {
    const { store } = await openChat()
    await store.getState().regenerate(CHAT, storyId(3, 5))
    await vi.waitFor(() => expect(texts(store).at(-1)).toBe('Yes, it is.'))
    expect(store.getState().trees[CHAT]?.order).toHaveLength(6)
  })

  it('of another version are shown at once, and not any more when the host could not', async () => {
    const good = await openChat()
    const shown = good.store.getState().showVersion(CHAT, storyId(3, 2))
    expect(texts(good.store).at(-1)).toBe('How about *Fair Weather*?')
    await shown
    expect(texts(good.store).at(-1)).toBe('How about *Fair Weather*?')

    const bad = await openChat({ failing: { 'conversations.selectBranch': { code: 'storage_unavailable' } } })
    const before = texts(bad.store)
    await bad.store.getState().showVersion(CHAT, storyId(3, 2))
    expect(texts(bad.store)).toEqual(before)
    expect(bad.store.getState().problems[`chat:${CHAT}`]?.code).toBe('storage_unavailable')
  })

  it('do not pull the view back from the version somebody has moved to', async () => {
    const { store, host } = await openChat({ pace: null })
    await store.getState().send('Go on')
    const answer = store.getState().trees[CHAT]?.activeLeaf ?? ''
    await store.getState().showVersion(CHAT, storyId(3, 2))
    await host.call('chat.stop', { answer })
    expect(texts(store).at(-1)).toBe('How about *Fair Weather*?')
  })
})

describe('the list', () => {
  it('loses a deleted chat everywhere', async () => {
    const { store } = await openChat()
    await store.getState().deleteConversations([CHAT])
    expect(store.getState().summaries[CHAT]).toBeUndefined()
    expect(store.getState().trees[CHAT]).toBeUndefined()
    expect(store.getState().conversation).toBeNull()
    const [notice] = store.getState().notices
    expect(notice?.action).toEqual({ kind: 'restore', conversations: [CHAT], untilMs: 30_000 })
    await store.getState().restoreConversations([CHAT])
    expect(store.getState().summaries[CHAT]?.title).toBe('The lighthouse on Gull Island')
    expect(store.getState().conversation).toBe(CHAT)
  })

  it('finds words inside messages, and only for the present query', async () => {
    const { store } = await openChat()
    const late = store.getState().changeSearch({ query: 'dinghy' })
    await store.getState().changeSearch({ query: '' })
    await late
    expect(store.getState().results).toBeNull()
    await store.getState().changeSearch({ query: 'dinghy' })
    const hit = store.getState().results?.messages[0]
    expect(hit?.conversation).toBe(CHAT)
    expect(hit?.snippet.text.slice(...(hit.snippet.marks[0] ?? [0, 0]))).toBe('dinghy')
  })

  it('is fetched again after events were missed', async () => {
    const { store, host } = await openChat()
    await host.call('conversations.rename', { conversation: CHAT, title: 'Renamed elsewhere' })
    await store.getState().refresh()
    expect(store.getState().summaries[CHAT]?.title).toBe('Renamed elsewhere')
  })
})
