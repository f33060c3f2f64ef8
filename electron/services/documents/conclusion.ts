// What is shown of what a model wrote about passages. Freely: all of it, with its citations checked. "Only from documents": its
// words, where they stand on a passage; else the sentence of a document that carries the question, to the letter; else a
// refusal. In the last two cases the state of the chat holds what was shown, not the words that were not.
import type { Citation, Evidence, EvidencePassage } from '../../contract/evidence.ts'
import type { FoundSentence } from '../../storage/storage.ts'
import type { PreparedTurn } from '../chat/document-turn.ts'
import { checkCitations } from './citations.ts'
import { foldPassage, isRefusal, languageOf, quotation, refusalIn } from './document-form.ts'
import { standsOnPassages, standsOnSentence } from './support.ts'

export interface Judgement {
  readonly question: string
  /** The sentence that carries the question; it stands in one of the passages. null: none does. */
  readonly sentence: FoundSentence | null
  /** The model's own words may stand on any passage that says them; else only on that sentence. */
  readonly trusted: boolean
}

type Conclusion = ReturnType<PreparedTurn['conclude']>

/** A turn that the model answers. `turn` null: it reads the question itself. */
export function asking(turn: string | null, evidence: Evidence, judgement: Judgement): PreparedTurn {
  return {
    turn,
    refusal: null,
    held: evidence.strict,
    evidence,
    conclude: (text, from) => concluded(evidence, judgement, text, from),
  }
}

/** A turn that is answered without the model: by a sentence that carries the question, or by a refusal. */
export function deciding(evidence: Evidence, { question, sentence }: Judgement): PreparedTurn {
  const quoted = sentence === null ? null : quoting(evidence, sentence, question)
  const { evidence: shown, replacement } = quoted ?? refusing(evidence, question)
  return {
    turn: null,
    refusal: replacement,
    held: false,
    evidence: shown,
    conclude: () => ({ evidence: shown, replacement: null }),
  }
}

function concluded(evidence: Evidence, judgement: Judgement, text: string, from: number): Conclusion {
  const { question, sentence, trusted } = judgement
  const citations = checkCitations(text, evidence.passages, from)
  const verified = new Set(citations.filter(({ state }) => state === 'verified').map(({ number }) => number))
  const passages = evidence.passages.map((passage) => ({ ...passage, cited: verified.has(passage.number) }))
  const checked: Evidence = { ...evidence, passages, citations }
  const refused = isRefusal(text.slice(from)) && verified.size === 0
  const plain: Conclusion = {
    evidence: refused ? { ...checked, refused: 'model' } : checked,
    replacement: null,
  }
  if (!evidence.strict) return plain
  // The refusal of a model that can be trusted counts; another one refuses what it does not understand.
  if (refused && trusted) return plain
  if (!refused && standsOnPassages(text, citations, passages)) {
    if (trusted || (sentence !== null && standsOnSentence(text, citations, sentence.text, question)))
      return plain
  }
  const quoted = sentence === null ? null : quoting(evidence, sentence, question)
  return quoted ?? (refused ? plain : refusing(evidence, question))
}

function refusing(evidence: Evidence, question: string): { evidence: Evidence; replacement: string } {
  const passages = evidence.passages.map((passage) => ({ ...passage, cited: false }))
  return {
    evidence: { ...evidence, passages, citations: [], refused: 'code' },
    replacement: refusalIn(languageOf(question)),
  }
}

/** null: the sentence stands in none of the passages. */
function quoting(
  evidence: Evidence,
  sentence: FoundSentence,
  question: string,
): { evidence: Evidence; replacement: string } | null {
  const from = evidence.passages.find((passage) => holds(passage, sentence))
  if (from === undefined) return null
  const said = quotation(languageOf(question), foldPassage(sentence.text))
  const mark = `[${from.number}]`
  const { start, end } = sentence
  const citation: Citation = {
    start: said.length + 1,
    end: said.length + 1 + mark.length,
    number: from.number,
    state: 'verified',
    quote: { start, end, text: from.text.slice(start - from.start, end - from.start), exact: true },
  }
  const passages = evidence.passages.map((passage) => ({ ...passage, cited: passage === from }))
  return {
    evidence: { ...evidence, passages, citations: [citation], refused: null, quoted: true },
    replacement: `${said} ${mark}`,
  }
}

/** To the letter, in the same document. */
export function holds(
  passage: Pick<EvidencePassage, 'start' | 'end' | 'text'>,
  sentence: FoundSentence,
): boolean {
  const { start, end, text } = sentence
  return (
    passage.start <= start &&
    passage.end >= end &&
    passage.text.slice(start - passage.start, end - passage.start) === text
  )
}
