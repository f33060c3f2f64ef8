// One conversation of a ChatGPT archive as one of ours. There a conversation is a map of nodes, each with one part of a
// turn: hidden instructions, thoughts, calls of tools, pictures, text. Here a turn is one question or one answer: nodes
// that carry no text for the reader go, parts of one turn are joined, and the tree of versions stays.
import { z } from 'zod'
import { LIMITS } from '../../contract/limits.ts'
import { newId } from '../../platform/ids.ts'
import type { ArrivingConversation, ArrivingMessage } from '../../storage/keeping-types.ts'

const seconds = z.number().min(0).max(8.64e12).nullish().catch(null)

const nodeSchema = z.object({
  parent: z.string().nullish(),
  children: z.array(z.string()).nullish().catch(null),
  message: z
    .object({
      author: z.object({ role: z.string() }),
      create_time: seconds,
      content: z
        .object({
          content_type: z.string(),
          parts: z.array(z.unknown()).nullish(),
          text: z.string().nullish().catch(null),
          thoughts: z
            .array(z.object({ summary: z.string().nullish(), content: z.string().nullish() }))
            .nullish()
            .catch(null),
        })
        .nullish(),
      metadata: z
        .object({
          model_slug: z.string().max(200).nullish().catch(null),
          is_visually_hidden_from_conversation: z.boolean().nullish().catch(null),
        })
        .nullish()
        .catch(null),
    })
    .nullish(),
})

export const chatGptSchema = z.object({
  id: z.string().max(200).nullish(),
  conversation_id: z.string().max(200).nullish(),
  title: z.string().nullish(),
  create_time: seconds,
  update_time: seconds,
  current_node: z.string().nullish(),
  is_starred: z.boolean().nullish().catch(null),
  mapping: z.record(z.string(), nodeSchema),
})

export interface ReadConversation {
  /** null: it holds no message. */
  readonly conversation: ArrivingConversation | null
  readonly leftOut: number
}

