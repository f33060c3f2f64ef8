// Calls about documents: collections, files in, texts, search. Files are named by ids of the file exchange, as chosen,
// uploaded or dropped; no path crosses.
import { z } from 'zod'
import { call, none } from './call.ts'
import type {
  Collection,
  Document,
  DocumentLibrary,
  DocumentText,
  OutlineEntry,
  Passage,
  RetrievalReport,
} from './document-entities.ts'
import { idSchema } from './entities.ts'
import { LIMITS } from './limits.ts'

const document = z.strictObject({ document: idSchema })
const documents = z.array(idSchema).min(1).max(LIMITS.documentsAtOnce)
const collection = z.strictObject({ collection: idSchema })
const name = z.string().trim().min(1).max(LIMITS.titleCharacters)

/** What is searched: whole collections and single documents. Nothing given: everything. */
export const scopeSchema = z.strictObject({
  collections: z.array(idSchema).max(1000),
  documents: z.array(idSchema).max(LIMITS.documentsAtOnce),
})
export type DocumentScope = z.infer<typeof scopeSchema>

export const documentCalls = {
  /** Everything but the texts. Changes follow by document.changed and documents.changed. */
  'documents.list': call<DocumentLibrary>()(none),
  /** The system's file dialog, several files; null: cancelled. Only where AppInfo.nativeDialogs. */
  'documents.choose': call<{ file: string; name: string; bytes: number }[] | null>()(none),
  /** One row each, at once, in the order given; reading follows. Of a file that is already in this collection its row. */
  'documents.add': call<Document[]>()(z.strictObject({ files: documents, collection: idSchema.nullable() })),
  /** A text that was pasted. The window mints the id, so a retry is harmless. */
  'documents.addText': call<Document>()(
    document.extend({
      name,
      text: z.string().min(1).max(LIMITS.pastedCharacters),
      collection: idSchema.nullable(),
    }),
  ),
  /** Parses again: after a failure, or because the file has changed. */
  'documents.retry': call<Document>()(document),
  /** With text, index and kept states; no file of the person's is touched. Chats keep what they have cited. */
  'documents.remove': call<void>()(z.strictObject({ documents })),
  'documents.move': call<void>()(z.strictObject({ documents, collection: idSchema.nullable() })),
  'documents.rename': call<Document>()(document.extend({ name })),

  'documents.outline': call<OutlineEntry[]>()(document),
  /** At most LIMITS.textPieceCharacters of it. */
  'documents.text': call<DocumentText>()(document.extend({ start: z.int().min(0), end: z.int().min(0) })),
  /** In the order of the text; at most 200 of them from `from`. */
  'documents.passages': call<Passage[]>()(document.extend({ from: z.int().min(0) })),
  /** A piece of the original file, for showing its pages: at most LIMITS.filePieceBytes, in base64. Error not_found: no copy. */
  'documents.part': call<{ offset: number; base64: string; bytes: number }>()(
    document.extend({ offset: z.int().min(0) }),
  ),
  /** As a chat would look for passages; `rerank` false: by words alone. */
  'documents.search': call<RetrievalReport>()(
    z.strictObject({
      question: z.string().min(1).max(LIMITS.questionCharacters),
      scope: scopeSchema,
      limit: z.int().min(1).max(50),
      rerank: z.boolean(),
    }),
  ),

  /** The window mints the id. */
  'collections.create': call<Collection>()(collection.extend({ name })),
  'collections.rename': call<Collection>()(collection.extend({ name })),
  /** With its documents, or these stay in no collection. */
  'collections.remove': call<void>()(collection.extend({ documents: z.enum(['remove', 'keep']) })),
  /** The system's folder dialog, or a handle of files.browse. Its documents follow the folder from then on. null: cancelled. */
  'collections.watch': call<Collection | null>()(collection.extend({ folder: idSchema.nullable() })),
  'collections.unwatch': call<Collection>()(collection),
} as const
