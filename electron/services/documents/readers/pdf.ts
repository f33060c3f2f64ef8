// PDF: the text of its pages, put into lines, paragraphs and headings by where it stands. Nothing else of the file is
// looked at: no scripts, no forms, no attachments, no fonts from elsewhere.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import './pdf-surroundings.ts'
import { getDocument, VerbosityLevel } from 'pdfjs-dist/legacy/build/pdf.mjs'
import 'pdfjs-dist/legacy/build/pdf.worker.mjs'
import type { PDFDocumentProxy } from 'pdfjs-dist/types/src/display/api.d.ts'
import { RoostError } from '../../../contract/errors.ts'
import { parsing } from '../parsing-limits.ts'
import { readWhole } from './file-bytes.ts'
import { linesOf, sayPages } from './pdf-layout.ts'
import type { PdfPage } from './pdf-layout.ts'
import { damaged, encrypted, tooLarge } from './reader.ts'
import type { Reader, ReaderInput } from './reader.ts'

/** Tables of the character codes of older Chinese, Japanese and Korean fonts: the only files that are read besides. */
let characterMaps: string | null = null

export function useCharacterMaps(folder: string): void {
  characterMaps = folder
}

class OwnFiles {
  async fetch({ kind, filename }: { kind: string; filename: string }): Promise<Uint8Array> {
    if (kind !== 'cMapUrl' || characterMaps === null || !/^[\w-]+\.bcmap$/.test(filename)) {
      throw new Error('not a table of characters')
    }
    return new Uint8Array(await readFile(join(characterMaps, filename)))
  }
}

export const readPdf: Reader = async (input) => {
  const data = new Uint8Array(readWhole(input.file, input.bytes))
  const task = getDocument({
    data,
    BinaryDataFactory: OwnFiles,
    cMapUrl: 'maps/',
    cMapPacked: true,
    disableFontFace: true,
    enableXfa: false,
    isImageDecoderSupported: false,
    isOffscreenCanvasSupported: false,
    maxImageSize: 0,
    stopAtErrors: false,
    useSystemFonts: false,
    useWasm: false,
    useWorkerFetch: false,
    verbosity: VerbosityLevel.ERRORS,
  })
  try {
    const document = await task.promise
    const pages = await pagesOf(document, input)
    sayPages(pages, input.add)
    const empty = pages.filter(({ lines }) => lines.length === 0).length
    if (empty === pages.length) {
      throw new RoostError('document_empty', {
        reason: 'The pages hold no text. If they are scanned pictures, they must be recognised (OCR) first.',
      })
    }
    if (empty > 0) input.remark('pages_without_text', { pages: empty })
    return { pages: pages.length }
  } catch (error) {
    throw asProblem(error)
  } finally {
    await task.destroy()
  }
}

async function pagesOf(document: PDFDocumentProxy, input: ReaderInput): Promise<PdfPage[]> {
  if (document.numPages > parsing.pages) {
    throw tooLarge('pages', parsing.pages, `The document has more than ${parsing.pages} pages.`)
  }
  const pages: PdfPage[] = []
  let characters = 0
  for (let number = 1; number <= document.numPages; number++) {
    const page = await document.getPage(number)
    const { items } = await page.getTextContent()
    const lines = linesOf(items)
    for (const { text } of lines) characters += text.length
    if (characters > parsing.textCharacters) {
      throw tooLarge('text', parsing.textCharacters, 'The document holds more text than can be indexed.')
    }
    pages.push({ number, lines })
    page.cleanup()
    input.progress(number / document.numPages)
  }
  return pages
}

function asProblem(error: unknown): RoostError {
  if (error instanceof RoostError) return error
  const name = error instanceof Error ? error.name : ''
  if (name === 'PasswordException') return encrypted('The document is protected by a password.')
  return damaged('The document is cut or damaged: its pages cannot be read.', error)
}
