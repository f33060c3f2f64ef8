// Whether what was found can carry an answer: for "Answer only from documents". Three witnesses, none of which is enough by
// itself: the words of the question, the inclination of the model to refuse when it has read the passage, and, at the end,
// what it wrote.
import type { Citation, EvidencePassage } from '../../contract/evidence.ts'
import { claimOf, citationMarks, isSupported } from './citations.ts'
import { contentTerms, coverage, isExact, stem } from './matching.ts'

export interface Witnesses {
  /** Share of the question's words that the passages hold. */
  readonly words: number
  /** Every number and identifier of the question stands in one of them. */
  readonly exact: boolean
  /** How little the model is inclined to refuse, 0 to 1, of the best passage; null: it was not asked. */
  readonly answers: number | null
}

/** Chosen on the tuning half of the evaluation corpus; see tests/documents. */
const leastWords = 0.34
const leastAnswers = 0.5

export function witnessesOf(
  question: string,
  passages: readonly Pick<EvidencePassage, 'text' | 'headings' | 'documentName'>[],
  answers: number | null,
): Witnesses {
  const wanted = contentTerms(question)
  const texts = passages.map(({ text, headings, documentName }) =>
    [documentName, ...headings, text].join('\n'),
  )
  const held = new Set(texts.flatMap((text) => Array.from(contentTerms(text), stem)))
  const whole = texts.join('\n').toLowerCase()
  return {
    words: Math.max(0, ...texts.map((text) => coverage(wanted, text))),
    exact: Array.from(wanted)
      .filter(isExact)
      .every((term) => held.has(term) || whole.includes(term)),
    answers,
  }
}

/** False: asking the model could only bring an invention. */
export function canCarry({ words, exact, answers }: Witnesses): boolean {
  if (!exact || words < leastWords) return false
  return answers === null || answers >= leastAnswers
}

/** An answer that may stand on the documents alone: it cites, and what it says stands where it points. */
export function standsOnPassages(
  answer: string,
  citations: readonly Citation[],
  passages: readonly EvidencePassage[],
): boolean {
  const verified = citations.filter(({ state }) => state === 'verified')
  if (verified.length === 0) return false
  const marks = citationMarks(answer)
  return verified.every(({ start, number }) => {
    const mark = marks.find((one) => one.start === start)
    const passage = passages.find((one) => one.number === number)
    if (mark === undefined || passage === undefined) return false
    return isSupported(claimOf(answer, marks, mark), passage.text)
  })
}
