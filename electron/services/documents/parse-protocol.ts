// What the application and the process that reads one document say to each other. What comes back is checked: a document
// may have taken that process over.
import { z } from 'zod'
import { parsing } from './parsing-limits.ts'

export interface ParseRequest {
  /** The one file; nothing else is opened. */
  readonly path: string
  /** For its extension. */
  readonly name: string
}

const text = z.string()
const offset = z.int().min(0).max(parsing.textCharacters)
const detail = z.record(z.string().max(40), z.union([z.string().max(400), z.number(), z.boolean()]))
const page = z.int().min(1).max(parsing.pages).nullable()

const passageSchema = z.strictObject({
  ordinal: z.int().min(0),
  start: offset,
  end: offset,
  page,
  headings: z.array(text.max(400)).max(16),
  text: text.max(4 * 1024 * 1024),
})

const kinds = z.enum(['pdf', 'docx', 'html', 'markdown', 'epub', 'csv', 'text', 'code'])

export const parseReplySchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('started') }),
  z.strictObject({ kind: z.literal('progress'), fraction: z.number().min(0).max(1) }),
  z.strictObject({ kind: z.literal('passages'), passages: z.array(passageSchema).max(1000) }),
  z.strictObject({
    kind: z.literal('done'),
    sha256: text.regex(/^[\da-f]{64}$/),
    bytes: z.int().min(0),
    document: kinds,
    pages: z.int().min(0).max(parsing.pages).nullable(),
    characters: offset,
    passages: z.int().min(0),
    outline: z
      .array(z.strictObject({ start: offset, level: z.int().min(0).max(20), title: text.max(400), page }))
      .max(parsing.outlineEntries),
    remarks: z.array(z.strictObject({ code: text.max(40), detail: detail.optional() })).max(40),
  }),
  z.strictObject({ kind: z.literal('failed'), code: text.max(40), detail }),
])
export type ParseReply = z.infer<typeof parseReplySchema>
export type ParsedFacts = Omit<Extract<ParseReply, { kind: 'done' }>, 'kind'>
