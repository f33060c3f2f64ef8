// What travels with a chat to another place: the documents that it has for itself, and what its answers rest on. One form for
// both files that carry chats, Roost's JSON and .roost.
//
// A document travels as its stored text with the passages that it was cut into, so that every offset, page and heading of a
// citation means the same there. Of a collection only the passages that answers have shown travel, with those answers.
//
// A file is hostile: citations are checked anew against the passages, so that none is shown as verified because a file says
// so, and passages that do not fit their text are made anew from it.
import { z } from 'zod'
import { idSchema } from '../../contract/entities.ts'
import { sourceUses } from '../../contract/evidence.ts'
import type { ConversationSources, Evidence, Source } from '../../contract/evidence.ts'
import { LIMITS } from '../../contract/limits.ts'
import { newId } from '../../platform/ids.ts'
import type { KeptEvidence, Storage } from '../../storage/storage.ts'
import type { ArrivingDocument, DocumentRoom } from '../chat/document-turn.ts'
import { checkCitations } from '../documents/citations.ts'
import { splitThinking } from './thinking.ts'

/** Of all documents of one chat: what is beyond it stays at home. */
const mostCharacters = 24_000_000
const passagesAtOnce = 500

const short = z.string().max(400)
const count = z.int().min(0).max(Number.MAX_SAFE_INTEGER)
const headings = z.array(short).max(40)
const page = count.nullable()

/** A newer version may add to it; that is left out. */
export const evidenceSchema = z.object({
  message: z.string().max(60),
  mode: z.enum(['reading', 'passages', 'both', 'none']),
  strict: z.boolean(),
  sources: z
    .array(
      z.object({
        document: idSchema.nullable(),
        collection: idSchema.nullable(),
        name: short,
        use: z.enum(sourceUses),
      }),
    )
    .max(LIMITS.sourcesOfChat * 2),
  read: z
    .array(z.object({ document: idSchema, documentName: short, tokens: count }))
    .max(LIMITS.sourcesOfChat),
  notes: z
    .array(z.object({ document: idSchema, documentName: short, text: z.string().max(4000) }))
    .max(LIMITS.sourcesOfChat)
    .optional(),
  passages: z
    .array(
      z.object({
        number: count,
        document: idSchema,
        documentName: short,
        start: count,
        end: count,
        text: z.string().max(LIMITS.textPieceCharacters),
        page,
        headings,
        score: z.number(),
        cited: z.boolean(),
      }),
    )
    .max(1000),
  citations: z
    .array(
      z.object({
        start: count,
        end: count,
        number: count,
        state: z.enum(['verified', 'dangling']),
        quote: z
          .object({
            start: count,
            end: count,
            text: z.string().max(LIMITS.textPieceCharacters),
            exact: z.boolean(),
          })
          .nullable(),
      }),
    )
    .max(10_000),
  searchedFor: z.string().max(LIMITS.messageCharacters).nullable(),
  stages: z
    .array(
      z.object({
        name: z.enum(['words', 'likelihood']),
        milliseconds: z.number(),
        candidates: count,
        skipped: z.enum(['no_model', 'out_of_time', 'too_few', 'switched_off']).nullable(),
      }),
    )
    .max(20),
  refused: z.enum(['model', 'code']).nullable(),
  quoted: z.boolean().optional(),
})

/** What the model was given in place of the plain question. */
export const turnSchema = z
  .string()
  .max(LIMITS.messageCharacters * 4)
  .nullable()

export const attachmentSchema = z.object({
  id: idSchema,
  name: z.string().min(1).max(LIMITS.titleCharacters),
  use: z.enum(sourceUses),
  /** null: it stands with an earlier chat of the same file. */
  text: z.string().min(1).max(LIMITS.pastedCharacters).nullable(),
  /** Not given by earlier versions: it is cut anew. */
  passages: z
    .array(z.object({ start: count, end: count, page, headings }))
    .max(LIMITS.pastedCharacters)
    .optional(),
  outline: z
    .array(z.object({ start: count, level: z.int().min(0).max(20), title: short, page }))
    .max(100_000)
    .optional(),
})
export type Attachment = z.infer<typeof attachmentSchema>
export type TravellingEvidence = z.infer<typeof evidenceSchema>

export interface Travelling {
  readonly attachments: Attachment[]
  /** "Answer only from documents". */
  readonly strict: boolean
  /** Documents of the chat that were too large to come along. */
  readonly leftBehind: number
}

/**
 * The documents of a chat, in the order of its sources.
 * @param given documents whose text stands in the file already; those that are given here are added to it
 */
