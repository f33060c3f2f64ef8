// How far a model's inclination to refuse counts: only by comparison with what it says behind a passage that answers nothing.
import { expect, it } from 'vitest'
import { shippedResources } from '../../../tests/application/test-application.ts'
import { FakeEngine } from '../../engine/fake-engine.ts'
import { silentLogger } from '../../platform/log.ts'
import { chooseTemplate, readChatTemplates } from '../chat/chat-templates.ts'
import { questionWithPassages } from './document-form.ts'
import { Reranker } from './rerank.ts'
import { canCarry } from './support.ts'

const question = 'Where does Mara Lund live?'
const refusal = ' Not in the documents.'

async function contrast(
  text: string,
  says: (passage: string) => string,
  budgetMs = 60_000,
): Promise<{ contrast: number | null; engine: FakeEngine }> {
  const engine = new FakeEngine({
    script: {
      respond: (read) => {
        const at = read.lastIndexOf('Assistant:') + 'Assistant:'.length
        const said = read.slice(at)
        const whole = `${says(read.slice(0, at))}\n\nUser:`
        return whole.startsWith(said) ? whole.slice(said.length) : ' nothing'
      },
    },
  })
  const loaded = await engine.load(import.meta.filename, { threads: null, vocabularyFolders: [] })
  const template = chooseTemplate(readChatTemplates(shippedResources), loaded.description)
  const model = { loaded, title: 'fake', template }
  const reranker = new Reranker(
    () => model,
    () => false,
    silentLogger,
  )
  const turn = questionWithPassages(template, question, [{ number: 1, text }], true)
  const { signal } = new AbortController()
  const found = await reranker.contrastOf(model, { question, turn, strict: true, budgetMs, signal })
  return { contrast: found, engine }
}

const witnesses = (value: number | null) => ({ words: 0.5, exact: true, contrast: value })

it('a model that refuses without help and answers with it is believed', async () => {
  const { contrast: value, engine } = await contrast('Mara Lund lives in Lowen.', (read) =>
    read.includes('Lowen') ? ' In Lowen. [1]' : refusal,
  )
  expect(value).toBeGreaterThan(Math.log(4))
  expect(canCarry(witnesses(value))).toBe(true)
  expect(engine.openSessions).toBe(0)
})

it.each([
  ['refuses everything', () => refusal],
  ['refuses nothing', () => ' In Marston. [1]'],
])('one that %s says nothing by it', async (_, says) => {
  const { contrast: value } = await contrast('Mara Lund lives in Lowen.', says)
  expect(Math.abs(value ?? 99)).toBeLessThan(0.01)
  expect(canCarry(witnesses(value))).toBe(false)
})

it('out of time, words decide', async () => {
  const { contrast: value, engine } = await contrast('Mara Lund lives in Lowen.', () => refusal, 1)
  expect(value).toBeNull()
  expect(engine.openSessions).toBe(0)
})
