// Promises of the made-up documents: what is asked can be answered from the passage that is cited, and nothing of the corpus
// that documents are evaluated with is in them.

import { expect, test } from 'vitest'

import { evaluationCorpus } from '../../../tests/documents/corpus.ts'
import { trainingConversation } from './conversations.ts'
import { paper, type PaperQuestion } from './papers.ts'
import { expand, Random } from './random.ts'
import { CHINESE_PAPER } from './texts/paper-chinese.ts'
import { ENGLISH_PAPER } from './texts/paper-english.ts'

const SIZE = { passages: 2, statements: 6, prose: 2, characters: 420 }

/** Words of an answer that belong to its form, not to the value. */
const FORM = /^(every|by|on|at|in|to|because|个|每|因|为|。|\.)$/i

function words(text: string): string[] {
  return text.match(/[A-Za-z_]+|\d+|\p{Script=Han}/gu) ?? []
}

for (const m of [ENGLISH_PAPER, CHINESE_PAPER]) {
  test(`${m.language}: every word of an answer stands in the passage that it cites`, () => {
    const random = new Random(21)
    let seen = 0
    for (let n = 0; n < 1500; n++) {
      const { passages, ask } = paper(random, m, SIZE, n % 3 === 0)
      const question = ask(false)
      if (question === undefined) continue
      seen++
      const passage = (passages[question.passage - 1] ?? '').toLowerCase()
      for (const word of words(question.answer).filter((one) => !FORM.test(one)))
        expect(passage, question.answer).toContain(word.toLowerCase())
    }
    expect(seen).toBeGreaterThan(1000)
  })

  test(`${m.language}: what no passage says is refused without a number`, () => {
    const random = new Random(22)
    const drawn: PaperQuestion[] = []
    for (let n = 0; n < 500; n++) {
      const question = paper(random, m, SIZE, false).ask(true)
      if (question !== undefined) drawn.push(question)
    }
    expect(drawn.length).toBeGreaterThan(300)
    for (const { answer, passage } of drawn) expect([answer, passage]).toEqual([m.absent, 0])
  })

  test(`${m.language}: no wording kept for evaluation is one of training, and each has the slots it needs`, () => {
    const random = new Random(23)
    const all = (templates: readonly string[]): Set<string> =>
      new Set(templates.flatMap((text) => Array.from({ length: 60 }, () => expand(text, random))))
    for (const { slots, say, sayHeld, asked } of m.matters) {
      const said = all(say)
      for (const text of sayHeld) expect(said).not.toContain(text)
      for (const { ask, held, answer } of asked) {
        const questions = all(ask)
        for (const text of held) expect(questions).not.toContain(text)
        for (const text of [...said, ...questions, ...sayHeld, ...held, answer])
          for (const [, slot = ''] of text.matchAll(/\{(\w)\}/g))
            expect(slots, text).toHaveProperty(slot.toLowerCase())
        // A statement in any wording carries what the answer needs.
        for (const text of [...said, ...sayHeld])
          for (const [, slot = ''] of answer.matchAll(/\{(\w)\}/g))
            expect(text.toLowerCase(), answer).toContain(`{${slot.toLowerCase()}}`)
      }
    }
  })
}

test('nothing of the corpus that answers from documents are measured with is in the texts', () => {
  const random = new Random(24)
  const texts = Array.from({ length: 6000 }, () =>
    trainingConversation(random, 1)
      .spans.map(({ text }) => text)
      .join(''),
  ).join('\n')
  const sentences = evaluationCorpus().documents.flatMap(({ text }) =>
    text.split(/(?<=[.!?。！？])\s*|\n+/).map((sentence) => sentence.trim()),
  )
  const asked = evaluationCorpus().questions.map(({ text }) => text)
  const long = [...sentences, ...asked].filter(
    (text) => text.length >= (/\p{Script=Han}/u.test(text) ? 10 : 24),
  )
  expect(long.length).toBeGreaterThan(1000)
  expect(long.filter((sentence) => texts.includes(sentence))).toEqual([])
})
