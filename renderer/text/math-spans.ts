// Finds mathematics in Markdown source before Markdown does, and puts a one-word placeholder in its place, so that
// neither `_` and `*` inside a formula nor the backslash of `\(` are taken for Markdown. `mathematics-plugin.ts` puts the
// formulas back into the tree.
//
//   $x$  \(x\)    inline;  $$x$$  \[x\]   display. None of them crosses a blank line (nor does it in TeX), none is
//   found inside code. A `$` opens only before a non-space and closes only after one, and never before a digit: "$5 and
//   $10" and "US$5-$7" are money.

export interface MathSpan {
  readonly source: string
  readonly tex: string
  readonly display: boolean
}

export interface MaskedMath {
  readonly text: string
  readonly spans: readonly MathSpan[]
}

/** An inline formula or a piece of code within a line is shorter; a longer one is taken for none. */
const LONGEST_INLINE = 4000

// Private-use characters: a text that holds them already is left without mathematics rather than misread.
const OPEN = '\uE0F7'
const CLOSE = '\uE0F8'
const PLACEHOLDER = /\uE0F7(\d+)\uE0F8/g

const FENCE = /^[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*(`{3,}|~{3,})/

/** End of the fenced block that starts on the line at `start`, or -1 when that line opens none. */
function fenceEnd(text: string, start: number): number {
  const lineEnd = text.indexOf('\n', start)
  const line = text.slice(start, lineEnd === -1 ? text.length : lineEnd)
  const opener = FENCE.exec(line)?.[1]
  if (opener === undefined) return -1
  if (opener.startsWith('`') && line.slice(line.indexOf(opener) + opener.length).includes('`')) return -1
  const closer = new RegExp(`^[ \\t>]*${opener.charAt(0)}{${opener.length},}[ \\t]*$`)
  let at = lineEnd
  while (at !== -1) {
    const next = text.indexOf('\n', at + 1)
    if (closer.test(text.slice(at + 1, next === -1 ? text.length : next)))
      return next === -1 ? text.length : next
    at = next
  }
  return text.length
}

/** Finds the next match at or after a position that only grows; what was found is kept, so that the whole text is read
 *  once however often it is asked. */
function createFinder(text: string, pattern: RegExp): (from: number) => number {
  const wanted = new RegExp(pattern, 'g')
  let found = -1
  return (from) => {
    if (found < from) {
      wanted.lastIndex = from
      found = wanted.exec(text)?.index ?? Infinity
    }
    return found
  }
}

/** Index of the closing `$` of inline mathematics that opens at `at`, or -1. */
function closingDollar(text: string, at: number, end: number): number {
  const first = text[at + 1]
  if (first === undefined || /\s/.test(first)) return -1
  for (let i = at + 1; i < end; i += 1) {
    const character = text[i]
    if (character === '\\') i += 1
    else if (character === '`') return -1
    else if (character === '$') {
      if (text[i + 1] === '$') return -1
      const before = text[i - 1]
      if (before === undefined || /\s/.test(before) || /\d/.test(text[i + 1] ?? '')) continue
      return i
    }
  }
  return -1
}

/** Inside a block quote every line begins with its marker, which is no part of the formula. */
function withoutQuoteMarkers(tex: string): string {
  return tex.replace(/\n[ \t]*(?:>[ \t]?)+/g, '\n').trim()
}

export function maskMath(text: string): MaskedMath {
  if (!/[$\\]/.test(text) || text.includes(OPEN) || text.includes(CLOSE)) return { text, spans: [] }
  const spans: MathSpan[] = []
  let masked = ''
  let copied = 0
  let i = 0
  /** Where the paragraph ends: the next blank line, or the end. */
  const blankLine = createFinder(text, /\n[ \t>]*\n/)
  const paragraphEnd = (from: number): number => Math.min(blankLine(from), text.length)
  const nextDollars = createFinder(text, /\$\$/)
  const nextParenthesis = createFinder(text, /\\\)/)
  const nextBracket = createFinder(text, /\\\]/)

  const take = (end: number, tex: string, display: boolean): void => {
    masked += `${text.slice(copied, i)}${OPEN}${spans.length}${CLOSE}`
    spans.push({ source: text.slice(i, end), tex: withoutQuoteMarkers(tex), display })
    copied = end
    i = end
  }

  while (i < text.length) {
    if (i === 0 || text[i - 1] === '\n') {
      const end = fenceEnd(text, i)
      if (end !== -1) {
        i = end
        continue
      }
    }
    const character = text[i]
    if (character === '`') {
      const run = /^`+/.exec(text.slice(i, i + 200))?.[0] ?? '`'
      const end = Math.min(paragraphEnd(i), i + LONGEST_INLINE)
      let close = i + run.length
      for (;;) {
        close = text.indexOf(run, close)
        if (close === -1 || close >= end) {
          close = -1
          break
        }
        let runEnd = close
        while (text[runEnd] === '`') runEnd += 1
        if (runEnd - close === run.length) break
        close = runEnd
      }
      i = close === -1 ? i + run.length : close + run.length
    } else if (character === '\\') {
      const bracket = text[i + 1]
      const closer = bracket === '(' ? nextParenthesis : bracket === '[' ? nextBracket : null
      const close = closer === null ? Infinity : closer(i + 2)
      if (close < paragraphEnd(i) && text.slice(i + 2, close).trim() !== '') {
        take(close + 2, text.slice(i + 2, close), bracket === '[')
      } else {
        i += 2
      }
    } else if (character === '$' && text[i + 1] === '$') {
      const close = nextDollars(i + 2)
      if (close < paragraphEnd(i) && text.slice(i + 2, close).trim() !== '') {
        take(close + 2, text.slice(i + 2, close), true)
      } else {
        i += 2
      }
    } else if (character === '$') {
      const close = closingDollar(text, i, Math.min(paragraphEnd(i), i + LONGEST_INLINE))
      if (close !== -1) take(close + 1, text.slice(i + 1, close), false)
      else i += 1
    } else {
      i += 1
    }
  }
  return { text: masked + text.slice(copied), spans }
}

/** Puts the source of formulas back: for places where a formula is none (code, addresses). */
export function unmaskMath(text: string, spans: readonly MathSpan[]): string {
  if (spans.length === 0) return text
  return text.replace(PLACEHOLDER, (whole, index: string) => spans[Number(index)]?.source ?? whole)
}

/** Cuts a text at its placeholders. */
export function splitAtMath(text: string, spans: readonly MathSpan[]): (string | MathSpan)[] {
  const parts: (string | MathSpan)[] = []
  let at = 0
  for (const match of text.matchAll(PLACEHOLDER)) {
    const span = spans[Number(match[1])]
    if (span === undefined) continue
    if (match.index > at) parts.push(text.slice(at, match.index))
    parts.push(span)
    at = match.index + match[0].length
  }
  if (at < text.length) parts.push(text.slice(at))
  return parts
}
