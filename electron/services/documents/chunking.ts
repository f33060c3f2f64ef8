// Blocks into passages. A passage is what is found, ranked, shown and cited: a few sentences that can be understood alone.
//
// Rules, in this order:
//   - passages lie one behind the other and hold the whole text: offsets of one go on where those of the last one end;
//   - a heading begins a passage, unless the one before it is still small;
//   - a paragraph, item or row is not divided, unless it is larger than a passage may be; then at the end of a sentence,
//     else at a space, never within a character;
//   - a passage keeps the headings above its beginning, and the page that it begins on.
//
// Sizes are weights: a Chinese, Japanese or Korean character says about as much as two letters.
import type { OutlineEntry } from '../../contract/document-entities.ts'
import { cleanText } from './clean-text.ts'
import { parsing } from './parsing-limits.ts'
import type { Block } from './readers/reader.ts'
import { tooLarge } from './readers/reader.ts'

export interface Chunk {
  readonly ordinal: number
  readonly start: number
  readonly end: number
  readonly page: number | null
  readonly headings: readonly string[]
  /** From `start` to the start of the next one. */
  readonly text: string
}

const usualWeight = 700
const largestWeight = 1100
/** A passage of less takes more in, even over a heading. */
const smallWeight = 240
const titleCharacters = 200
const deepestHeadings = 8

interface Growing {
  readonly start: number
  readonly page: number | null
  readonly headings: readonly string[]
  readonly parts: string[]
  weight: number
  /** Length without what divides it from the next one. */
  length: number
  /** With it. */
  whole: number
}

export class Chunking {
  readonly outline: OutlineEntry[] = []
  dropped = 0
  passages = 0
  readonly #emit: (chunk: Chunk) => void
  readonly #headings: { level: number; title: string }[] = []
  #growing: Growing | null = null
  #characters = 0
  #page: number | null = null
  #last: Block['kind'] | null = null
  #letters = false

  constructor(emit: (chunk: Chunk) => void) {
    this.#emit = emit
  }

  /** Of all that was added. */
  get characters(): number {
    return this.#characters
  }

  /** Whether there is a letter or a digit in it. */
  get hasText(): boolean {
    return this.#letters
  }

  /** Errors: document_too_large. */
  add(block: Block): void {
    if (block.kind === 'page') return this.#beginPage(block.page)
    if (block.kind === 'section') return this.#beginSection(block.level, block.title)
    const { text, dropped } = cleanText(block.text)
    this.dropped += dropped
    const body = block.kind === 'code' ? withoutOuterLines(text) : text.trim()
    if (body === '') return
    if (this.#characters + body.length > parsing.textCharacters) {
      throw tooLarge('text', parsing.textCharacters, 'The document holds more text than can be indexed.')
    }
    this.#letters ||= /[\p{L}\p{N}]/u.test(body)
    const tight = (block.kind === 'item' || block.kind === 'row') && this.#last === block.kind
    this.#divide(tight ? '\n' : '\n\n')
    this.#last = block.kind
    if (block.kind === 'heading') this.#heading(block.level, body)
    else this.#body(body)
  }

  end(): void {
    this.#flush()
  }

  /** What stands between two blocks belongs to the passage before it. */
  #divide(separator: string): void {
    if (this.#growing === null) return
    this.#append(this.#growing, separator, 0)
  }

