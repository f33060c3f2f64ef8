// Citations in what a model wrote. A number means the passage that code gave this number, or nothing: what points nowhere is
// marked as dangling and never becomes a link. Whatever a model writes, nothing is fetched and nothing is invented.
//
// What counts as a citation, outside of code: [1]  [1, 2]  [1][2]  [1-3]  [^1]  [Passage 2]  [来源2]  【1】 ［１］ 〔1〕, and
// superscript digits behind a word or a mark of punctuation (not behind a unit, as in "m²"). A link target behind it,
// [1](address), is part of the mark.
import type { Citation, EvidencePassage } from '../../contract/evidence.ts'
import { sentencesOf } from '../../platform/sentences.ts'
import { contentTerms, coverage, findFolded, foldText, isExact, stem } from './matching.ts'

export interface CitationMark {
  readonly start: number
  readonly end: number
  readonly numbers: readonly number[]
}

/** A range or list names at most so many passages. */
const mostNumbers = 64
const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹'

const bracketed =
  /[[【［〔]\s{0,3}(?:\^|(?:passages?|sources?|references?|ref\.?|nos?\.?|段落|文档|资料|来源|引用|第)\s{0,3})?([\d０-９][\d０-９\s,，、;；&\-–—~～至和]{0,80}?)\s{0,3}(?:段|号)?\s{0,3}[\]】］〕](?:\([^()\s]{0,500}\))?/giu
