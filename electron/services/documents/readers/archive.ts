// The zip that DOCX and EPUB are. Parts are streamed, never written anywhere, and counted while they are inflated.
import type { Readable } from 'node:stream'
import { fromFd } from 'yauzl'
import type { Entry, ZipFile } from 'yauzl'
import { RoostError } from '../../../contract/errors.ts'
import { parsing } from '../parsing-limits.ts'
import { damaged, encrypted, tooLarge } from './reader.ts'

export class Archive {
  readonly #zip: ZipFile
  readonly #entries: ReadonlyMap<string, Entry>
  readonly #most: number
  #inflated = 0

  private constructor(zip: ZipFile, entries: ReadonlyMap<string, Entry>, bytes: number) {
    this.#zip = zip
    this.#entries = entries
    this.#most = parsing.expansionFreeBytes + bytes * parsing.expansion
  }

  /** Errors: document_damaged, document_too_large. */
  static async open(file: number, bytes: number): Promise<Archive> {
    try {
      const zip = await opened(file)
      if (zip.entryCount > parsing.archiveEntries) throw tooManyEntries()
      return new Archive(zip, await entriesOf(zip), bytes)
    } catch (error) {
      throw asDamage(error)
    }
  }

  has(name: string): boolean {
    return this.#entries.has(name)
  }

  /** Pieces of a part. Errors: document_damaged, document_encrypted, document_too_large. */
  async *read(name: string): AsyncGenerator<Buffer> {
    const entry = this.#entries.get(name)
    if (entry === undefined) throw damaged(`The part ${name.slice(0, 100)} is missing.`)
    if (entry.isEncrypted()) throw encrypted('The file is protected by a password.')
    try {
      const stream = (await streamOf(this.#zip, entry)) as AsyncIterable<Buffer>
      for await (const piece of stream) {
        this.#inflated += piece.length
        if (this.#inflated > this.#most) {
          throw tooLarge(
            'expansion',
            parsing.expansion,
            'The file unpacks to far more than a document of its size.',
          )
        }
        yield piece
      }
    } catch (error) {
      throw asDamage(error)
    }
  }

  /** A part of a few kilobytes. Errors: as read(). */
  async readAll(name: string, most: number): Promise<Buffer> {
    const pieces: Buffer[] = []
    let bytes = 0
    for await (const piece of this.read(name)) {
      bytes += piece.length
      if (bytes > most) throw tooLarge('expansion', parsing.expansion, 'A part of the file is far too large.')
      pieces.push(piece)
    }
    return Buffer.concat(pieces)
  }
}

function opened(file: number): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    fromFd(file, { lazyEntries: true, autoClose: false, validateEntrySizes: true }, (error, zip) => {
      if (error === null) resolve(zip)
      else reject(error)
    })
  })
}

function entriesOf(zip: ZipFile): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>()
  return new Promise((resolve, reject) => {
    zip.on('entry', (entry: Entry) => {
      if (entries.has(entry.fileName)) return reject(damaged('A part of the file is there twice.'))
      if (entries.size >= parsing.archiveEntries) return reject(tooManyEntries())
      entries.set(entry.fileName, entry)
      zip.readEntry()
    })
    zip.once('error', reject)
    zip.once('end', () => resolve(entries))
    zip.readEntry()
  })
}

function streamOf(zip: ZipFile, entry: Entry): Promise<Readable> {
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => {
      if (error === null) resolve(stream)
      else reject(error)
    })
  })
}

function tooManyEntries(): RoostError {
  return tooLarge('entries', parsing.archiveEntries, 'The file holds far more parts than a document.')
}

/** What yauzl and zlib throw says what is wrong with the file; anything else is a fault of ours. */
function asDamage(error: unknown): RoostError {
  if (error instanceof RoostError) return error
  return damaged('The file is cut or damaged: its parts cannot be unpacked.', error)
}
