// The evaluation in short, with the model that ships: what is promised of retrieval and of citations holds on every eighth
// question. `npm run documents:eval` asks all of them.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { citationMarks } from '../../electron/services/documents/citations.ts'
import { standAlone } from '../../electron/services/documents/question-rewriting.ts'
import { holdsAnswer } from './corpus.ts'
import type { CorpusQuestion } from './corpus.ts'
import { EvaluationRoom } from './evaluation-room.ts'

let room: EvaluationRoom
beforeAll(async () => {
  room = await EvaluationRoom.open(60_000)
}, 240_000)
afterAll(() => room.close())

async function foundWithinTen(question: CorpusQuestion): Promise<boolean> {
  const text = standAlone(question.text, question.before) ?? question.text
  const { passages } = await room.retrieve({ question: text, scope: null, limit: 10, budgetMs: 0 })
  return passages.some((passage) =>
    question.expected.some((one) => one.document === passage.documentName && holdsAnswer(passage.text, one)),
  )
}

it(
  'M30: the right passage is among ten for 9 of 10 questions, for exact terms always',
  { timeout: 240_000 },
  async () => {
    const asked = room.corpus.questions.filter(
      ({ kind }, index) => kind !== 'unanswerable' && (kind === 'term' || index % 4 === 0),
    )
    const missed: CorpusQuestion[] = []
    for (const question of asked) if (!(await foundWithinTen(question))) missed.push(question)
    expect(missed.filter(({ kind }) => kind === 'term').map(({ id }) => id)).toEqual([])
    expect(missed.length / asked.length).toBeLessThan(0.1)
  },
)

it(
  'M31, M32: nothing dangles unmarked, and what is not in the documents is refused',
  { timeout: 240_000 },
  async () => {
    const asked = room.corpus.questions.filter((_, index) => index % 12 === 0)
    const unanswerable = room.corpus.questions.filter(
      ({ kind }, index) => kind === 'unanswerable' && index % 3 === 0,
    )
    for (const question of asked) {
      const { text, evidence } = await room.ask(question, 'free')
      for (const { start, numbers } of citationMarks(text)) {
        for (const number of numbers) {
          const checked = evidence.citations.find((one) => one.start === start && one.number === number)
          const shown = evidence.passages.some((one) => one.number === number)
          expect(checked?.state, question.id).toBe(shown ? 'verified' : 'dangling')
        }
      }
    }
    let refused = 0
    for (const question of unanswerable) {
      const { evidence } = await room.ask(question, 'strict')
      if (evidence.refused !== null) refused += 1
      else expect(evidence.citations.every(({ state }) => state === 'verified')).toBe(true)
    }
    expect(refused / unanswerable.length).toBeGreaterThanOrEqual(0.9)
  },
)
