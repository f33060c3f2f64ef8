// Takes in a file of chats: Roost's own JSON, or the archive of ChatGPT as the zip or as its conversations.json. What it is
// is decided by content. All of it or nothing: chats arrive out of sight and become visible in one transaction; documents that
// come with them are added before that, and taken away again where it fails.
import { createReadStream } from 'node:fs'
import { open as openFile } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { open } from 'yauzl'
import type { Entry, ZipFile } from 'yauzl'
import type { ConversationSummary } from '../../contract/entities.ts'
import type { ImportReport } from '../../contract/keeping.ts'
import { RoostError } from '../../contract/errors.ts'
import { LIMITS } from '../../contract/limits.ts'
import type { ArrivingConversation } from '../../storage/keeping-types.ts'
import type { Storage } from '../../storage/storage.ts'
import type { DocumentRoom } from '../chat/document-turn.ts'
import { fromChatGpt } from './chatgpt-chat.ts'
import { jsonElements } from './json-elements.ts'
import { chatSchema, formatVersion, fromPortable, headSchema } from './portable-chat.ts'
import { ArrivingDocuments } from './travelling-documents.ts'

export interface ImportParts {
  readonly storage: Storage
  readonly documents: Pick<DocumentRoom, 'attach' | 'detach'>
  readonly now: () => number
  /** Told once, when all of them are there. */
  readonly arrived: (conversations: readonly ConversationSummary[]) => void
}

/** One batch is one transaction of the storage thread: other work fits between two. */
const batchMessages = 2_000

/** Errors: not_an_archive, archive_damaged, archive_newer, disk_full. After an error nothing has changed. */
export async function importChats(parts: ImportParts, path: string): Promise<ImportReport> {
  const { storage } = parts
  const ids: string[] = []
  let source: ImportReport['source'] = 'chatgpt'
  let messages = 0
  let leftOut = 0
  let batch: ArrivingConversation[] = []
  let held = 0
  const documents = new ArrivingDocuments(parts.documents, storage)
  const flush = async (): Promise<void> => {
    if (batch.length > 0) ids.push(...(await storage.write.addArriving(batch)))
    batch = []
    held = 0
  }
  try {
    for await (const found of chatsOf(path, parts.now(), documents)) {
      if (typeof found === 'string') {
        source = found
        continue
      }
      leftOut += found.leftOut
      if (found.conversation === null) continue
      batch.push(found.conversation)
      held += found.conversation.messages.length
      messages += found.conversation.messages.length
      if (ids.length + batch.length > LIMITS.conversationsAtOnce) {
        throw new RoostError('archive_damaged', {
          reason: `The file holds more than ${LIMITS.conversationsAtOnce} chats.`,
        })
      }
      if (held > batchMessages) await flush()
    }
    await flush()
    if (ids.length === 0)
      throw new RoostError('not_an_archive', { reason: 'There is no chat with a message in it.' })
    const admitted = await storage.write.admit(ids)
    const { count } = documents
    documents.stay()
    parts.arrived(admitted)
    return { source, conversations: ids, messages, leftOut, ...(count === 0 ? {} : { documents: count }) }
  } catch (error) {
    await documents.undo()
    await storage.write.purge(0, true).catch(() => undefined) // at the next start otherwise; the first error is told
    throw error
  }
}

interface Found {
  readonly conversation: ArrivingConversation | null
  readonly leftOut: number
}

async function* chatsOf(
  path: string,
  now: number,
  documents: ArrivingDocuments,
): AsyncGenerator<Found | ImportReport['source']> {
  if (!(await isZip(path))) {
    yield* chatsIn(createReadStream(path), now, documents)
    return
  }
  const zip = await openZip(path)
  try {
    let any = false
    for await (const entry of entriesOf(zip)) {
      if (!/(?:^|\/)conversations(?:-\d+)?\.json$/.test(entry.fileName)) continue
      any = true
      yield* chatsIn(await contentOf(zip, entry), now, documents)
    }
    if (!any) throw new RoostError('not_an_archive', { reason: 'There is no conversations.json in the zip.' })
  } finally {
    zip.close()
  }
}

async function* chatsIn(
  content: Readable,
  now: number,
  documents: ArrivingDocuments,
): AsyncGenerator<Found | ImportReport['source']> {
  let own = false
  try {
    for await (const piece of jsonElements(content as AsyncIterable<Uint8Array>)) {
      if (piece.kind === 'head') {
        own = piece.value !== null
        if (own) checkHead(piece.value)
        yield own ? 'roost' : 'chatgpt'
      } else if (own) {
        const parsed = chatSchema.safeParse(piece.value)
        const chat = parsed.success
          ? await fromPortable(parsed.data, documents)
          : 'A chat in the file lacks something.'
        if (typeof chat === 'string') throw new RoostError('archive_damaged', { reason: chat })
        yield { conversation: chat, leftOut: 0 }
      } else {
        const read = fromChatGpt(piece.value, now)
        if (typeof read === 'string') throw new RoostError('not_an_archive', { reason: read })
        yield read
      }
    }
  } catch (error) {
    if (error instanceof RoostError) throw error
    // What the zip library and zlib say of broken content.
    throw new RoostError(
      'archive_damaged',
      { reason: 'The file cannot be read to its end.' },
      { cause: error },
    )
  } finally {
    content.destroy()
  }
}

function checkHead(value: unknown): void {
  const head = headSchema.safeParse(value)
  if (!head.success) throw new RoostError('not_an_archive', { reason: 'The file was not written by Roost.' })
  if (head.data.version > formatVersion) throw new RoostError('archive_newer')
}

async function isZip(path: string): Promise<boolean> {
  const file = await openFile(path, 'r')
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0)
    return bytesRead === 4 && buffer.toString('latin1') === 'PK\x03\x04'
  } finally {
    await file.close()
  }
}

const mostEntries = 200_000

function openZip(path: string): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    open(path, { lazyEntries: true, autoClose: false, validateEntrySizes: true }, (error, zip) => {
      if (error !== null) reject(brokenZip(error))
      else if (zip.entryCount > mostEntries) {
        zip.close()
        reject(new RoostError('archive_damaged', { reason: 'The zip holds too many files.' }))
      } else resolve(zip)
    })
  })
}

async function* entriesOf(zip: ZipFile): AsyncGenerator<Entry> {
  for (;;) {
    const entry = await new Promise<Entry | null>((resolve, reject) => {
      const settle = (): void => {
        zip.off('entry', onEntry)
        zip.off('end', onEnd)
        zip.off('error', onError)
      }
      const onEntry = (found: Entry): void => {
        settle()
        resolve(found)
      }
      const onEnd = (): void => {
        settle()
        resolve(null)
      }
      const onError = (error: Error): void => {
        settle()
        reject(brokenZip(error))
      }
      zip.on('entry', onEntry)
      zip.on('end', onEnd)
      zip.on('error', onError)
      zip.readEntry()
    })
    if (entry === null) return
    yield entry
  }
}

function contentOf(zip: ZipFile, entry: Entry): Promise<Readable> {
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => {
      if (error !== null) reject(brokenZip(error))
      else resolve(stream)
    })
  })
}

function brokenZip(error: Error): RoostError {
  return new RoostError('archive_damaged', { reason: 'The zip is damaged or encrypted.' }, { cause: error })
}
