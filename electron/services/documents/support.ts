// Whether what was found can carry an answer: for "Answer only from documents". What a model says of itself is only ever
// compared with what it says in another case, so that it means the same for a model of any size:
//
//   contrast   how much less likely the refusal is behind these passages than behind one that answers nothing, as the
//              logarithm of the ratio. A model that refuses everything, or nothing, has none, whatever its probabilities.
//   words      share of the question's words that stand in one of the passages.
//   sentence   one sentence that says what is asked (storage/passage-sentences.ts): no model is needed for that.
import type { Citation, EvidencePassage } from '../../contract/evidence.ts'
import type { FoundSentence } from '../../storage/storage.ts'
import { claimOf, citationMarks, isSupported } from './citations.ts'
import { contentTerms, foldText, isExact, stem } from './matching.ts'

export interface Witnesses {
  /** Share of the question's words, but for those that only name the document, that stand in one of the passages. */
  readonly words: number
  /** Every number and identifier of the question stands in one of them. */
  readonly exact: boolean
  /** null: the model was not asked. */
  readonly contrast: number | null
}

/**
 * Chosen on the tuning half of the evaluation corpus (tests/documents), so that none of its 40 questions without an answer has
 * such a sentence; of 146 with one 65 have it, and in 63 it is the right one. Questions in other words than the document's
 * are not among them: who asks for an answer from the documents alone is better served by none than by an invented one.
 */
const leastAspect = 0.75
const leastTopic = 0.7
/** Where there was no time to ask an able model: nine in ten of the unanswerable share no more with what is found. */
const leastWords = 0.51
const leastWordsAsked = 0.2
/** The refusal is four times less likely than without help. */
const leastContrast = Math.log(4)

/** Whether it may be shown by itself as what the documents say. */
export function carriesQuestion({ aspect, topic }: Pick<FoundSentence, 'aspect' | 'topic'>): boolean {
  return aspect >= leastAspect && topic >= leastTopic
}

export function witnessesOf(
  question: string,
  passages: readonly Pick<EvidencePassage, 'text' | 'headings' | 'documentName'>[],
  contrast: number | null,
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
    contrast,
  }
}

/** False: asking the model could only bring an invention. */
export function canCarry({ words, exact, contrast }: Witnesses): boolean {
  if (!exact) return false
  return contrast === null ? words >= leastWords : words >= leastWordsAsked && contrast >= leastContrast
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

/** What is cited says what this one sentence says, and more than the question does. */
export function standsOnSentence(
  answer: string,
  citations: readonly Citation[],
  sentence: string,
  question: string,
): boolean {
  const marks = citationMarks(answer)
  const asked = new Set(Array.from(contentTerms(question), stem))
  return citations.every(({ start, state }) => {
    const mark = marks.find((one) => one.start === start)
    if (state !== 'verified' || mark === undefined) return false
    const claim = claimOf(answer, marks, mark)
    const adds = Array.from(contentTerms(claim), stem).some((term) => !asked.has(term))
    return adds && isSupported(claim, sentence)
  })
}
