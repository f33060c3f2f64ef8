// The process that reads one document: started for it, ended with it. It is given the path of one file, opens that, and
// hands back passages and facts; where the platform allows it, it may read no other file, and nothing may be written.
// Started by parse-job.ts; as child_process.fork under Node, as a utility process under Electron.
import './no-network.ts'
import { createHash } from 'node:crypto'
import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { DocumentKind } from '../../contract/document-entities.ts'
import { RoostError } from '../../contract/errors.ts'
import { Chunking } from './chunking.ts'
import type { Chunk } from './chunking.ts'
import { guardMemory } from './memory-guard.ts'
import type { ParseReply, ParseRequest } from './parse-protocol.ts'
import { charactersAtOnce, parsing, passagesAtOnce } from './parsing-limits.ts'
import { kindByName, kindOf } from './readers/kind.ts'
import type { Reader } from './readers/reader.ts'
import { tooLarge } from './readers/reader.ts'

/** process.parentPort of an Electron utility process. */
interface ParentPort {
  on(event: 'message', listener: (event: { data: unknown }) => void): void
  postMessage(message: unknown): void
}

const { parentPort } = process as { parentPort?: ParentPort }

function reply(message: ParseReply): void {
  if (parentPort) parentPort.postMessage(message)
  else process.send?.(message)
}

/** Each is loaded when it is needed: a text file needs no reader of PDF. */
async function readerOf(kind: DocumentKind): Promise<Reader> {
  switch (kind) {
    case 'pdf': {
      const pdf = await import('./readers/pdf.ts')
      const maps = ['./cmaps/', '../../../node_modules/pdfjs-dist/cmaps/']
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

/** Passages go out in messages of a bounded size. */
class Outgoing {
  #passages: Chunk[] = []
  #characters = 0

  readonly add = (chunk: Chunk): void => {
    this.#passages.push(chunk)
    this.#characters += chunk.text.length
    if (this.#passages.length >= passagesAtOnce || this.#characters >= charactersAtOnce) this.send()
  }

  send(): void {
    if (this.#passages.length > 0) {
      reply({
        kind: 'passages',
        passages: this.#passages.map((passage) => ({ ...passage, headings: [...passage.headings] })),
      })
    }
    this.#passages = []
    this.#characters = 0
  }
}

async function read(request: ParseRequest): Promise<ParseReply> {
  const file = openSync(request.path, 'r')
  try {
    const { size: bytes } = fstatSync(file)
    if (bytes > parsing.fileBytes) {
      throw tooLarge('bytes', parsing.fileBytes, 'The file is larger than a document may be.')
    }
    guardMemory(parsing.memoryBytes + bytes)
    const sha256 = hashOf(file)
    const kind = await kindOf(file, bytes, request.name)
    const remarks = new Map<
      string,
      NonNullable<Extract<ParseReply, { kind: 'done' }>['remarks'][number]['detail']>
    >()
    const expected = kindByName(request.name)
    if (expected !== null && expected !== kind) remarks.set('kind_by_content', { kind })
    const outgoing = new Outgoing()
    const chunking = new Chunking(outgoing.add)
    let told = 0
    const reader = await readerOf(kind)
    const { pages } = await reader({
      file,
      bytes,
      name: request.name,
      add: (block) => chunking.add(block),
      remark: (code, detail) => {
        // A book says some things in every chapter.
        const known = remarks.get(code)
        const count = Number(known?.count ?? 0) + Number(detail?.count ?? 0)
        remarks.set(code, { ...detail, ...(count > 0 ? { count } : {}) })
      },
      progress: (fraction) => {
        if (fraction - told < 0.02) return
        told = fraction
        reply({ kind: 'progress', fraction })
      },
    })
    chunking.end()
    if (!chunking.hasText)
      throw new RoostError('document_empty', { reason: 'There is no text in the document.' })
    if (chunking.dropped > 0) remarks.set('characters_dropped', { count: chunking.dropped })
    outgoing.send()
    return {
      kind: 'done',
      sha256,
      bytes,
      document: kind,
      pages,
      characters: chunking.characters,
      passages: chunking.passages,
      outline: chunking.outline,
      remarks: [...remarks].map(([code, detail]) => ({ code, detail })),
    }
  } finally {
    closeSync(file)
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

function failure(error: unknown): ParseReply {
  if (error instanceof RoostError) return { kind: 'failed', code: error.code, detail: { ...error.detail } }
  const code = error instanceof Error && 'code' in error ? String(error.code) : null
  if (code !== null && /^E[A-Z]+$/.test(code)) {
    return {
      kind: 'failed',
      code: 'file_unreadable',
      detail: { reason: `The file cannot be read (${code}).` },
    }
  }
  // A reader stumbled over something that it has no words for: that is the document, as far as anybody knows.
  const name = error instanceof Error ? error.name : 'unknown'
  return {
    kind: 'failed',
    code: 'document_damaged',
    detail: { reason: `The document cannot be read (${name.slice(0, 60)}).` },
  }
}

function answer(message: unknown): void {
  reply({ kind: 'started' })
  // The application ends this process when it has heard: an exit here could overtake the message.
  void read(message as ParseRequest).then(reply, (error: unknown) => reply(failure(error)))
}

if (parentPort) {
  parentPort.on('message', (event) => answer(event.data))
} else {
  process.once('message', answer)
  // The application has gone: so does this.
  process.once('disconnect', () => process.exit(0))
}
