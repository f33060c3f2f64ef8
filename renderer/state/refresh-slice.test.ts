// S7 in the state of the window. Would catch: an undo that takes away what was written after the refresh, a draft of one part
// of the chat that is used for another, a cancelled step that is told as an error, a closed dialog without a way back.
import { describe, expect, it } from 'vitest'
import type { CallName } from '../../electron/contract/calls.ts'
import { StandInHost } from '../bridge/stand-in.ts'
import type { Script } from '../bridge/stand-in.ts'
import { storyScript } from '../stories/scripts.ts'
import { AnswerStreams } from './answer-streams.ts'
import { createAppStore } from './store.ts'
import type { AppStore } from './store.ts'

async function openStory(failing: Script['failing'] = {}) {
  const script = { ...storyScript('branches', { theme: 'light', language: 'en' }), pace: 1, failing }
  const host = new StandInHost(script)
  const called: CallName[] = []
  const call = host.call.bind(host)
  host.call = (name, input) => {
    called.push(name)
    return call(name, input)
  }
  const streams = new AnswerStreams({ refill: () => Promise.resolve(null), schedule: (flush) => flush() })
  const store = createAppStore({ bridge: host, streams, newId: () => crypto.randomUUID(), now: () => 0 })
  await store.getState().refresh()
  const chat = Object.values(store.getState().summaries).find(({ title }) => /lighthouse/.test(title))
  if (chat === undefined) throw new Error('the story lacks its chat')
  store.getState().showConversation(chat.id)
  await store.getState().openConversation(chat.id)
  return { store, called, id: chat.id }
}

const leafOf = (store: AppStore, id: string): string | null => store.getState().trees[id]?.activeLeaf ?? null

describe('S7: the refresh of a memory', () => {
  it('goes on behind the summary, and the way back leaves the chat as it was', async () => {
    const { store, id } = await openStory()
    const before = { leaf: leafOf(store, id), rows: store.getState().trees[id]?.order.length }
    store.getState().openRefresh()
    await store.getState().draftSummary()
    await store.getState().applyRefresh()
    const { memoryRefresh } = store.getState()
    expect(memoryRefresh?.phase).toBe('done')
    expect(leafOf(store, id)).toBe(memoryRefresh?.report?.leaf)
    const report = memoryRefresh?.report ?? null
    if (report === null) throw new Error('no report')
    await store.getState().undoRefresh(id, report)
    expect(store.getState().memoryRefresh).toBe(null)
    expect(store.getState().trees[id]?.order).toHaveLength(before.rows ?? -1)
  })

  it('going back keeps what was written behind the summary meanwhile', async () => {
    const { store, id } = await openStory()
    store.getState().openRefresh()
    await store.getState().draftSummary()
    await store.getState().applyRefresh()
    const report = store.getState().memoryRefresh?.report ?? null
    if (report === null) throw new Error('no report')
    await store.getState().send('Go on from here')
    await store.getState().undoRefresh(id, report)
    const rows = Object.values(store.getState().trees[id]?.byId ?? {})
    expect(rows.some(({ text }) => text === 'Go on from here')).toBe(true)
    expect(leafOf(store, id)).toBe(report.before)
  })

  it('a draft does not outlive the choice of turns it was made for', async () => {
    const { store } = await openStory()
    store.getState().openRefresh()
    await store.getState().draftSummary()
    expect(store.getState().memoryRefresh?.summary).toContain('1871')
    store.getState().keepTurns(1)
    expect(store.getState().memoryRefresh).toMatchObject({ phase: 'choosing', summary: '', turns: 1 })
  })

  it('what goes wrong stands in the dialog; a cancel is no error; nothing is lost of what was typed', async () => {
    const { store } = await openStory({ 'memory.refresh': { code: 'no_model' } })
    store.getState().openRefresh()
    store.getState().writeSummary('My own words')
    await store.getState().applyRefresh()
    expect(store.getState().memoryRefresh).toMatchObject({
      phase: 'ready',
      summary: 'My own words',
      problem: { code: 'no_model' },
    })
    const other = await openStory({ 'memory.summarise': { code: 'cancelled' } })
    other.store.getState().openRefresh()
    await other.store.getState().draftSummary()
    expect(other.store.getState().memoryRefresh).toMatchObject({ phase: 'choosing', problem: null })
  })

  it('closed while it works: it is cancelled, and a toast offers the way back', async () => {
    const { store, called } = await openStory()
    store.getState().openRefresh()
    await store.getState().draftSummary()
    const working = store.getState().applyRefresh()
    store.getState().closeRefresh()
    await working
    expect(called).toContain('memory.cancelRefresh')
    expect(store.getState().notices.at(-1)?.action?.kind).toBe('undoRefresh')
  })
})