export async function travellingDocuments(
  { read }: Pick<Storage, 'read'>,
  conversation: string,
  given: Set<string> = new Set(),
): Promise<Travelling> {
  const { sources, strict } = await read.sources(conversation)
  const attachments: Attachment[] = []
  let room = mostCharacters
  let leftBehind = 0
  for (const source of sources) {
    if (!('document' in source)) continue
    const document = await read.document(source.document)
    if (document?.status !== 'ready' || document.characters === 0) continue
    const head = { id: document.id, name: document.name.slice(0, LIMITS.titleCharacters), use: source.use }
    if (given.has(document.id)) {
      attachments.push({ ...head, text: null })
      continue
    }
    if (document.characters > Math.min(room, LIMITS.pastedCharacters)) {
      leftBehind += 1
      continue
    }
    room -= document.characters
    given.add(document.id)
    const { text } = await read.documentText(document.id, 0, document.characters)
    const passages: NonNullable<Attachment['passages']> = []
    for (let from = 0; ; from += passagesAtOnce) {
      const some = await read.passagesOf(document.id, from, passagesAtOnce)
      for (const { start, end, page, headings } of some) passages.push({ start, end, page, headings })
      if (some.length < passagesAtOnce) break
    }
    const outline = await read.documentOutline(document.id)
    attachments.push({ ...head, text, passages, outline })
  }
  return { attachments, strict, leftBehind }
}

/** Brings documents in, each once for a whole file, and takes them away again when the file turns out to be of no use. */
export class ArrivingDocuments {
  readonly #room: Pick<DocumentRoom, 'attach' | 'detach'>
  readonly #read: Storage['read']
  /** From the ids of the file to those here. */
  readonly #own = new Map<string, string>()
  readonly #brought: string[] = []

  constructor(room: Pick<DocumentRoom, 'attach' | 'detach'>, { read }: Pick<Storage, 'read'>) {
    this.#room = room
    this.#read = read
  }

  /** How many were brought in; those that were here already are not counted. */
  get count(): number {
    return this.#brought.length
  }

  /** The sources of a chat that comes with these. Errors: those of adding a document. */
  async sourcesFor(attachments: readonly Attachment[], strict: boolean): Promise<ConversationSources> {
    const sources: Source[] = []
    for (const attachment of attachments) {
      const own = this.#own.get(attachment.id) ?? (await this.#bring(attachment))
      if (own === null) continue
      this.#own.set(attachment.id, own)
      sources.push({ document: own, use: attachment.use })
    }
    return { sources, strict }
  }

  async #bring({ id, name, text, passages, outline }: Attachment): Promise<string | null> {
    if (text === null) return null
    if (await this.#isHere(id, text)) return id
    const own = newId()
    const cut = passages === undefined ? null : cutText(text, passages)
    const arriving: ArrivingDocument = { id: own, name, text, passages: cut, outline: outline ?? [] }
    // Noted first: what fails half way is taken away as well.
    this.#brought.push(own)
    await this.#room.attach(arriving)
    return own
  }

  /** The same document with the same words, as when a chat comes back to where it was written. */
  async #isHere(id: string, text: string): Promise<boolean> {
    const known = await this.#read.document(id)
    if (known?.status !== 'ready' || known.characters !== text.length) return false
    return (await this.#read.documentText(id, 0, text.length)).text === text
  }

  /**
   * Documents that came along are named by their ids here; of the others only the words are left.
   * @param text of the answer
   */
  evidence(turn: string | null, evidence: TravellingEvidence, text: string): KeptEvidence {
    const own = (id: string): string => this.#own.get(id) ?? id
    const { notes, quoted, ...rest } = evidence
    const passages = evidence.passages.map((passage) => ({ ...passage, document: own(passage.document) }))
    return {
      turn,
      evidence: rechecked(
        {
          ...rest,
          sources: evidence.sources.map((source) => ({
            ...source,
            document: source.document === null ? null : own(source.document),
          })),
          read: evidence.read.map((one) => ({ ...one, document: own(one.document) })),
          ...(notes === undefined
            ? {}
            : { notes: notes.map((note) => ({ ...note, document: own(note.document) })) }),
          ...(quoted === undefined ? {} : { quoted }),
          passages,
        },
        text,
      ),
    }
  }

  /** Their chats have arrived: nothing takes them away any more. */
  stay(): void {
    this.#brought.length = 0
  }

  /** What was brought in goes again. Never throws: a document that stays harms nobody. */
  async undo(): Promise<void> {
    await this.#room.detach(this.#brought.splice(0)).catch(() => undefined)
  }
}

/** Of an answer whose text is now this one: its citations are where they stand in it, and hold what they hold. */
export function rechecked(evidence: Evidence, text: string): Evidence {
  const from = text.length - splitThinking(text).answer.length
  const citations = checkCitations(text, evidence.passages, from)
  const cited = new Set(citations.filter(({ state }) => state === 'verified').map(({ number }) => number))
  const passages = evidence.passages.map((passage) => ({ ...passage, cited: cited.has(passage.number) }))
  return { ...evidence, passages, citations }
}

/** What a passage may hold at most; none that was cut here is near it. */
const largestPassage = 20_000

/** null: they do not lie one behind the other and hold the whole text. */
function cutText(
  text: string,
  passages: NonNullable<Attachment['passages']>,
): NonNullable<ArrivingDocument['passages']> | null {
  if (passages[0]?.start !== 0) return null
  const cut = []
  for (const [ordinal, { start, end, page, headings }] of passages.entries()) {
    const next = passages[ordinal + 1]?.start ?? text.length
    if (end <= start || end > next || next > text.length || next - start > largestPassage) return null
    cut.push({ ordinal, start, end, page, headings, text: text.slice(start, next) })
  }
  return cut
}