interface Part {
  readonly node: string
  readonly role: 'user' | 'assistant'
  readonly text: string
  readonly createdAt: number
  readonly model: string | null
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
/** What joining may come to in all: a hostile tree would repeat one text at every branch. */
const mostText = 128 * 1024 * 1024

/** A sentence where this cannot be a conversation at all. */
export function fromChatGpt(value: unknown, now: number): ReadConversation | string {
  const parsed = chatGptSchema.safeParse(value)
  if (!parsed.success) return 'An entry of the file is not a conversation of ChatGPT.'
  const chat = parsed.data
  const nodes = Object.keys(chat.mapping)
  if (nodes.length > LIMITS.messagesOfChat) return 'A conversation in the file has too many messages.'
  let leftOut = 0
  const createdAt = milliseconds(chat.create_time, now)

  // Parts in an order in which parents come first; siblings as the parent lists them. What hangs on nothing is not reached.
  const children = new Map<string | null, string[]>()
  for (const node of nodes) {
    const parent = chat.mapping[node]?.parent ?? null
    const known = parent !== null && Object.hasOwn(chat.mapping, parent) ? parent : null
    const list = children.get(known)
    if (list === undefined) children.set(known, [node])
    else list.push(node)
  }
  for (const [parent, list] of children) {
    const order = parent === null ? null : (chat.mapping[parent]?.children ?? null)
    if (order !== null) {
      const rank = new Map(order.map((id, index) => [id, index]))
      list.sort((a, b) => (rank.get(a) ?? order.length) - (rank.get(b) ?? order.length))
    }
  }
  /** node -> the part that it is, or that it hangs below. */
  const standsFor = new Map<string, Part | null>()
  const parentPart = new Map<Part, Part | null>()
  const parts: Part[] = []
  const stack = [...(children.get(null) ?? [])].reverse()
  while (stack.length > 0) {
    const node = stack.pop()
    const found = node === undefined ? undefined : chat.mapping[node]
    if (node === undefined || found === undefined || standsFor.has(node)) continue
    const above = standsFor.get(found.parent ?? '') ?? null
    const read = textOf(found, createdAt)
    leftOut += read.leftOut
    if (read.part === null) standsFor.set(node, above)
    else {
      const part = { ...read.part, node }
      parts.push(part)
      parentPart.set(part, above)
      standsFor.set(node, part)
    }
    stack.push(...[...(children.get(node) ?? [])].reverse())
  }

  // Parts of one turn are joined downward: the last one of a turn carries the text of all.
  const followed = new Set<Part>()
  const branched = new Set<Part>()
  for (const part of parts) {
    const above = parentPart.get(part) ?? null
    if (above === null) continue
    if (above.role === part.role) followed.add(above)
    else branched.add(above)
  }
  const ids = new Set<string>()
  const messages: ArrivingMessage[] = []
  const made = new Map<Part, { text: string; turnParent: string | null; id: string | null }>()
  let total = 0
  for (const part of parts) {
    const above = parentPart.get(part) ?? null
    const upper = above === null ? null : (made.get(above) ?? null)
    const joins = above !== null && above.role === part.role && upper !== null
    const text = (joins ? `${upper.text}\n\n${part.text}` : part.text).slice(0, LIMITS.messageCharacters)
    const turnParent = joins ? upper.turnParent : (upper?.id ?? null)
    total += text.length
    if (total > mostText) return 'A conversation in the file is too large.'
    // An answer to nothing has no question that could be asked again.
    const homeless = part.role === 'assistant' && turnParent === null
    if (homeless) leftOut += 1
    const shown = !homeless && (!followed.has(part) || branched.has(part))
    let id: string | null = null
    if (shown) {
      id = uuid.test(part.node) && !ids.has(part.node) ? part.node : newId()
      ids.add(id)
      messages.push({
        id,
        parent: turnParent,
        role: part.role,
        text,
        state: 'complete',
        createdAt: part.createdAt,
        model: part.role === 'assistant' ? part.model : null,
        figures: null,
        error: null,
      })
    }
    made.set(part, { text, turnParent, id })
  }
  if (messages.length === 0) return { conversation: null, leftOut: leftOut + 1 }

  const current = standsFor.get(chat.current_node ?? '') ?? null
  const shownLast = current === null ? null : made.get(current)?.id
  const id = chat.conversation_id ?? chat.id ?? ''
  return {
    conversation: {
      id: uuid.test(id) ? id : newId(),
      title: (chat.title ?? '').replaceAll(/\s+/gu, ' ').trim().slice(0, LIMITS.titleCharacters),
      createdAt,
      updatedAt: milliseconds(chat.update_time ?? chat.create_time, now),
      pinned: chat.is_starred === true,
      folder: null,
      tags: [],
      systemPrompt: '',
      draft: '',
      activeLeaf: shownLast ?? messages.at(-1)?.id ?? null,
      messages,
    },
    leftOut,
  }
}

function milliseconds(value: number | null | undefined, otherwise: number): number {
  return typeof value === 'number' && value > 0 ? Math.round(value * 1000) : otherwise
}

type Node = z.infer<typeof nodeSchema>

function textOf(node: Node, otherwise: number): { part: Omit<Part, 'node'> | null; leftOut: number } {
  const { message } = node
  const content = message?.content ?? null
  if (message === null || message === undefined || content === null) return { part: null, leftOut: 0 }
  const { role } = message.author
  const hidden = message.metadata?.is_visually_hidden_from_conversation === true
  if ((role !== 'user' && role !== 'assistant') || hidden) {
    // A tool's words count as left out; instructions that nobody saw do not.
    return { part: null, leftOut: role === 'tool' && !hidden ? 1 : 0 }
  }
  const pieces: string[] = []
  let leftOut = 0
  switch (content.content_type) {
    case 'text':
    case 'multimodal_text':
      for (const part of content.parts ?? []) {
        const text = typeof part === 'string' ? part : transcriptOf(part)
        if (text === null) leftOut += 1
        else if (text.trim() !== '') pieces.push(text)
      }
      break
    case 'code':
      if ((content.text ?? '').trim() !== '') pieces.push(`\`\`\`\n${content.text ?? ''}\n\`\`\``)
      break
    case 'thoughts': {
      const thoughts = (content.thoughts ?? [])
        .map(({ summary, content: words }) => [summary ?? '', words ?? ''].filter(Boolean).join('\n\n'))
        .filter(Boolean)
      if (thoughts.length > 0) pieces.push(`<think>\n${thoughts.join('\n\n')}\n</think>`)
      break
    }
    case 'reasoning_recap':
    case 'user_editable_context':
    case 'model_editable_context':
      break
    default:
      leftOut += 1
  }
  if (pieces.length === 0) return { part: null, leftOut }
  return {
    part: {
      role,
      text: pieces.join('\n\n'),
      createdAt: milliseconds(message.create_time, otherwise),
      model: message.metadata?.model_slug ?? null,
    },
    leftOut,
  }
}

/** Spoken words that were written down; null for pictures and files. */
function transcriptOf(part: unknown): string | null {
  const spoken = z
    .object({ content_type: z.literal('audio_transcription'), text: z.string() })
    .safeParse(part)
  return spoken.success ? spoken.data.text : null
}
