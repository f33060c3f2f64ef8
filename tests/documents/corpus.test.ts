// The corpus is what the figures stand on: a question whose answer is nowhere, or that two documents answer, would make
// every figure a lie.
import { expect, it } from 'vitest'
import { evaluationCorpus, foldBlanks } from './corpus.ts'

const { documents, questions } = evaluationCorpus()

it('has the size that the figures claim, half of it held out, in both languages', () => {
  const answerable = questions.filter(({ expected }) => expected.length > 0)
  expect(documents.length).toBeGreaterThanOrEqual(60)
  expect(answerable.length).toBeGreaterThanOrEqual(200)
  expect(questions.length - answerable.length).toBeGreaterThanOrEqual(50)
  for (const half of ['tuning', 'held'] as const) {
    for (const language of ['en', 'zh'] as const) {
      expect(
        answerable.filter((one) => one.half === half && one.language === language).length,
      ).toBeGreaterThan(50)
    }
  }
  for (const kind of ['fact', 'term', 'paraphrase', 'follow-up'] as const) {
    expect(answerable.filter((one) => one.kind === kind).length, kind).toBeGreaterThan(30)
  }
})

it('names every document once, and leaves no slot and no mark in a text', () => {
  expect(new Set(documents.map(({ name }) => name)).size).toBe(documents.length)
  expect(new Set(questions.map(({ id }) => id)).size).toBe(questions.length)
  for (const text of [...documents.map((one) => one.text), ...questions.map((one) => one.text)]) {
    expect(text).not.toMatch(/[«»]|\{\w+\}/)
  }
})

it('holds the quote of every answer once in its document, and in no other', () => {
  const folded = new Map(documents.map(({ name, text }) => [name, foldBlanks(text)]))
  for (const { id, expected } of questions) {
    for (const { document, quote } of expected) {
      const holding = [...folded].filter(([, text]) => text.includes(foldBlanks(quote))).map(([name]) => name)
      expect(holding, id).toContain(document)
      const text = folded.get(document) ?? ''
      expect(text.split(foldBlanks(quote)).length - 1, id).toBe(1)
    }
  }
})

it('is the same every time', () => {
  expect(evaluationCorpus()).toEqual(evaluationCorpus())
  expect(evaluationCorpus(21).documents).not.toEqual(documents)
})

it('holds no sentence of a held-out document in a document that settings are chosen on', () => {
  const sentences = (half: 'tuning' | 'held') =>
    new Set(
      documents
        .filter((one) => one.half === half)
        .flatMap(({ text }) => foldBlanks(text).split(/(?<=[.。!?！？])\s*/))
        .filter((sentence) => sentence.length > 12),
    )
  const tuning = sentences('tuning')
  expect([...sentences('held')].filter((sentence) => tuning.has(sentence))).toEqual([])
})