  #append(to: Growing, text: string, weight: number): void {
    to.parts.push(text)
    to.whole += text.length
    to.weight += weight
    if (weight > 0) to.length = to.whole
    this.#characters += text.length
  }

  #beginPage(page: number): void {
    this.#page = page
    if (this.#growing !== null && this.#growing.weight >= usualWeight / 2) this.#flush()
    this.#note({ start: this.#startOfNext(), level: 0, title: '', page })
  }

  /** Where the next block will begin, but for what divides it. */
  #startOfNext(): number {
    return this.#growing === null ? this.#characters : this.#characters + 2
  }

  #beginSection(level: number, title: string): void {
    if (this.#growing !== null && this.#growing.weight >= smallWeight) {
      this.#divide('\n\n')
      this.#flush()
    }
    this.#enter(level, title)
    this.#note({ start: this.#startOfNext(), level, title: shortTitle(title), page: this.#page })
  }

  #heading(level: number, text: string): void {
    if (this.#growing !== null && this.#growing.weight >= smallWeight) this.#flush()
    this.#enter(level, text)
    this.#note({ start: this.#characters, level, title: shortTitle(text), page: this.#page })
    this.#body(text)
  }

  #enter(level: number, title: string): void {
    while ((this.#headings.at(-1)?.level ?? 0) >= level) this.#headings.pop()
    this.#headings.push({ level, title: shortTitle(title) })
  }

  #note(entry: OutlineEntry): void {
    if (this.outline.length < parsing.outlineEntries) this.outline.push(entry)
  }

  #body(text: string): void {
    const weight = weightOf(text)
    const fits = this.#growing !== null && this.#growing.weight + weight <= usualWeight
    if (this.#growing !== null && !fits && this.#growing.weight >= smallWeight) this.#flush()
    if ((this.#growing?.weight ?? 0) + weight <= largestWeight) {
      this.#append(this.#begun(), text, weight)
      return
    }
    for (const sentence of sentencesOf(text)) {
      const more = weightOf(sentence)
      if (this.#growing !== null && this.#growing.weight > 0 && this.#growing.weight + more > usualWeight)
        this.#flush()
      const growing = this.#begun()
      // Blanks behind a sentence divide it from the next one.
      const bare = sentence.trimEnd()
      if (bare !== '') this.#append(growing, bare, Math.max(1, more))
      if (bare.length < sentence.length) this.#append(growing, sentence.slice(bare.length), 0)
    }
  }

  #begun(): Growing {
    this.#growing ??= {
      start: this.#characters,
      page: this.#page,
      headings: this.#headings.slice(-deepestHeadings).map(({ title }) => title),
      parts: [],
      weight: 0,
      length: 0,
      whole: 0,
    }
    return this.#growing
  }

  #flush(): void {
    const growing = this.#growing
    if (growing === null) return
    this.#growing = null
    this.#emit({
      ordinal: this.passages,
      start: growing.start,
      end: growing.start + growing.length,
      page: growing.page,
      headings: growing.headings,
      text: growing.parts.join(''),
    })
    this.passages += 1
  }
}

/** The blanks before the first word are part of code. */
function withoutOuterLines(text: string): string {
  let start = 0
  while (text[start] === '\n') start += 1
  return text.slice(start).trimEnd()
}

function shortTitle(title: string): string {
  const line = title.replaceAll(/\s+/g, ' ').trim()
  if (line.length <= titleCharacters) return line
  const cut = line.slice(0, titleCharacters)
  return /[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut
}

const wide = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/gu

export function weightOf(text: string): number {
  return text.length + (text.match(wide)?.length ?? 0)
}

const sentenceEnd = /[.!?]["'”’)\]]*\s+|[。！？；…]+[”’」』）]*\s*|\n+/g

/** Sentences with the blanks behind them; none weighs more than a passage. */
export function* sentencesOf(text: string): Generator<string> {
  let start = 0
  for (const found of text.matchAll(sentenceEnd)) {
    const end = found.index + found[0].length
    yield* piecesOf(text.slice(start, end))
    start = end
  }
  if (start < text.length) yield* piecesOf(text.slice(start))
}

function* piecesOf(sentence: string): Generator<string> {
  let start = 0
  while (sentence.length - start > usualWeight / 2) {
    const next = sentence.slice(start, start + usualWeight)
    const heavy = weightOf(next) > usualWeight
    if (!heavy && start + next.length === sentence.length) break
    const most = heavy ? usualWeight / 2 : usualWeight
    let cut = next.lastIndexOf(' ', most - 1) + 1
    if (cut < most / 2) cut = most
    if (/[\ud800-\udbff]/.test(next[cut - 1] ?? '')) cut -= 1
    yield sentence.slice(start, start + cut)
    start += cut
  }
  if (start < sentence.length) yield sentence.slice(start)
}
