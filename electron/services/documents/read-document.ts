// One open file into passages and facts. Runs in the process that reads documents; tests run it in their own.
import { createHash } from 'node:crypto'
import { existsSync, fstatSync, readSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { DocumentKind } from '../../contract/document-entities.ts'
import { RoostError } from '../../contract/errors.ts'
import type { ErrorDetail } from '../../contract/errors.ts'
import { Chunking } from './chunking.ts'
import type { Chunk } from './chunking.ts'
import type { ParsedFacts } from './parse-protocol.ts'
import { parsing } from './parsing-limits.ts'
import { kindByName, kindOf } from './readers/kind.ts'
import type { Reader } from './readers/reader.ts'
import { tooLarge } from './readers/reader.ts'

export interface DocumentListeners {
  readonly passage: (chunk: Chunk) => void
  /** 0 to 1. */
  readonly progress: (fraction: number) => void
}

/** Errors: document_unsupported, document_damaged, document_encrypted, document_empty, document_too_large. */
export async function readDocument(
  file: number,
  name: string,
  listeners: DocumentListeners,
): Promise<ParsedFacts> {
  const { size: bytes } = fstatSync(file)
  if (bytes > parsing.fileBytes) {
    throw tooLarge('bytes', parsing.fileBytes, 'The file is larger than a document may be.')
  }
  const sha256 = hashOf(file)
  const kind = await kindOf(file, bytes, name)
  const remarks = new Map<string, Record<string, ErrorDetail[string]>>()
  const expected = kindByName(name)
  if (expected !== null && expected !== kind) remarks.set('kind_by_content', { kind })
  const chunking = new Chunking(listeners.passage)
  const reader = await readerOf(kind)
  const { pages } = await reader({
    file,
    bytes,
    name,
    add: (block) => chunking.add(block),
    remark: (code, detail) => {
      // A book says some things in every chapter.
      const count = Number(remarks.get(code)?.count ?? 0) + Number(detail?.count ?? 0)
      remarks.set(code, { ...detail, ...(count > 0 ? { count } : {}) })
    },
    progress: listeners.progress,
  })
  chunking.end()
  if (!chunking.hasText)
    throw new RoostError('document_empty', { reason: 'There is no text in the document.' })
  if (chunking.dropped > 0) remarks.set('characters_dropped', { count: chunking.dropped })
  return {
    sha256,
    bytes,
    document: kind,
    pages,
    characters: chunking.characters,
    passages: chunking.passages,
    outline: chunking.outline,
    remarks: [...remarks].map(([code, detail]) => ({ code, detail })),
  }
}

/** Each is loaded when it is needed: a text file needs no reader of PDF. */
async function readerOf(kind: DocumentKind): Promise<Reader> {
  switch (kind) {
    case 'pdf': {
      const pdf = await import('./readers/pdf.ts')
      const maps = ['./cmaps/', '../cmaps/', '../../../node_modules/pdfjs-dist/cmaps/']
        .map((place) => fileURLToPath(new URL(place, import.meta.url)))
        .find((place) => existsSync(place))
      if (maps !== undefined) pdf.useCharacterMaps(maps)
      return pdf.readPdf
    }
    case 'docx':
      return (await import('./readers/docx.ts')).readDocx
    case 'epub':
      return (await import('./readers/epub.ts')).readEpub
    case 'html':
      return (await import('./readers/html.ts')).readHtml
    case 'markdown':
      return (await import('./readers/markdown.ts')).readMarkdown
    case 'csv':
      return (await import('./readers/csv.ts')).readCsv
    case 'code':
      return (await import('./readers/plain-text.ts')).readCode
    case 'text':
      return (await import('./readers/plain-text.ts')).readText
  }
}

function hashOf(file: number): string {
  const hash = createHash('sha256')
  const piece = Buffer.allocUnsafe(1024 * 1024)
  for (let at = 0; ;) {
    const bytes = readSync(file, piece, 0, piece.length, at)
    if (bytes === 0) return hash.digest('hex')
    hash.update(piece.subarray(0, bytes))
    at += bytes
  }
}