const superscript =
  /(?<=[.,;:!?。，；：！？"'”’)）]|[\p{L}]{4}|[\p{Script=Han}])[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3}(?:[,،]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3})*/gu

/** In the order of the text, not overlapping. */
export function citationMarks(text: string): CitationMark[] {
  const code = codeRanges(text)
  const marks: CitationMark[] = []
  for (const match of text.matchAll(bracketed)) {
    const numbers = numbersIn(match[1] ?? '')
    if (numbers.length > 0) marks.push({ start: match.index, end: match.index + match[0].length, numbers })
  }
  for (const match of text.matchAll(superscript)) {
    const digits = Array.from(match[0], (one) =>
      superscripts.includes(one) ? superscripts.indexOf(one) : ',',
    )
    const numbers = numbersIn(digits.join(''))
    marks.push({ start: match.index, end: match.index + match[0].length, numbers })
  }
  return marks
    .filter(({ start }) => !code.some((range) => start >= range.start && start < range.end))
    .sort((a, b) => a.start - b.start)
}

/** Fenced blocks, and spans between equal runs of backticks. */
function codeRanges(text: string): { start: number; end: number }[] {
  const ranges: { start: number; end: number }[] = []
  const runs = [...text.matchAll(/`+/g)]
  for (let at = 0; at < runs.length; at++) {
    const open = runs[at]
    if (open === undefined) continue
    const close = runs.findIndex((run, index) => index > at && run[0].length === open[0].length)
    const closing = runs[close]
    if (closing === undefined) {
      // An unclosed fence is code to the end; a lone backtick is a backtick.
      if (open[0].length >= 3) ranges.push({ start: open.index, end: text.length })
      continue
    }
    ranges.push({ start: open.index, end: closing.index + closing[0].length })
    at = close
  }
  return ranges
}

function numbersIn(list: string): number[] {
  const numbers: number[] = []
  const plain = list.normalize('NFKC').replaceAll(/[–—~至]/g, '-')
  for (const part of plain.split(/[,;、&和\s]+(?!\s*-)/)) {
    const range = /^(\d{1,6})\s*-\s*(\d{1,6})$/.exec(part)
    if (range !== null) {
      const [from, to] = [Number(range[1]), Number(range[2])]
      // [3-1] and [1-900] are not what anybody means by a range: both ends stand for themselves.
      if (to < from || to - from >= mostNumbers) numbers.push(from, to)
      else for (let one = from; one <= to; one++) numbers.push(one)
    } else if (/^\d+$/.test(part)) {
      numbers.push(Math.min(Number(part), Number.MAX_SAFE_INTEGER))
    }
  }
  return [...new Set(numbers)].slice(0, mostNumbers)
}

/** What the mark stands for: the sentence before it, or around it, without any marks. */
export function claimOf(text: string, marks: readonly CitationMark[], mark: CitationMark): string {
  const blanked = withoutMarks(text, marks)
  const sentences = sentencesOf(blanked)
  const around = sentences.find(({ start, end }) => mark.start > start && mark.start < end)
  const before = sentences.filter(({ end }) => end <= mark.start).at(-1)
  const { start, end } = around ?? before ?? { start: 0, end: blanked.length }
  return blanked.slice(start, end).replaceAll(/\s+/g, ' ').trim()
}

/** Of the same length: what the marks stood on is blank. */
function withoutMarks(text: string, marks: readonly CitationMark[]): string {
  let blanked = ''
  let at = 0
  for (const { start, end } of marks) {
    if (start < at) continue
    blanked += text.slice(at, start) + ' '.repeat(end - start)
    at = end
  }
  return blanked + text.slice(at)
}

/**
 * Every number in the text, checked against the passages that were shown. `from`: where the answer begins, behind what it
 * thought.
 */
export function checkCitations(answer: string, passages: readonly EvidencePassage[], from = 0): Citation[] {
  const marks = citationMarks(answer).filter(({ start }) => start >= from)
  const shown = new Map(passages.map((passage) => [passage.number, passage]))
  return marks.flatMap((mark) => {
    const claim = claimOf(answer, marks, mark)
    return mark.numbers.map((number): Citation => {
      const passage = shown.get(number)
      const { start, end } = mark
      if (passage === undefined) return { start, end, number, state: 'dangling', quote: null }
      return { start, end, number, state: 'verified', quote: quoteFor(claim, passage) }
    })
  })
}

type QuotedPassage = Pick<EvidencePassage, 'start' | 'text'>

/**
 * The stretch of the passage that the claim rests on, in offsets of the document.
 *   1. words that the answer itself quotes, found to the letter (after foldText)
 *   2. the whole claim, found to the letter
 *   3. the sentence that says what the claim says: with every number of it, and most of its words
 * null: none, and then no quote is shown.
 */
export function quoteFor(claim: string, passage: QuotedPassage): Citation['quote'] {
  const folded = foldText(passage.text)
  const spoken = [...claim.matchAll(/["“”„«「『]([^"“”„«»「」『』]{4,400})["“”»」』]/gu)].map(
    ([, words]) => words ?? '',
  )
  for (const words of [...spoken, claim.replace(/[.。!！?？\s]+$/u, '')]) {
    const wanted = foldText(words).text
    if (wanted.length < 2) continue
    const found = findFolded(folded, wanted)
    // A short answer ("In 1989") is shown within its sentence.
    if (found !== null)
      return quoteOf(passage, words.length < 24 ? sentenceAround(passage.text, found) : found, true)
  }
  const terms = contentTerms(claim)
  if (terms.size === 0) return null
  const exact = Array.from(terms).filter(isExact)
  let best: { start: number; end: number; share: number } | null = null
  for (const sentence of sentencesOf(passage.text)) {
    const text = passage.text.slice(sentence.start, sentence.end)
    const held = contentTerms(text)
    if (!exact.every((term) => held.has(term))) continue
    const share = coverage(terms, text)
    if (share >= 0.5 && share > (best?.share ?? 0)) best = { ...sentence, share }
  }
  return best === null ? null : quoteOf(passage, best, false)
}

function sentenceAround(text: string, found: { start: number; end: number }): { start: number; end: number } {
  const around = sentencesOf(text).filter(({ start, end }) => start < found.end && end > found.start)
  return {
    start: Math.min(found.start, around[0]?.start ?? found.start),
    end: Math.max(found.end, around.at(-1)?.end ?? found.end),
  }
}

function quoteOf(
  passage: QuotedPassage,
  { start, end }: { start: number; end: number },
  exact: boolean,
): Citation['quote'] {
  return {
    start: passage.start + start,
    end: passage.start + end,
    text: passage.text.slice(start, end),
    exact,
  }
}

/** Whether what the sentence says stands in the passage: every number of it, and half of its other words at least. */
export function isSupported(claim: string, passage: string): boolean {
  const terms = contentTerms(claim)
  if (terms.size === 0) return false
  const held = new Set(Array.from(contentTerms(passage), stem))
  const folded = foldText(passage).text
  for (const term of terms) if (isExact(term) && !held.has(term) && !standsIn(term, folded)) return false
  return coverage(terms, passage) >= 0.5
}

/** As a whole: the 893 of "NX-893" is none. */
function standsIn(term: string, folded: string): boolean {
  for (let at = folded.indexOf(term); at >= 0; at = folded.indexOf(term, at + 1)) {
    const before = folded.slice(Math.max(0, at - 2), at)
    const after = folded.slice(at + term.length, at + term.length + 2)
    if (!/(?:[a-z0-9]|[a-z0-9][-./_:'])$/.test(before) && !/^(?:[a-z0-9]|[-./_:'][a-z0-9])/.test(after))
      return true
  }
  return false
}
