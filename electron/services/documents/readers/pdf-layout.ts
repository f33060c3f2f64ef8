// Pieces of text on a page into lines; lines into paragraphs and headings.
import type { Block, ReaderInput } from './reader.ts'

export interface PdfLine {
  readonly text: string
  /** Height of the letters, in points. */
  readonly size: number
  /** From the lower left corner, of the beginning of the line. */
  readonly x: number
  readonly y: number
}

export interface PdfPage {
  readonly number: number
  readonly lines: readonly PdfLine[]
}

/** As pdf.js gives them; marks of marked content have no `str`. */
interface Piece {
  readonly str?: string
  readonly transform?: readonly number[]
  readonly width?: number
  readonly hasEOL?: boolean
}

/** In the order of the page's content, which pdf.js has already made readable. */
export function linesOf(pieces: readonly unknown[]): PdfLine[] {
  const lines: PdfLine[] = []
  let text = ''
  let first: { size: number; x: number; y: number } | null = null
  let right = 0
  const end = (): void => {
    if (first !== null && text.trim() !== '')
      lines.push({ text: text.replaceAll(/\s+/g, ' ').trim(), ...first })
    text = ''
    first = null
  }
  for (const piece of pieces as readonly Piece[]) {
    const { str, transform } = piece
    if (str === undefined || transform === undefined) continue
    const [a = 0, b = 0, c = 0, d = 0, x = 0, y = 0] = transform
    const size = Math.hypot(c, d) || Math.hypot(a, b)
    if (first !== null && Math.abs(y - first.y) > Math.max(size, first.size) * 0.7 && str.trim() !== '') end()
    if (str !== '') {
      // Two pieces with a gap between them are two words.
      if (first !== null && x - right > size * 0.2 && !text.endsWith(' ') && !str.startsWith(' ')) text += ' '
      first ??= { size, x, y }
      text += str
      right = x + (piece.width ?? 0)
    }
    if (piece.hasEOL === true) end()
  }
  end()
  return lines
}

/** Lines at the edge of a page that stand on most pages: running titles and page numbers. */
function runningLines(pages: readonly PdfPage[]): ReadonlySet<string> {
  if (pages.length < 4) return new Set()
  const counts = new Map<string, number>()
  for (const { lines } of pages) {
    const edges = new Set(
      [lines[0], lines.at(-1)].filter((line) => line !== undefined).map(({ text }) => bare(text)),
    )
    for (const edge of edges) counts.set(edge, (counts.get(edge) ?? 0) + 1)
  }
  return new Set([...counts].filter(([, count]) => count > pages.length * 0.5).map(([text]) => text))
}

function bare(line: string): string {
  return line.replaceAll(/\d+/g, '#')
}

export function sayPages(pages: readonly PdfPage[], add: ReaderInput['add']): void {
  const running = runningLines(pages)
  const levels = headingLevels(pages)
  for (const { number, lines } of pages) {
    add({ kind: 'page', page: number })
    const kept = lines.filter(
      (line, index) => (index > 0 && index < lines.length - 1) || !running.has(bare(line.text)),
    )
    for (const block of blocksOf(kept, levels)) add(block)
  }
}

/** The size that most letters have is the size of the text; larger ones are headings, the largest of the first level. */
function headingLevels(pages: readonly PdfPage[]): ReadonlyMap<number, number> {
  const letters = new Map<number, number>()
  for (const { lines } of pages) {
    for (const { size, text } of lines)
      letters.set(rounded(size), (letters.get(rounded(size)) ?? 0) + text.length)
  }
  const usual = [...letters].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 0
  const larger = [...letters.keys()].filter((size) => size > usual * 1.12).sort((a, b) => b - a)
  return new Map(larger.map((size, index) => [size, Math.min(index + 1, 6)]))
}

function rounded(size: number): number {
  return Math.round(size * 2) / 2
}

const longestHeading = 160

function blocksOf(lines: readonly PdfLine[], levels: ReadonlyMap<number, number>): Block[] {
  const blocks: Block[] = []
  let text = ''
  let before: PdfLine | null = null
  const end = (): void => {
    if (text === '' || before === null) return
    const level = levels.get(rounded(before.size))
    if (level !== undefined && text.length <= longestHeading) blocks.push({ kind: 'heading', level, text })
    else blocks.push({ kind: 'paragraph', text })
    text = ''
  }
  const gap = usualGap(lines)
  for (const line of lines) {
    if (before !== null && beginsParagraph(before, line, gap)) end()
    text = text === '' ? line.text : joined(text, line.text)
    before = line
  }
  end()
  return blocks
}

/** Most frequent distance of one line from the next. */
function usualGap(lines: readonly PdfLine[]): number {
  const counts = new Map<number, number>()
  lines.forEach((line, index) => {
    const next = lines[index + 1]
    const gap = next === undefined ? 0 : Math.round(line.y - next.y)
    if (gap > 0) counts.set(gap, (counts.get(gap) ?? 0) + 1)
  })
  return [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0]?.[0] ?? 0
}

function beginsParagraph(before: PdfLine, line: PdfLine, gap: number): boolean {
  if (rounded(before.size) !== rounded(line.size)) return true
  const down = before.y - line.y
  if (down < 0) return !/[\p{Ll},;，、-]$/u.test(before.text) // the top of another column
  if (gap > 0 && down > Math.max(gap * 1.35, line.size * 1.5)) return true
  return line.x - before.x > line.size * 0.9 && /[.!?:。！？：]["”’)」』）]?$/u.test(before.text)
}

const wide = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff00-\uffef]/u

function joined(text: string, next: string): string {
  const last = text.at(-1) ?? ''
  if (last === '-' && /\p{Ll}-$/u.test(text) && /^\p{Ll}/u.test(next)) return text.slice(0, -1) + next
  return wide.test(last) && wide.test(next[0] ?? '') ? text + next : `${text} ${next}`
}
