// Work on models as the window follows it: what an event has told is newer than the reply of the call that began it.
import { expect, it } from 'vitest'
import type { CallName, Input, Output } from '../../electron/contract/calls.ts'
import type { LibraryJob } from '../../electron/contract/library-entities.ts'
import { AnswerStreams } from './answer-streams.ts'
import { createAppStore } from './store.ts'

const job: LibraryJob = {
  id: '00000000-0000-4000-8000-000000000001',
  kind: 'verify',
  model: 'm',
  title: 'M',
  phase: 'running',
  step: 'checking',
  fraction: 0,
  error: null,
  result: null,
}

function storeWith(answer: (name: CallName) => unknown): ReturnType<typeof createAppStore> {
  return createAppStore({
    bridge: {
      call: <N extends CallName>(name: N, _input: Input<N>) => Promise.resolve(answer(name) as Output<N>),
      subscribe: () => () => undefined,
      reconnect: () => undefined,
      upload: () => Promise.reject(new Error('no file is given here')),
      download: () => undefined,
    },
    streams: new AnswerStreams({ schedule: () => undefined, refill: () => Promise.resolve(null) }),
    newId: () => 'id',
    now: () => 0,
  })
}

it('work that has ended before its call was answered stays ended', async () => {
  const store = storeWith(() => {
    store.getState().applyJob({ ...job, phase: 'done', fraction: 1 })
    return job
  })
  await store.getState().verifyModel('m')
  expect(store.getState().jobs).toEqual([expect.objectContaining({ id: job.id, phase: 'done' })])
})

it('a second run takes the place of the first, and other work stays', () => {
  const store = storeWith(() => null)
  const state = store.getState()
  state.applyJob({ ...job, phase: 'done' })
  state.applyJob({ ...job, id: 'convert', kind: 'convert' })
  state.applyJob({ ...job, id: 'again' })
  expect(store.getState().jobs.map(({ id }) => id)).toEqual(['convert', 'again'])
})
