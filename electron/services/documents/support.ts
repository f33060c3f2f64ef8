// Whether what was found can carry an answer: for "Answer only from documents". Three witnesses, none of which is enough by
// itself: the words of the question, the inclination of the model to refuse when it has read the passage, and, at the end,
// what it wrote.
import type { Citation, EvidencePassage } from '../../contract/evidence.ts'
import { claimOf, citationMarks, isSupported } from './citations.ts'
import { contentTerms, foldText, isExact, stem } from './matching.ts'

export interface Witnesses {
  /** Share of the question's words, but for those that only name the document, that stand in one of the passages. */
  readonly words: number
  /** Every number and identifier of the question stands in one of them. */
  readonly exact: boolean
  /** How little the model is inclined to refuse, 0 to 1, of the best passage; null: it was not asked. */
  readonly answers: number | null
}

/**
 * Chosen on the tuning half of the evaluation corpus (tests/documents): of questions without an answer nine in ten share no
 * more than half of their words with what is found. Questions in other words than the document's are refused as well: who
 * asks for an answer from the documents alone is better served by none than by an invented one.
 */
const leastWords = 0.51
/** Where a model is able enough to be asked. Not chosen by measuring: no such model was at hand. */
const leastWordsAsked = 0.2
const leastAnswers = 0.3

export function witnessesOf(
  question: string,
  passages: readonly Pick<EvidencePassage, 'text' | 'headings' | 'documentName'>[],
  answers: number | null,
): Witnesses {
  const wanted = Array.from(contentTerms(question), stem)
  const shares = passages.map(({ text, headings, documentName }) => {
    const named = new Set(Array.from(contentTerms(documentName), stem))
    const asked = wanted.filter((term) => !named.has(term))
    const held = new Set(Array.from(contentTerms([...headings, text].join('\n')), stem))
    return asked.length === 0 ? 1 : asked.filter((term) => held.has(term)).length / asked.length
  })
  const everything = passages
    .flatMap(({ text, headings, documentName }) => [documentName, ...headings, text])
    .join('\n')
  const held = new Set(Array.from(contentTerms(everything), stem))
  const folded = foldText(everything).text
  return {
    words: Math.max(0, ...shares),
    exact: wanted.filter(isExact).every((term) => held.has(term) || folded.includes(term)),
    answers,
  }
}

/** False: asking the model could only bring an invention. */
export function canCarry({ words, exact, answers }: Witnesses): boolean {
  if (!exact) return false
  return answers === null ? words >= leastWords : words >= leastWordsAsked && answers >= leastAnswers
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
