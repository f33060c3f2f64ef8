// Documents put into storage as importing leaves them, for tests of what comes after it.
import { createHash, randomUUID } from 'node:crypto'
import type { DocumentKind } from '../../electron/contract/document-entities.ts'
import type { KeptDocument, NewPassage, Storage } from '../../electron/storage/storage.ts'

const passageCharacters = 700

/** Passages are whole paragraphs, or lines, of about `passageCharacters`. Returns the id. */
export async function putDocument(
  storage: Storage,
  document: {
    readonly name: string
    readonly text: string
    readonly kind?: DocumentKind
    readonly id?: string
  },
): Promise<string> {
  const { name, text, kind = 'text', id = randomUUID() } = document
  const row: KeptDocument = {
    id,
    collection: null,
    name,
    kind,
    bytes: text.length,
    sha256: createHash('sha256').update(text).digest('hex'),
    origin: 'file',
    sourcePath: null,
    sourceModified: null,
    status: 'waiting',
    error: null,
    remarks: [],
    pages: null,
    characters: 0,
    passages: 0,
    createdAt: 1,
    revision: 1,
  }
  const passages = passagesOf(text)
  await storage.write.addDocuments([row])
  for (let at = 0; at < passages.length; at += 200) {
    await storage.write.addPassages(id, passages.slice(at, at + 200))
  }
  const change = { status: 'ready', characters: text.length, passages: passages.length } as const
  await storage.write.finishDocument(id, change, [])
  return id
}

function passagesOf(text: string): NewPassage[] {
  const passages: NewPassage[] = []
  let start = 0
  for (let end = start; start < text.length;) {
    const paragraph = text.indexOf('\n\n', end)
    const line = text.indexOf('\n', Math.max(end, start + passageCharacters))
    const next = Math.min(
      text.length,
      ...[paragraph < 0 ? text.length : paragraph + 2, line < 0 ? text.length : line + 1],
    )
    end = next
    if (next - start < passageCharacters / 2 && next < text.length) continue
    const piece = text.slice(start, next)
    passages.push({
      ordinal: passages.length,
      start,
      end: start + piece.trimEnd().length,
      page: null,
      headings: [],
      text: piece,
    })
    start = next
  }
  return passages
}
