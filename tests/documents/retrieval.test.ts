// What is found by words alone in the evaluation corpus, by the readers and the index that the application uses. The
// thresholds are those of the product; nothing was chosen by looking at the half that is held out.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { standAlone } from '../../electron/services/documents/question-rewriting.ts'
import { retrieval } from '../../electron/services/documents/retrieval.ts'
import { TestLibrary } from './test-library.ts'
import { readHere } from '../../electron/services/documents/testing/read-here.ts'
import { evaluationCorpus, holdsAnswer, leaningTurn } from './corpus.ts'
import type { CorpusQuestion } from './corpus.ts'

const { documents, questions } = evaluationCorpus()
const answerable = questions.filter(({ expected }) => expected.length > 0)
/** From 0; Infinity: not among the first ten. */
const ranks = new Map<string, number>()
/** Of follow-ups that come two turns behind what they are about. */
const laterRanks = new Map<string, number>()
let root: string
let library: TestLibrary

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'roost-retrieval-'))
  library = await TestLibrary.open(root, readHere)
  for (const { name, text } of documents) {
    writeFileSync(join(root, name), text)
    await library.add(join(root, name))
  }
  await library.imports.idle()
  const retrieve = retrieval(library.storage, () => Promise.reject(new Error('not asked')))
  const rankOf = async ({ expected, text: asked }: CorpusQuestion, wanted: string): Promise<number> => {
    const request = { question: wanted, asked, scope: null, limit: 10, budgetMs: 0 }
    const { passages } = await retrieve(request)
    const rank = passages.findIndex(({ documentName, text }) =>
      expected.some((one) => one.document === documentName && holdsAnswer(text, one)),
    )
    return rank < 0 ? Infinity : rank
  }
  for (const question of answerable) {
    const { id, text, before, kind, language } = question
    ranks.set(id, await rankOf(question, standAlone(text, before) ?? text))
    if (kind !== 'follow-up') continue
    const between = leaningTurn[language]
    const searchedFor = standAlone(between.question, before)
    laterRanks.set(id, await rankOf(question, standAlone(text, { ...between, searchedFor }) ?? text))
  }
}, 180_000)
afterAll(async () => {
  await library.close()
  rmSync(root, { recursive: true, force: true })
})

function recall(within: number, fits: (question: CorpusQuestion) => boolean): number {
  const asked = answerable.filter(fits)
  return asked.filter(({ id }) => (ranks.get(id) ?? Infinity) < within).length / asked.length
}

it('every document of the corpus is read', () => {
  expect(library.rows.all().filter(({ status }) => status !== 'ready')).toEqual([])
})

describe.each(['tuning', 'held'] as const)('of the half "%s"', (half) => {
  it.each(['en', 'zh'] as const)('the right passage is among the first ten in %s', (language) => {
    expect(recall(10, (one) => one.half === half && one.language === language)).toBeGreaterThanOrEqual(0.9)
  })

  it('exact terms and part numbers are found', () => {
    expect(recall(10, (one) => one.half === half && one.kind === 'term')).toBeGreaterThanOrEqual(0.98)
  })
})

it('a follow-up two turns behind what it is about still finds it', () => {
  const places = [...laterRanks.values()]
  expect(places.length).toBeGreaterThan(50)
  expect(places.filter((rank) => rank < 10).length / places.length).toBeGreaterThanOrEqual(0.9)
  expect(places.filter((rank) => rank === 0).length / places.length).toBeGreaterThanOrEqual(0.7)
})
