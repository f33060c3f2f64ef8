// Puts a one-word placeholder in the place of every citation of an answer before Markdown reads it, so that "[1][2]" is
// no reference to a link definition; `markdown-plugins.ts` makes elements of them. Which marks there are, and which of
// them point to a passage, main has decided; nothing here guesses.
import type { Citation } from '../../electron/contract/evidence.ts'

export interface CitedText {
  readonly text: string
  /** What each placeholder stands for, by its index: one mark may name several passages. */
  readonly marks: readonly CitationMark[]
}

export interface CitationMark {
  readonly source: string
  readonly citations: readonly Citation[]
}

export const NO_MARKS: readonly CitationMark[] = []

// Private-use characters: a text that holds them already is left as it is.
const OPEN = '\uE0F9'
const CLOSE = '\uE0FA'
const PLACEHOLDER = /\uE0F9(\d+)\uE0FA/g

/**
 * `text` is the end of the answer's text, from `offset` on (the thoughts before it are shown elsewhere). Offsets of the
 * citations are of the whole.
 */
export function markCitations(text: string, citations: readonly Citation[], offset: number): CitedText {
  if (citations.length === 0 || text.includes(OPEN) || text.includes(CLOSE)) return { text, marks: NO_MARKS }
  const byPlace = new Map<string, Citation[]>()
  for (const citation of citations) {
    const key = `${citation.start} ${citation.end}`
    byPlace.set(key, [...(byPlace.get(key) ?? []), citation])
  }
  const places = [...byPlace.values()].sort((a, b) => (a[0]?.start ?? 0) - (b[0]?.start ?? 0))
  const marks: CitationMark[] = []
  let marked = ''
  let copied = 0
  for (const place of places) {
    const start = (place[0]?.start ?? 0) - offset
    const end = (place[0]?.end ?? 0) - offset
    // Before the shown part, overlapping, or beyond the end: the words stay as they are.
    if (start < copied || end <= start || end > text.length) continue
    marked += `${text.slice(copied, start)}${OPEN}${marks.length}${CLOSE}`
    marks.push({ source: text.slice(start, end), citations: place })
    copied = end
  }
  return { text: marked + text.slice(copied), marks }
}

/** Puts the source of the marks back: for places where a citation is none (code, addresses). */
export function unmarkCitations(text: string, marks: readonly CitationMark[]): string {
  if (marks.length === 0) return text
  return text.replace(PLACEHOLDER, (whole, index: string) => marks[Number(index)]?.source ?? whole)
}

/** Cuts a text at its placeholders; numbers are indices of marks. */
export function splitAtCitations(text: string, marks: readonly CitationMark[]): (string | number)[] {
  if (marks.length === 0) return [text]
  const parts: (string | number)[] = []
  let at = 0
  for (const match of text.matchAll(PLACEHOLDER)) {
    const index = Number(match[1])
    if (marks[index] === undefined) continue
    if (match.index > at) parts.push(text.slice(at, match.index))
    parts.push(index)
    at = match.index + match[0].length
  }
  if (at < text.length) parts.push(text.slice(at))
  return parts
}
