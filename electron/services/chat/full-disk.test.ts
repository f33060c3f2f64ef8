// The disk fills up while an answer is written: nothing is claimed to be saved that is not, and it is saved when there is
// room again.
import { randomUUID } from 'node:crypto'
import { afterEach, expect, it } from 'vitest'
import { TestApplication } from '../../../tests/application/test-application.ts'
import { RoostError } from '../../contract/errors.ts'

let app: TestApplication
afterEach(() => app.destroy())

it('an answer waits for the disk and is saved once there is room', async () => {
  app = await TestApplication.open()
  const conversation = randomUUID()
  const first = await app.ask(conversation, null, 'hi')
  const { write } = app.storage
  const finishAnswer = write.finishAnswer.bind(write)
  let full = true
  let refusals = 0
  write.finishAnswer = (answer) => {
    if (!full) return finishAnswer(answer)
    refusals += 1
    return Promise.reject(new RoostError('disk_full'))
  }
  const { answer } = await app.send(conversation, first.id, 'ho')
  await app.until(() => app.of('notice').some(({ code }) => code === 'disk_full'))
  expect(refusals).toBeGreaterThanOrEqual(2) // with the state, then without it
  expect(app.of('message.committed').at(-1)?.message.state).toBe('generating')
  expect((await app.conversation(conversation)).messages.at(-1)?.text).toBe('You said: ho.')
  full = false
  const message = await app.settled(conversation, answer)
  expect(message).toMatchObject({ text: 'You said: ho.', state: 'complete' })
  const next = await app.ask(conversation, answer, 'ha')
  expect(next.figures).toMatchObject({ rereadTokens: 0, promptTokens: 20 })
})

it('a question that cannot be stored is refused, and nothing of it remains', async () => {
  app = await TestApplication.open({ pageLimit: 60 })
  const conversation = randomUUID()
  await expect(app.send(conversation, null, 'long '.repeat(200_000))).rejects.toMatchObject({
    code: 'disk_full',
  })
  expect(await app.call('conversations.list', {})).toEqual([])
  expect((await app.ask(conversation, null, 'hi')).text).toBe('You said: hi.')
})

it('a last commit that fails for another reason ends as interrupted without a restart, with all of its words', async () => {
  app = await TestApplication.open()
  const conversation = randomUUID()
  const { write } = app.storage
  const finishAnswer = write.finishAnswer.bind(write)
  let refused = 0
  write.finishAnswer = (answer) => {
    // Once with the state, once without it, once later.
    if (refused++ >= 3) return finishAnswer(answer)
    return Promise.reject(new RoostError('storage_damaged', { sqlite: 'SQLITE_CORRUPT' }))
  }
  const { answer } = await app.send(conversation, null, 'a question')
  await app.until(() => app.of('notice').some(({ code }) => code === 'storage_damaged'))
  const told = app.of('message.committed').findLast((event) => event.message.id === answer)?.message
  expect(told).toMatchObject({ state: 'interrupted', text: 'You said: a question.' })
  await app.until(async () => (await app.storage.read.message(answer))?.state === 'interrupted')
  const kept = await app.call('messages.get', { conversation, message: answer })
  expect(kept.text).toBe('You said: a question.')
  expect(kept.revision).toBeGreaterThanOrEqual(told?.revision ?? 0)
  expect((await app.call('conversations.list', {}))[0]?.generating).toBe(false)
  const next = await app.ask(conversation, answer, 'more')
  expect(next.text).toBe('You said: more.')
})

it('a last commit that never succeeds is ended by the next start, with the text of its last save', async () => {
  app = await TestApplication.open({ engineOptions: { script: { tokenMs: 60 } } })
  const conversation = randomUUID()
  app.storage.write.finishAnswer = () =>
    Promise.reject(new RoostError('storage_damaged', { sqlite: 'SQLITE_CORRUPT' }))
  const { answer } = await app.send(conversation, null, 'a question')
  await app.until(() => app.of('notice').some(({ code }) => code === 'storage_damaged'))
  app = await app.restart()
  const kept = await app.call('messages.get', { conversation, message: answer })
  expect(kept.state).toBe('interrupted')
  expect('You said: a question.'.startsWith(kept.text)).toBe(true)
  expect(kept.text.length).toBeGreaterThan(0)
})
