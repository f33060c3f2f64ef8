// S12: notes that are written together are those that are written alone, and cost fewer passes.
import { expect, it } from 'vitest'
import { FakeEngine } from '../../engine/fake-engine.ts'
import { silentLogger } from '../../platform/log.ts'
import { shippedResources } from '../../../tests/application/test-application.ts'
import { chooseTemplate, readChatTemplates } from '../chat/chat-templates.ts'
import { mergeNotes, readInParallel } from './parallel-reading.ts'

const { signal } = new AbortController()
const passages = Array.from({ length: 20 }, (_, index) => ({
  number: index + 1,
  text: index % 3 === 0 ? `Nothing of it, ${index}.` : `The value is ${index % 6}.`,
}))

async function room() {
  const engine = new FakeEngine({
    script: {
      respond: (read) => {
        const value = /The value is (\d)/.exec(read.slice(read.lastIndexOf('[1]')))?.[1]
        return value === undefined ? ' Not in the documents.\n\nUser:' : ` It is ${value}. [1]\n\nUser:`
      },
    },
  })
  const loaded = await engine.load(import.meta.filename, { threads: null, vocabularyFolders: [] })
  const template = chooseTemplate(readChatTemplates(shippedResources), loaded.description)
  return { engine, model: { loaded, title: 'fake', template } }
}

it('reads the question once, each passage once, and leaves out those that say nothing', async () => {
  const { engine, model } = await room()
  const notes = await readInParallel(model, 'What is the value?', passages, silentLogger, { signal })
  expect(notes.map(({ number }) => number)).toEqual(
    passages.filter((_, index) => index % 3 !== 0).map(({ number }) => number),
  )
  expect(notes[0]).toEqual({ number: 2, text: 'It is 1.' })
  const fed = engine.calls.filter(({ operation }) => operation === 'generate').map(({ text }) => text)
  expect(fed).toHaveLength(21)
  expect(fed.filter((text) => text.startsWith('User: Question: What is the value?'))).toHaveLength(1)
  expect(engine.calls.filter(({ operation }) => operation === 'fork')).toHaveLength(20)
  expect(engine.openSessions).toBe(0)
  expect(mergeNotes(notes)).toBe(
    'It is 1. [2, 8, 14, 20]\nIt is 2. [3, 9, 15]\nIt is 4. [5, 11, 17]\nIt is 5. [6, 12, 18]',
  )
})

it('one at a time gives the same notes', async () => {
  const { model } = await room()
  const question = 'What is the value?'
  const all = await readInParallel(model, question, passages, silentLogger, { signal })
  const single = await readInParallel(model, question, passages, silentLogger, { signal, together: 1 })
  expect(single).toEqual(all)
})

it('stopped, gives what was written by then and holds no state', async () => {
  const { engine, model } = await room()
  const abort = new AbortController()
  engine.script.beforeToken = () => abort.abort()
  const notes = await readInParallel(model, 'What?', passages, silentLogger, { signal: abort.signal })
  expect(notes.length).toBeLessThan(14)
  expect(engine.openSessions).toBe(0)
})
