// A conversation as its own JSON file has it: everything a person wrote and read, all versions, what answers rest on, the
// documents that came with it (travelling-documents.ts), and nothing that belongs to a machine (tokens, states). The schema
// reads what a newer version adds without it.
import { z } from 'zod'
import type { Conversation, Message } from '../../contract/entities.ts'
import { idSchema } from '../../contract/entities.ts'
import { isErrorCode } from '../../contract/errors.ts'
import { LIMITS } from '../../contract/limits.ts'
import type { ArrivingConversation, ArrivingMessage } from '../../storage/keeping-types.ts'
import type { KeptEvidence } from '../../storage/storage.ts'
import { splitThinking } from './thinking.ts'
import { attachmentSchema, evidenceSchema, rechecked, turnSchema } from './travelling-documents.ts'
import type { ArrivingDocuments, Travelling } from './travelling-documents.ts'

export const formatName = 'roost-conversations'
export const formatVersion = 1

const time = z.int().min(0).max(8.64e15)
const figure = z.number().nullable()

const messageSchema = z.object({
  id: idSchema,
  parent: idSchema.nullable(),
  role: z.enum(['user', 'assistant']),
  text: z.string(),
  state: z.enum(['complete', 'generating', 'interrupted', 'stopped', 'failed']),
  createdAt: time,
  model: z.string().max(500).nullable(),
  figures: z
    .object({
      resumedTokens: z.number(),
      rereadTokens: z.number(),
      promptTokens: z.number(),
      answerTokens: z.number(),
      prefillTokensPerSecond: figure,
      decodeTokensPerSecond: figure,
      firstTokenMs: figure,
      finish: z.enum(['stop_text', 'end_token', 'max_tokens', 'cancelled']).nullable(),
    })
    .nullable(),
  error: z
    .object({
      code: z.string().max(100),
      detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
    })
    .nullable(),
  /** Of an answer that rests on documents: `turn` is what the model was given in place of the plain question. */
  evidence: evidenceSchema.optional(),
  turn: turnSchema.optional(),
})

export const chatSchema = z.object({
  id: idSchema,
  title: z.string().max(LIMITS.titleCharacters),
  createdAt: time,
  updatedAt: time,
  pinned: z.boolean(),
  folder: z.string().min(1).max(LIMITS.titleCharacters).nullable(),
  tags: z.array(z.string().min(1).max(LIMITS.tagCharacters)).max(LIMITS.tags),
  systemPrompt: z.string().max(LIMITS.systemPromptCharacters),
  draft: z.string().max(LIMITS.draftCharacters),
  activeLeaf: idSchema.nullable(),
  messages: z.array(messageSchema).max(LIMITS.messagesOfChat),
  /** In the order of the sources. */
  attachments: z.array(attachmentSchema).max(LIMITS.sourcesOfChat).optional(),
  /** "Answer only from documents". */
  strict: z.boolean().optional(),
})
export type PortableChat = z.infer<typeof chatSchema>

export const headSchema = z.object({
  format: z.literal(formatName),
  version: z.int().min(1),
})

export interface OfDocuments {
  /** By the ids of the answers. */
  readonly evidence: ReadonlyMap<string, KeptEvidence>
  readonly travelling: Travelling
}

/** @param folder name of the folder it lies in */
export function toPortable(
  conversation: Conversation,
  folder: string | null,
  thinking: boolean,
  { evidence, travelling }: OfDocuments,
): PortableChat {
  const { attachments, strict } = travelling
  return {
    id: conversation.id,
    title: conversation.title,
    createdAt: conversation.createdAt,
    updatedAt: conversation.updatedAt,
    pinned: conversation.pinned,
    folder,
    tags: conversation.tags,
    systemPrompt: conversation.systemPrompt,
    draft: conversation.draft,
    activeLeaf: conversation.activeLeaf,
    messages: conversation.messages.map((message) =>
      toPortableMessage(message, thinking, evidence.get(message.id) ?? null),
    ),
    ...(attachments.length === 0 ? {} : { attachments }),
    ...(strict ? { strict } : {}),
  }
}

function toPortableMessage(
  message: Message,
  thinking: boolean,
  kept: KeptEvidence | null,
): PortableChat['messages'][number] {
  const { id, parent, role, state, createdAt, model, figures, error } = message
  const text = thinking || role === 'user' ? message.text : splitThinking(message.text).answer
  return {
    id,
    parent,
    role,
    text,
    state,
    createdAt,
    model,
    figures:
      figures === null
        ? null
        : {
            resumedTokens: figures.resumedTokens,
            rereadTokens: figures.rereadTokens,
            promptTokens: figures.promptTokens,
            answerTokens: figures.answerTokens,
            prefillTokensPerSecond: figures.prefillTokensPerSecond,
            decodeTokensPerSecond: figures.decodeTokensPerSecond,
            firstTokenMs: figures.firstTokenMs,
            finish: figures.finish,
          },
    error:
      error === null
        ? null
        : { code: error.code, ...(error.detail === undefined ? {} : { detail: error.detail }) },
    // Without the thought, citations stand elsewhere.
    ...(kept === null
      ? {}
      : {
          evidence: text === message.text ? kept.evidence : rechecked(kept.evidence, text),
          turn: kept.turn,
        }),
  }
}

/** A sentence, where the messages are no tree; else its documents are brought in. Errors: those of adding a document. */
export async function fromPortable(
  chat: PortableChat,
  documents: ArrivingDocuments,
): Promise<ArrivingConversation | string> {
  const known = new Set<string>()
  for (const { id, parent } of chat.messages) {
    if (known.has(id)) return 'Two messages have the same id.'
    if (parent !== null && !known.has(parent)) return 'A message comes before the one that it answers.'
    known.add(id)
  }
  if (chat.activeLeaf !== null && !known.has(chat.activeLeaf)) return 'The message to be shown is missing.'
  const { attachments = [], strict = false, ...kept } = chat
  const sources = await documents.sourcesFor(attachments, strict)
  return {
    ...kept,
    ...(sources.sources.length === 0 && !strict ? {} : { sources }),
    messages: chat.messages.map((message): ArrivingMessage => {
      const { state, error, evidence, turn = null, ...rest } = message
      return {
        ...(evidence === undefined || message.role === 'user'
          ? {}
          : { evidence: documents.evidence(turn, evidence, message.text) }),
        ...rest,
        state: state === 'generating' ? 'interrupted' : state,
        error:
          error === null
            ? null
            : isErrorCode(error.code)
              ? { code: error.code, ...(error.detail === undefined ? {} : { detail: error.detail }) }
              : { code: 'internal' },
      }
    }),
  }
}
