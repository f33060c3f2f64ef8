// HTML, a whole page or a chapter of a book, into blocks. The parser hands out events; no tree is built, no script runs and
// nothing that the page names is loaded. What a browser would not show is left out: hidden words are aimed at the model.
import { Parser } from 'htmlparser2'
import { parsing } from '../parsing-limits.ts'
import { tooLarge } from './reader.ts'
import type { Block, ReaderInput } from './reader.ts'

const silent = new Set(
  (
    'script style template noscript iframe object embed applet canvas audio video picture svg select datalist ' +
    'button input textarea map noframes head'
  ).split(' '),
)
const blocks = new Set(
  (
    'address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure ' +
    'footer form header hgroup hr html legend main menu nav ol optgroup p section summary table tbody tfoot thead ul'
  ).split(' '),
)
const outside = new Set(['img', 'iframe', 'object', 'embed', 'video', 'audio', 'source', 'link'])

export class MarkupText {
  readonly #add: ReaderInput['add']
  readonly #parser: Parser
  /** Names of open elements, and whether each begins something that is not shown. */
  readonly #open: { name: string; hides: boolean }[] = []
  #hidden = 0
  #pre = 0
  #kind: 'paragraph' | 'item' = 'paragraph'
  #heading = 0
  #text = ''
  #cells: string[] | null = null
  #title = ''
  #inTitle = false
  /** Named by the page, never fetched. */
  outsideParts = 0
  headings = 0

  constructor(add: ReaderInput['add']) {
    this.#add = add
    this.#parser = new Parser(
      {
        onopentag: (name, attributes) => this.#begin(name, attributes),
        onclosetag: (name) => this.#finish(name),
        ontext: (text) => this.#say(text),
      },
      { decodeEntities: true, lowerCaseTags: true, lowerCaseAttributeNames: true, xmlMode: false },
    )
  }

  write(text: string): void {
    this.#parser.write(text)
  }

  end(): void {
    this.#parser.end()
    this.#flush()
  }

  get title(): string {
    return this.#title.replaceAll(/\s+/g, ' ').trim()
  }

  #begin(name: string, attributes: Readonly<Record<string, string>>): void {
    if (this.#open.length >= parsing.nesting) {
      throw tooLarge('nesting', parsing.nesting, 'Elements of the document lie too deep inside each other.')
    }
    if (outside.has(name) && ('src' in attributes || 'data' in attributes || 'href' in attributes)) {
      this.outsideParts += 1
    }
    const hides = silent.has(name) || isHidden(attributes)
    this.#open.push({ name, hides })
    if (hides) this.#hidden += 1
    if (name === 'title') this.#inTitle = this.#open.some((one) => one.name === 'head')
    if (this.#hidden > 0) return
    if (name === 'br') this.#text += '\n'
    else if (name === 'td' || name === 'th') this.#endCell()
    else if (name === 'tr') {
      this.#flush()
      this.#cells = []
    } else if (name === 'li') {
      this.#flush()
      this.#kind = 'item'
    } else if (/^h[1-6]$/.test(name)) {
      this.#flush()
      this.#heading = Number(name[1])
    } else if (name === 'pre') {
      this.#flush()
      this.#pre += 1
    } else if (blocks.has(name)) this.#flush()
  }

  #finish(name: string): void {
    const last = this.#open.pop()
    if (name === 'title') this.#inTitle = false
    if (last?.hides === true) {
      this.#hidden -= 1
      return
    }
    if (this.#hidden > 0) return
    if (name === 'td' || name === 'th') this.#endCell()
    else if (name === 'tr') this.#endRow()
    else if (name === 'li' || blocks.has(name)) this.#flush()
    else if (/^h[1-6]$/.test(name)) {
      this.#flush()
      this.#heading = 0
    } else if (name === 'pre') {
      this.#flush()
      this.#pre = Math.max(0, this.#pre - 1)
    }
  }

  #say(text: string): void {
    if (this.#inTitle && this.#title.length < 1000) this.#title += text
    if (this.#hidden > 0) return
    if (this.#pre > 0) this.#text += text
    else this.#text += text.replaceAll(/\s+/g, ' ')
  }

  #endCell(): void {
    if (this.#cells === null) return
    const cell = this.#text.replaceAll(/\s+/g, ' ').trim()
    if (cell !== '') this.#cells.push(cell)
    this.#text = ''
  }

  #endRow(): void {
    this.#endCell()
    const cells = this.#cells ?? []
    this.#cells = null
    if (cells.length > 0) this.#add({ kind: 'row', text: cells.join(' | ') })
  }

  #flush(): void {
    // Paragraphs within a cell are parts of the cell.
    if (this.#cells !== null && this.#open.some(({ name }) => name === 'tr')) {
      if (this.#text !== '') this.#text += ' '
      return
    }
    this.#cells = null
    const text = this.#text
    this.#text = ''
    const block = this.#blockOf(text)
    if (this.#heading === 0) this.#kind = 'paragraph'
    if (block !== null) this.#add(block)
  }

  #blockOf(text: string): Block | null {
    if (this.#pre > 0) return text.trim() === '' ? null : { kind: 'code', text }
    const folded = text
      .replaceAll(/ *\n */g, '\n')
      .replaceAll(/ {2,}/g, ' ')
      .trim()
    if (folded === '') return null
    if (this.#heading > 0) {
      this.headings += 1
      return { kind: 'heading', level: this.#heading, text: folded.replaceAll('\n', ' ') }
    }
    return { kind: this.#kind, text: this.#kind === 'item' ? `- ${folded}` : folded }
  }
}

function isHidden(attributes: Readonly<Record<string, string>>): boolean {
  if ('hidden' in attributes) return true
  const style = attributes.style
  return (
    style !== undefined &&
    /display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0(?![.\d]*[1-9])|font-size\s*:\s*0(?![.\d]*[1-9])/i.test(
      style,
    )
  )
}
