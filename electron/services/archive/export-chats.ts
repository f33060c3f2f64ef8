// Writes one, several or all chats to a file, one after the other: what stands in memory is one chat at a time.
import { open } from 'node:fs/promises'
import type { Conversation } from '../../contract/entities.ts'
import type { Evidence } from '../../contract/evidence.ts'
import type { ExportedFile, ExportFormat } from '../../contract/keeping.ts'
import { RoostError } from '../../contract/errors.ts'
import type { KeptEvidence, Storage } from '../../storage/storage.ts'
import { safeFileName } from '../files/file-exchange.ts'
import type { FileExchange, FileKind } from '../files/file-exchange.ts'
import { formatName, formatVersion, toPortable } from './portable-chat.ts'
import { pageContents, pageEnd, pageHead, toHtml, toMarkdown } from './readable-chat.ts'
import { travellingDocuments } from './travelling-documents.ts'
import { ZipWriter } from './zip-writer.ts'

const kinds: Readonly<Record<ExportFormat | 'zip', FileKind>> = {
  markdown: { name: 'Markdown', extensions: ['md'] },
  json: { name: 'JSON', extensions: ['json'] },
  html: { name: 'HTML', extensions: ['html'] },
  zip: { name: 'Zip', extensions: ['zip'] },
}

export interface ExportParts {
  readonly storage: Storage
  readonly files: FileExchange
  /** With the words of an answer that is being written. */
  readonly withLiveText: (conversation: Conversation) => Conversation
  readonly now: () => number
}

export interface ExportWish {
  /** null: all. */
  readonly conversations: readonly string[] | null
  readonly format: ExportFormat
  readonly thinking: boolean
}

/** null: cancelled. Errors: not_found when none of them is there, disk_full, write_failed. */
export async function exportChats(parts: ExportParts, wish: ExportWish): Promise<ExportedFile | null> {
  const { storage, files } = parts
  const listed = await storage.read.listConversations()
  const wanted = wish.conversations === null ? null : new Set(wish.conversations)
  const chosen = listed.filter(({ id }) => wanted === null || wanted.has(id))
  if (chosen.length === 0) throw new RoostError('not_found', { what: 'conversation' })
  const folders = new Map((await storage.read.listFolders()).map(({ id, name }) => [id, name]))

  async function* chats(): AsyncGenerator<{ chat: Conversation; evidence: Map<string, Evidence> }> {
    for (const { id } of chosen) {
      const found = await storage.read.conversation(id)
      if (found === null) continue // deleted meanwhile
      const evidence = new Map((await storage.read.evidenceOf(id)).map((one) => [one.message, one]))
      yield { chat: parts.withLiveText(found), evidence }
    }
  }
  let documentsLeft = 0
  async function* json(): AsyncGenerator<string> {
    const head = { format: formatName, version: formatVersion, exportedAt: parts.now() }
    yield `${JSON.stringify(head).slice(0, -1)},"conversations":[\n`
    let separator = ''
    // A document of several chats stands with the first of them.
    const given = new Set<string>()
    for await (const { chat, evidence } of chats()) {
      const folder = chat.folder === null ? null : (folders.get(chat.folder) ?? null)
      const kept = new Map<string, KeptEvidence>()
      for (const message of evidence.keys()) {
        const found = await storage.read.evidence(message)
        if (found !== null) kept.set(message, found)
      }
      const travelling = await travellingDocuments(storage, chat.id, given)
      documentsLeft += travelling.leftBehind
      yield `${separator}${JSON.stringify(toPortable(chat, folder, wish.thinking, { evidence: kept, travelling }))}`
      separator = ',\n'
    }
    yield '\n]}\n'
  }
  async function* html(): AsyncGenerator<string> {
    yield pageHead(chosen.length === 1 ? (chosen[0]?.title ?? 'Chat') : 'Roost')
    if (chosen.length > 1) yield pageContents(chosen)
    for await (const { chat, evidence } of chats()) yield toHtml(chat, { ...wish, evidence })
    yield pageEnd
  }
  async function* markdown(): AsyncGenerator<string> {
    for await (const { chat, evidence } of chats()) yield toMarkdown(chat, { ...wish, evidence })
  }
  async function zip(path: string): Promise<void> {
    const writer = await ZipWriter.create(path, new Date(parts.now()))
    try {
      const names = new Set<string>()
      for await (const { chat, evidence } of chats()) {
        const page = toMarkdown(chat, { ...wish, evidence })
        await writer.add(freeName(chat, names), Buffer.from(page, 'utf8'))
      }
      await writer.finish()
    } catch (error) {
      await writer.abandon().catch(() => undefined) // the first error is the one to tell
      throw error
    }
  }

  const packed = wish.format === 'markdown' && chosen.length > 1
  const kind = kinds[packed ? 'zip' : wish.format]
  const stem =
    chosen.length === 1
      ? chosen[0]?.title || 'Chat'
      : `Roost ${new Date(parts.now()).toISOString().slice(0, 10)}`
  const pieces = { json, html, markdown }[wish.format]
  const given = await files.give(kind, `${stem.replaceAll('.', ' ')}.${kind.extensions[0] ?? ''}`, (path) =>
    packed ? zip(path) : writePieces(path, pieces()),
  )
  if (given === null) return null
  return { ...given, conversations: chosen.length, ...(documentsLeft === 0 ? {} : { documentsLeft }) }
}

async function writePieces(path: string, pieces: AsyncIterable<string>): Promise<void> {
  const file = await open(path, 'w', 0o600)
  try {
    for await (const piece of pieces) await file.write(piece)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Two chats of one title do not overwrite each other. */
function freeName(chat: Conversation, taken: Set<string>): string {
  const date = new Date(chat.createdAt).toISOString().slice(0, 10)
  const stem = `${date} ${(chat.title || 'Chat').replaceAll('.', ' ')}`
  for (let count = 1; ; count++) {
    const name = safeFileName(`${stem}${count === 1 ? '' : ` ${count}`}.md`)
    const folded = name.toLowerCase()
    if (taken.has(folded)) continue
    taken.add(folded)
    return name
  }
}
