// The one sentence of what was found that says most of what is asked: it is shown by itself, where no model can be trusted with
// the answer. What a question asks has two parts:
//
//   topic    what it is about: its words that stand in the name of the document or in a heading, and all that was carried over
//            from the turn before. They need not stand in the sentence; what is around it says them.
//   aspect   what it wants to know of that: its other words. They must stand in the sentence, or half in the one before it.
//
// Each word counts by its rarity. A word that stands nowhere is the rarest: a question that the documents do not answer has
// most of its weight there.
import { sentencesOf } from '../platform/sentences.ts'
import type { FoundSentence } from './document-storage.ts'
import type { PassageRow } from './passages.ts'
import { termsOf } from './passage-terms.ts'

/** A word of the question, with its rarity. */
export interface AskedTerm {
  readonly term: string
  readonly value: number
  /** False: carried over from the turn before. */
  readonly own: boolean
}

/** Where a question has no words but those of its topic, any sentence about it is as good as another: it answers by half. */
const aspectOfNone = 0.5
/** Beside the aspect, which counts whole. */
const topicShare = 0.7
/** What stands further down by words must say clearly more. */
const perRank = 0.02
const ofSentenceBefore = 0.5
const ofPassage = 0.7
/** A line without an end of a sentence is a title, unless it is this long. */
const titleCharacters = 90
/** A longer one is no answer to be shown by itself. */
const longestSentence = 600

/** What an answer must have besides the words of the question, by what is asked for. */
const kindsOfAnswer: readonly {
  readonly asked: RegExp
  readonly has: (sentence: string, known: Known) => boolean
}[] = [
  {
    asked:
      /\bhow (?:many|much|old|long|high|far|often|heavy|tall|deep|wide|large|big|hot|warm)\b|\b(?:when|what year|which year|what time)\b|几|多少|多大|多长|多高|多重|多久|多远|何时|什么时候|哪年|哪一年/iu,
    has: (sentence) =>
      /\p{N}|[一二三四五六七八九十百千两零]|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|hundred|thousand|once|twice|every|half|dozen)\b/iu.test(
        sentence,
      ),
  },
  {
    // Somebody: a name, or a word for a person with an article before it.
    asked: /^\s*(?:and |but |so )?(?:who|whose|whom|by whom)\b/iu,
    has: (sentence, known) =>
      [
        ...sentence.matchAll(/\p{Lu}[\p{L}\p{M}'-]+|\b(?:the|a|an|my|her|his|their) (?:\p{Ll}+ )?\p{Ll}+/gu),
      ].some(([words]) => termsOf(words).some(({ term, kind }) => kind !== 'stop' && !known(term))),
  },
]

type Known = (term: string) => boolean

/**
 * @param rows best first; each with the first line of its document
 * null: no sentence adds anything to the question.
 */
export function bestSentence(
  question: string,
  terms: readonly AskedTerm[],
  rows: readonly { readonly row: PassageRow; readonly title: string }[],
): FoundSentence | null {
  const asked = new Set(terms.filter(({ own }) => own).map(({ term }) => term))
  const kinds = kindsOfAnswer.filter((kind) => kind.asked.test(question))
  // "How often", "which year": what is asked for answers these words.
  const how = termSet(kinds.map((kind) => kind.asked.exec(question)?.[0] ?? '').join(' '))
  const telling = terms.filter(({ term, own }) => !own || !how.has(term))
  let best: FoundSentence | null = null
  let bestScore = -Infinity
  for (const [rank, { row, title }] of rows.entries()) {
    const headings = JSON.parse(row.headings) as string[]
    const around = termSet([row.documentName, ...headings, ...(isSentence(title) ? [] : [title])].join('\n'))
    const within = termSet(row.text)
    const aspect = telling.filter(({ term, own }) => own && !around.has(term))
    const topic = telling.filter(({ term, own }) => !own || around.has(term))
    let before: ReadonlySet<string> = new Set()
    for (const { start, end } of linesOf(row.text)) {
      const text = row.text.slice(start, end)
      const held = termSet(text)
      const previous = before
      before = held
      const known: Known = (term) => asked.has(term) || around.has(term)
      if (!isSentence(text) || !adds(text, known)) continue // a title, or it only names what is asked
      if (!kinds.every(({ has }) => has(text, known))) continue
      const inSentence = share(aspect, (term) =>
        held.has(term) ? 1 : previous.has(term) ? ofSentenceBefore : 0,
      )
      const inTopic = share(topic, (term) =>
        held.has(term) || around.has(term) ? 1 : within.has(term) ? ofPassage : 0,
      )
      const found = { aspect: inSentence ?? aspectOfNone, topic: inTopic ?? 1 }
      const score = found.aspect + topicShare * found.topic - perRank * rank
      if (score <= bestScore) continue
      bestScore = score
      best = { passage: row.sequence, start: row.start + start, end: row.start + end, text, ...found }
    }
  }
  return best
}

/** Whether it has a word that says something and is not known already. */
function adds(text: string, known: Known): boolean {
  return termsOf(text).some(({ term, kind }) => kind !== 'stop' && !known(term))
}

function termSet(text: string): Set<string> {
  return new Set(termsOf(text).map(({ term }) => term))
}

/** Weighed by value; null: there are none. */
function share(terms: readonly AskedTerm[], of: (term: string) => number): number | null {
  const whole = terms.reduce((sum, { value }) => sum + value, 0)
  if (whole <= 0) return null
  return terms.reduce((sum, { term, value }) => sum + of(term) * value, 0) / whole
}

/** Sentences; of a table its rows. */
function linesOf(text: string): { start: number; end: number }[] {
  return sentencesOf(text).flatMap(({ start, end }) => {
    const piece = text.slice(start, end)
    if (!piece.includes(' | ')) return [{ start, end }]
    const lines: { start: number; end: number }[] = []
    let at = start
    for (const line of piece.split('\n')) {
      if (line.trim() !== '') lines.push({ start: at, end: at + line.length })
      at += line.length + 1
    }
    return lines
  })
}

function isSentence(text: string): boolean {
  if (text.length > longestSentence) return false
  return /[.!?…。！？;；|:：)"”’'\]]$/u.test(text) || text.includes(' | ') || text.length >= titleCharacters
}
