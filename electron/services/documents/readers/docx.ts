// Word documents: paragraphs, headings by their styles, lists, tables, notes. Only parts inside the file are read;
// whatever it names outside (templates, pictures, linked files) is counted and left alone.
import { Archive } from './archive.ts'
import { damaged } from './reader.ts'
import type { Reader, ReaderInput } from './reader.ts'
import { readXml } from './xml.ts'
import type { XmlElement } from './xml.ts'

const relationships = 'http://schemas.openxmlformats.org/package/2006/relationships'
const officeDocument = /\/officeDocument\/relationships\/officeDocument$|\/relationships\/officeDocument$/

export const readDocx: Reader = async (input) => {
  const archive = await Archive.open(input.file, input.bytes)
  const root = await relationsOf(archive, '_rels/.rels')
  const main = root.inside.find(({ type }) => officeDocument.test(type))?.target ?? 'word/document.xml'
  if (!archive.has(main)) throw damaged('The file has no text part.')
  const folder = main.slice(0, main.lastIndexOf('/') + 1)
  const own = await relationsOf(archive, `${folder}_rels/${main.slice(folder.length)}.rels`)
  const styles = await headingStyles(archive, `${folder}styles.xml`)
  await new DocxText(styles, input).read(archive, main)
  for (const notes of ['footnotes.xml', 'endnotes.xml']) {
    if (archive.has(folder + notes)) await new DocxText(styles, input).read(archive, folder + notes)
  }
  const outside = root.outside + own.outside
  if (outside > 0) input.remark('outside_parts_ignored', { count: outside })
  return { pages: null }
}

interface Relations {
  readonly inside: readonly { type: string; target: string }[]
  readonly outside: number
}

async function relationsOf(archive: Archive, part: string): Promise<Relations> {
  const inside: { type: string; target: string }[] = []
  let outside = 0
  if (!archive.has(part)) return { inside, outside }
  await readXml(archive.read(part), {
    begin: (element) => {
      if (element.name !== 'Relationship' || element.space !== relationships) return
      const target = element.attribute('Target') ?? ''
      if (element.attribute('TargetMode') === 'External') outside += 1
      else inside.push({ type: element.attribute('Type') ?? '', target: target.replace(/^\//, '') })
    },
    end: () => undefined,
  })
  return { inside, outside }
}

/** Level of each style that is a heading, by the style's id. */
async function headingStyles(archive: Archive, part: string): Promise<ReadonlyMap<string, number>> {
  const levels = new Map<string, number>()
  if (!archive.has(part)) return levels
  const basedOn = new Map<string, string>()
  let style = ''
  await readXml(archive.read(part), {
    begin: (element) => {
      const value = element.attribute('val')
      if (element.name === 'style') style = element.attribute('styleId') ?? ''
      else if (style === '') return
      else if (element.name === 'name') {
        const level = /^heading ([1-9])$/i.exec(value ?? '')?.[1]
        if (level !== undefined) levels.set(style, Number(level))
        else if (/^title$/i.test(value ?? '')) levels.set(style, 1)
      } else if (element.name === 'basedOn' && value !== undefined) basedOn.set(style, value)
      else if (element.name === 'outlineLvl' && Number(value) < 9) levels.set(style, Number(value) + 1)
    },
    end: (name) => {
      if (name === 'style') style = ''
    },
  })
  for (const id of basedOn.keys()) {
    let above = basedOn.get(id)
    for (let steps = 0; above !== undefined && steps < 20 && !levels.has(id); steps++) {
      const level = levels.get(above)
      if (level !== undefined) levels.set(id, level)
      above = basedOn.get(above)
    }
  }
  return levels
}

interface Paragraph {
  text: string
  level: number | null
  item: boolean
}

/** Parts of a paragraph that are not its text: field codes, deleted words, the older form of the same drawing. */
const silent = new Set(['instrText', 'delText', 'del', 'moveFrom', 'Fallback', 'pict', 'object'])

class DocxText {
  readonly #styles: ReadonlyMap<string, number>
  readonly #input: ReaderInput
  /** Text boxes hold paragraphs inside a paragraph. */
  readonly #paragraphs: Paragraph[] = []
  /** Cells of the rows that are open, the innermost table last. */
  readonly #rows: string[][] = []
  readonly #cells: string[] = []
  #silent = 0
  #inText = false

  constructor(styles: ReadonlyMap<string, number>, input: ReaderInput) {
    this.#styles = styles
    this.#input = input
  }

  async read(archive: Archive, part: string): Promise<void> {
    await readXml(archive.read(part), {
      begin: (element) => this.#begin(element),
      end: (name) => this.#end(name),
      text: (text) => {
        const paragraph = this.#paragraphs.at(-1)
        if (this.#inText && this.#silent === 0 && paragraph !== undefined) paragraph.text += text
      },
    })
  }

  #begin(element: XmlElement): void {
    if (silent.has(element.name)) this.#silent += 1
    const paragraph = this.#paragraphs.at(-1)
    switch (element.name) {
      case 'p':
        this.#paragraphs.push({ text: '', level: null, item: false })
        break
      case 'pStyle':
        if (paragraph !== undefined)
          paragraph.level ??= this.#styles.get(element.attribute('val') ?? '') ?? null
        break
      case 'outlineLvl': {
        const level = Number(element.attribute('val'))
        if (paragraph !== undefined && level < 9) paragraph.level = level + 1
        break
      }
      case 'numPr':
        if (paragraph !== undefined) paragraph.item = true
        break
      case 't':
        this.#inText = true
        break
      case 'tab':
      case 'ptab':
        this.#say(' ')
        break
      case 'br':
      case 'cr':
        this.#say('\n')
        break
      case 'noBreakHyphen':
        this.#say('-')
        break
      case 'tr':
        this.#rows.push([])
        break
      case 'tc':
        this.#cells.push('')
        break
    }
  }

  #say(text: string): void {
    const paragraph = this.#paragraphs.at(-1)
    if (paragraph !== undefined && this.#silent === 0) paragraph.text += text
  }

  #end(name: string): void {
    if (silent.has(name)) this.#silent -= 1
    if (name === 't') this.#inText = false
    else if (name === 'p') this.#endParagraph()
    else if (name === 'tc') {
      const cell = this.#cells.pop()?.replaceAll(/\s+/g, ' ').trim() ?? ''
      if (cell !== '') this.#rows.at(-1)?.push(cell)
    } else if (name === 'tr') {
      const row = (this.#rows.pop() ?? []).join(' | ')
      if (row === '') return
      // A table in a cell is part of that cell.
      if (this.#cells.length > 0) this.#toCell(row)
      else this.#input.add({ kind: 'row', text: row })
    }
  }

  #toCell(text: string): void {
    const cell = this.#cells.pop() ?? ''
    this.#cells.push(`${cell} ${text}`)
  }

  #endParagraph(): void {
    const paragraph = this.#paragraphs.pop()
    if (paragraph === undefined || paragraph.text.trim() === '') return
    const { text, level, item } = paragraph
    if (this.#cells.length > 0) this.#toCell(text)
    else if (level !== null) this.#input.add({ kind: 'heading', level, text: text.replaceAll('\n', ' ') })
    else this.#input.add(item ? { kind: 'item', text: `- ${text.trim()}` } : { kind: 'paragraph', text })
  }
}
