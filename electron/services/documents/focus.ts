// The stretch of a passage that a question is about: a small model reads a few sentences better than a page.
import { sentencesOf } from '../../platform/sentences.ts'
import { contentTerms, stem } from './matching.ts'

/**
 * Offsets within `text`; whole sentences in a row of at most `most` characters, unless one alone is longer.
 * @param keep must be within it, as far as there is room
 */
export function focusOn(
  question: string,
  text: string,
  most: number,
  keep: { readonly start: number; readonly end: number } | null = null,
): { start: number; end: number } {
  if (text.length <= most) return { start: 0, end: text.length }
  const sentences = splitLong(sentencesOf(text), text, most)
  const wanted = new Set(Array.from(contentTerms(question), stem))
  const worth = sentences.map(({ start, end }) => {
    let found = 0
    for (const term of contentTerms(text.slice(start, end)))
      if (wanted.has(stem(term))) found += /\d/.test(term) ? 2 : 1
    return found
  })
  let best = { start: 0, end: Math.min(text.length, most), worth: -1 }
  for (let first = 0; first < sentences.length; first++) {
    const start = sentences[first]?.start ?? 0
    let total = 0
    for (let last = first; last < sentences.length; last++) {
      const end = sentences[last]?.end ?? start
      if (end - start > most && last > first) break
      // What stands first tells whom the rest is about: a little is gained by reaching far, nothing by blanks.
      total += (worth[last] ?? 0) + 0.01
      const kept = keep !== null && start <= keep.start && end >= keep.end ? 1000 : 0
      if (total + kept > best.worth) best = { start, end, worth: total + kept }
    }
  }
  if (keep !== null && (best.start > keep.start || best.end < keep.end))
    return { start: keep.start, end: keep.end }
  return { start: best.start, end: best.end }
}

/** Tables and code hold no sentences: their lines count as such; what is longer still is cut. */
function splitLong(
  sentences: readonly { start: number; end: number }[],
  text: string,
  most: number,
): { start: number; end: number }[] {
  return sentences.flatMap((sentence) => {
    if (sentence.end - sentence.start <= most) return [sentence]
    const lines: { start: number; end: number }[] = []
    let start = sentence.start
    for (const line of text.slice(sentence.start, sentence.end).split('\n')) {
      for (let at = 0; at < line.length; at += most) {
        lines.push({ start: start + at, end: start + Math.min(line.length, at + most) })
      }
      start += line.length + 1
    }
    return lines
  })
}
