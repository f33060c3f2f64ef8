import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { AnswerStreams, REFILL_MS } from './answer-streams.ts'
import type { Refill } from './answer-streams.ts'

const CHAT = 'chat'
const ANSWER = 'answer'

type Text = string | null

/** A host that does not say how far its text goes, unless `next` is given. */
function setUp(text: () => Promise<Text> = () => Promise.resolve(null), next: number | null = null) {
  const refill = async (): Promise<Refill | null> => {
    const fetched = await text()
    return fetched === null ? null : { text: fetched, next }
  }
  const frames: (() => void)[] = []
  const asked = vi.fn(refill)
  const streams = new AnswerStreams({ refill: asked, schedule: (flush) => frames.push(flush) })
  const told = vi.fn()
  streams.watch(CHAT, ANSWER, told)
  const paint = (): void => {
    for (const flush of frames.splice(0)) flush()
  }
  const delta = (sequence: number, text: string): void =>
    streams.delta({ conversation: CHAT, answer: ANSWER, sequence, text })
  return { streams, told, paint, delta, frames, refill: asked }
}

describe('running answers', () => {
  beforeEach(() => vi.useFakeTimers())
  afterEach(() => vi.useRealTimers())

  it('tells its watchers once per frame, however many pieces came', () => {
    const { streams, told, paint, delta, frames } = setUp()
    streams.begin(CHAT, ANSWER, '')
    for (let i = 0; i < 50; i += 1) delta(i, `${i} `)
    expect(told).not.toHaveBeenCalled()
    expect(frames).toHaveLength(1)
    paint()
    expect(told).toHaveBeenCalledTimes(1)
    expect(streams.view(ANSWER).text).toBe(Array.from({ length: 50 }, (_, i) => `${i} `).join(''))
  })

  it('appends to what an answer held before it was continued', () => {
    const { streams, paint, delta } = setUp()
    streams.begin(CHAT, ANSWER, 'Once upon')
    delta(0, ' a time')
    paint()
    expect(streams.view(ANSWER).text).toBe('Once upon a time')
    streams.drop(ANSWER)
    streams.begin(CHAT, ANSWER, 'Once upon a time')
    delta(0, ', there')
    paint()
    expect(streams.view(ANSWER).text).toBe('Once upon a time, there')
  })

  it('ignores a piece that is said twice', () => {
    const { streams, paint, delta } = setUp()
    streams.begin(CHAT, ANSWER, '')
    delta(0, 'a')
    delta(0, 'a')
    delta(1, 'b')
    paint()
    expect(streams.view(ANSWER).text).toBe('ab')
  })

  it('fetches the text after a gap, shows nothing out of order, and never shows less than before', async () => {
    const answers = ['ab', 'abcdef', null]
    const { streams, paint, delta } = setUp(() => Promise.resolve(answers.shift() ?? null))
    streams.begin(CHAT, ANSWER, '')
    delta(0, 'ab')
    delta(1, 'cd')
    paint()
    delta(3, 'gh')
    delta(4, 'ij')
    await vi.advanceTimersByTimeAsync(0)
    paint()
    expect(streams.view(ANSWER).text).toBe('abcd')
    await vi.advanceTimersByTimeAsync(REFILL_MS)
    paint()
    expect(streams.view(ANSWER).text).toBe('abcdef')
    await vi.advanceTimersByTimeAsync(REFILL_MS)
    paint()
    expect(streams.view(ANSWER).text).toBe('')
    await vi.advanceTimersByTimeAsync(10 * REFILL_MS)
    expect(answers).toHaveLength(0)
  })

  it('joins an answer midway after a reload', async () => {
    const { streams, paint, delta } = setUp(() => Promise.resolve('abcdef'))
    streams.join(CHAT, ANSWER, 'abc', null)
    delta(17, 'x')
    await vi.advanceTimersByTimeAsync(0)
    paint()
    expect(streams.view(ANSWER).text).toBe('abcdef')
    streams.drop(ANSWER)
  })

  it('goes on after a reload where the host says that its text ends, and fetches nothing', async () => {
    const { streams, paint, delta, refill } = setUp()
    streams.join(CHAT, ANSWER, 'abc', 3)
    delta(2, 'c')
    delta(3, 'd')
    delta(4, 'e')
    await vi.advanceTimersByTimeAsync(10 * REFILL_MS)
    paint()
    expect(streams.view(ANSWER).text).toBe('abcde')
    expect(refill).not.toHaveBeenCalled()
  })

  it('after a gap fetches the text once, and goes on with what came meanwhile', async () => {
    const { streams, paint, delta, refill } = setUp(() => Promise.resolve('abcdef'), 3)
    streams.begin(CHAT, ANSWER, '')
    delta(0, 'ab')
    delta(2, 'ef')
    delta(3, 'gh')
    await vi.advanceTimersByTimeAsync(10 * REFILL_MS)
    delta(4, 'ij')
    paint()
    expect(streams.view(ANSWER).text).toBe('abcdefghij')
    expect(refill).toHaveBeenCalledTimes(1)
  })

  it('does not join what it follows already', () => {
    const { streams, paint, delta } = setUp()
    streams.begin(CHAT, ANSWER, '')
    delta(0, 'abc')
    streams.join(CHAT, ANSWER, 'ab', 1)
    delta(1, 'd')
    paint()
    expect(streams.view(ANSWER).text).toBe('abcd')
  })

  it('shows progress until the first text', () => {
    const { streams, paint, delta } = setUp()
    streams.begin(CHAT, ANSWER, '')
    streams.progress({ conversation: CHAT, answer: ANSWER, done: 3, total: 9, rebuilding: false })
    paint()
    expect(streams.view(ANSWER).progress).toEqual({ done: 3, total: 9, rebuilding: false })
    delta(0, 'a')
    streams.progress({ conversation: CHAT, answer: ANSWER, done: 9, total: 9, rebuilding: false })
    paint()
    expect(streams.view(ANSWER)).toEqual({ text: 'a', progress: null })
  })

  it('gives the same view object while nothing changed, as React needs', () => {
    const { streams, paint, delta } = setUp()
    streams.begin(CHAT, ANSWER, '')
    delta(0, 'a')
    paint()
    const view = streams.view(ANSWER)
    paint()
    expect(streams.view(ANSWER)).toBe(view)
  })
})
