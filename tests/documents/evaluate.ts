// npm run documents:eval: the figures of docs/benchmarks.md about documents, with the model that ships. Reads nothing but the
// corpus of this folder; `--quick` asks every eighth question, `--answers` leaves out the search by itself.
//
// The audit of citations is part of it: every question is asked twice, freely and "only from documents" (744 answers), and
// every number in every answer is looked up among the passages that were numbered for it. The last lines say how many.
import process from 'node:process'
import { citationMarks } from '../../electron/services/documents/citations.ts'
import { standAlone } from '../../electron/services/documents/question-rewriting.ts'
import { isRight } from './right-answers.ts'
import { holdsAnswer } from './corpus.ts'
import type { CorpusQuestion } from './corpus.ts'
import { EvaluationRoom } from './evaluation-room.ts'

/** For each part of the model's; long, so that the figures do not depend on the machine. */
const budgetMs = 120_000

interface Tally {
  asked: number
  found: number
}

function count(tallies: Map<string, Tally>, keys: readonly string[], found: boolean): void {
  for (const key of keys) {
    const tally = tallies.get(key) ?? { asked: 0, found: 0 }
    tally.asked += 1
    if (found) tally.found += 1
    tallies.set(key, tally)
  }
}

function print(title: string, tallies: Map<string, Tally>): void {
  process.stdout.write(`\n${title}\n`)
  for (const [key, { asked, found }] of tallies) {
    process.stdout.write(
      `  ${key.padEnd(34)} ${found} of ${asked}, ${((100 * found) / asked).toFixed(1)} %\n`,
    )
  }
}

const step = process.argv.includes('--quick') ? 8 : 1
const room = await EvaluationRoom.open(budgetMs)
try {
  const questions = room.corpus.questions.filter((_, index) => index % step === 0)
  const answerable = questions.filter(({ kind }) => kind !== 'unanswerable')
  const unanswerable = questions.filter(({ kind }) => kind === 'unanswerable')
  if (!process.argv.includes('--answers')) await recall(answerable)
  await answers(answerable, unanswerable)
} finally {
  await room.close()
}

/** The right passage among the first ten, by words alone and with the model. */
async function recall(asked: readonly CorpusQuestion[]): Promise<void> {
  for (const [title, budget] of [
    ['by words', 0],
    ['by words and likelihood', budgetMs],
  ] as const) {
    const ten = new Map<string, Tally>()
    const one = new Map<string, Tally>()
    let slowest = 0
    for (const question of asked) {
      const { half, language, kind, expected } = question
      const text = standAlone(question.text, question.before) ?? question.text
      const began = performance.now()
      const { passages } = await room.retrieve({
        ...{ question: text, asked: question.text, scope: null, limit: 10, budgetMs: budget },
      })
      slowest = Math.max(slowest, performance.now() - began)
      const place = passages.findIndex((passage) =>
        expected.some((one) => one.document === passage.documentName && holdsAnswer(passage.text, one)),
      )
      const keys = ['all', half, `${half}, ${language}`, `${half}, ${kind}`]
      count(ten, keys, place >= 0)
      count(one, keys, place === 0)
    }
    print(`Recall at 10, ${title} (slowest search ${slowest.toFixed(0)} ms)`, ten)
    print(
      `Recall at 1, ${title}`,
      new Map([...one].filter(([key]) => !key.includes(',') || key.endsWith('follow-up'))),
    )
  }
}

async function answers(
  answerable: readonly CorpusQuestion[],
  unanswerable: readonly CorpusQuestion[],
): Promise<void> {
  const refusals = new Map<string, Tally>()
  const kept = new Map<string, Tally>()
  const right = new Map<string, Tally>()
  const free = new Map<string, Tally>()
  let quoted = 0
  let said = 0
  let citations = 0
  let unmarked = 0
  let dangling = 0
  let invented = 0
  let quotes = 0
  for (const way of ['strict', 'free'] as const) {
    for (const question of [...unanswerable, ...answerable]) {
      const { text, evidence } = await room.ask(question, way)
      said += 1
      citations += evidence.citations.length
      dangling += evidence.citations.filter(({ state }) => state === 'dangling').length
      quotes += evidence.citations.filter(({ quote }) => quote !== null).length
      // A number in the text that is neither a passage nor marked as pointing nowhere would be one too many.
      for (const { start, numbers } of citationMarks(text)) {
        for (const number of numbers) {
          const checked = evidence.citations.find((one) => one.start === start && one.number === number)
          const shown = evidence.passages.some((one) => one.number === number)
          if (checked === undefined || (checked.state === 'verified') !== shown) unmarked += 1
        }
      }
      const { half, language } = question
      const keys = ['all', half, `${half}, ${language}`]
      if (way === 'free') {
        if (question.kind !== 'unanswerable') count(free, keys, isRight(question, text, evidence))
        continue
      }
      if (evidence.quoted === true) quoted += 1
      if (question.kind === 'unanswerable') {
        count(refusals, keys, evidence.refused !== null)
        if (evidence.refused === null) invented += evidence.citations.length
        continue
      }
      count(kept, keys, evidence.refused === null)
      if (evidence.refused === null) count(right, keys, isRight(question, text, evidence))
    }
  }
  print('Refused in strict mode, questions without an answer', refusals)
  print('Answered in strict mode, questions with an answer', kept)
  print('Of these right, by the sentence that answers', right)
  print('Right when asked freely, questions with an answer', free)
  process.stdout.write(
    `\n${quoted} of the strict answers are a sentence of a document, put there by code\n` +
      `${said} answers with ${room.model.title}: ${citations} citations, ${quotes} with a quote; ` +
      `${dangling} pointed nowhere and were marked; ${unmarked} unmarked\n` +
      `citations in answers that should have been refused: ${invented}\n`,
  )
}
