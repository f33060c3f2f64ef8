// Whether an answer says what the documents say: judged by the sentence that answers the question, never by what was retrieved.
import type { Evidence } from '../../electron/contract/evidence.ts'
import { citationMarks } from '../../electron/services/documents/citations.ts'
import { contentTerms, stem } from '../../electron/services/documents/matching.ts'
import { foldBlanks, holdsAnswer } from './corpus.ts'
import type { CorpusQuestion } from './corpus.ts'

/**
 * A quoted sentence is right when it is the one that answers, or a part of it, in the right document. Words of a model are right
 * when all that they say beyond the question stands in the sentence that answers.
 */
export function isRight(question: CorpusQuestion, text: string, evidence: Evidence): boolean {
  if (evidence.refused !== null) return false
  if (evidence.quoted === true) {
    const [citation] = evidence.citations
    const sentence = citation?.quote?.text ?? ''
    const document = evidence.passages.find(({ number }) => number === citation?.number)?.documentName
    return question.expected.some(
      (one) =>
        one.document === document &&
        (holdsAnswer(sentence, one) || foldBlanks(one.quote).includes(foldBlanks(sentence))),
    )
  }
  let words = text
  for (const { start, end } of citationMarks(text).toReversed())
    words = words.slice(0, start) + words.slice(end)
  const asked = new Set(Array.from(contentTerms(question.text), stem))
  const said = Array.from(contentTerms(words), stem).filter((term) => !asked.has(term))
  return question.expected.some(({ quote }) => {
    const held = new Set(Array.from(contentTerms(quote), stem))
    return said.length > 0 && said.every((term) => held.has(term))
  })
}
