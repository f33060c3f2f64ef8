// Follow-up questions as questions of their own: "And where is it?" is looked for with what the turn before was about. Words
// are carried over, none are invented, so that it costs nothing and cannot lead astray far.
import { contentTerms, isExact } from './matching.ts'

const leaning =
  /\b(?:it|its|they|them|their|he|she|his|her|him|that|those|this|these|there|then|one|ones)\b|^\s*(?:and|but|also|so|what about|how about)\b|它|他们?|她们?|那里|那儿|那次|那个|那些|这个|这里|这些|其中|^\s*(?:那|还有|然后|另外)/iu

/** What to look for; null: the question stands by itself. */
export function standAlone(
  question: string,
  previous: { readonly question: string; readonly answer: string } | null,
): string | null {
  if (previous === null) return null
  const own = contentTerms(question)
  const names = namesIn(question)
  const short = own.size <= 4 && names.length === 0
  if (!leaning.test(question) && !short) return null
  // A question with a name of its own is about that.
  if (names.length > 0 && !leaning.test(question)) return null
  const carried = carriedOver(previous, own)
  return carried === '' ? null : `${question} ${carried}`
}

/** Names, numbers and rare words of the turn before, of its question first. */
function carriedOver(previous: { question: string; answer: string }, own: ReadonlySet<string>): string {
  const asked = previous.question.replaceAll(/[?？!！。]+/g, ' ').trim()
  const words = new Set<string>()
  for (const name of namesIn(previous.answer)) words.add(name)
  const known = new Set([...own, ...contentTerms(asked)])
  const fromAnswer = [...words].filter((word) => ![...contentTerms(word)].every((term) => known.has(term)))
  return [asked, ...fromAnswer.slice(0, 6)].join(' ').slice(0, 400)
}

/** Capitalised words within a sentence, what stands in quotation marks, identifiers and numbers. */
function namesIn(text: string): string[] {
  const names: string[] = []
  for (const [, quoted] of text.matchAll(/["“”「『《]([^"“”」』》]{2,60})["“”」』》]/g))
    if (quoted !== undefined) names.push(quoted)
  for (const match of text.matchAll(/[\p{L}\p{N}][\p{L}\p{N}\-._/]*/gu)) {
    const word = match[0]
    const begins = /(?:^|[.!?]\s+|["“(])$/.test(text.slice(0, match.index))
    if (/\p{Lu}/u.test(word) && (!begins || /\d/.test(word) || /\p{Lu}.*\p{Lu}/u.test(word))) names.push(word)
    else if (isExact(word) && /\D/.test(word)) names.push(word)
  }
  return names
}
