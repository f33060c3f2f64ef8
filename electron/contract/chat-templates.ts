// How a person and a model take turns, as the window sees it: which forms there are, and where a model's thinking ends and
// its answer begins. The forms themselves are data: resources/chat-templates.json.
import { z } from 'zod'

/**
 * How much a model may think before it answers. off: it is not asked to; fast: it is handed an empty thought, which keeps
 * it from thinking on its own; short, normal, long: it is asked for that much; full: as long as it likes.
 * A template says which of them its family was trained for.
 */
export const thinkingModeSchema = z.enum(['off', 'fast', 'short', 'normal', 'long', 'full'])
export type ThinkingMode = z.infer<typeof thinkingModeSchema>

/** What stands around a model's thinking. */
export interface ThinkTags {
  readonly open: string // "<think>"
  readonly close: string // "</think>"
}

export interface ThinkingChoices {
  /** In the order in which they are offered; never empty. */
  readonly modes: readonly ThinkingMode[]
  /** What `thinking: null` means. */
  readonly default: ThinkingMode
  readonly tags: ThinkTags
}

export interface ChatTemplateSummary {
  readonly id: string
  /** For people, in English, as it stands in the file: "World, short answers". */
  readonly name: string
  /** null: models of this family do not think aloud. */
  readonly thinking: ThinkingChoices | null
}

/** The form that the loaded model is spoken to in. */
export interface TemplateInUse {
  readonly template: ChatTemplateSummary
  /** False: it follows from what the model is; true: a person chose it for this model. */
  readonly chosen: boolean
  /** What follows from the model: the one that is taken where nobody chooses. */
  readonly recommended: string
}

export interface ThoughtAndAnswer {
  /** Without the tags, trimmed; '' where there is none. */
  readonly thought: string
  /** What follows the thought, trimmed at its beginning; '' while it is still being thought. */
  readonly answer: string
  /** The thought has begun and not ended. */
  readonly thinking: boolean
}

/**
 * Parts what a model wrote. Thinking is only what the text begins with (also behind blanks): tags further on are words
 * like any others. A text that could still become the opening tag counts as thinking, so that nothing of a tag is ever
 * shown as an answer.
 */
export function splitThinking(text: string, tags: ThinkTags | null): ThoughtAndAnswer {
  const begun = text.trimStart()
  if (tags === null || begun === '') return { thought: '', answer: begun, thinking: false }
  if (!begun.startsWith(tags.open)) {
    const becoming = tags.open.startsWith(begun)
    return { thought: '', answer: becoming ? '' : begun, thinking: becoming }
  }
  const inside = begun.slice(tags.open.length)
  const end = inside.indexOf(tags.close)
  if (end >= 0) {
    const answer = inside.slice(end + tags.close.length).trimStart()
    return { thought: inside.slice(0, end).trim(), answer, thinking: false }
  }
  return { thought: withoutBeginningOf(tags.close, inside).trim(), answer: '', thinking: true }
}

/** `text` without the longest end of it that may become `tag`. */
function withoutBeginningOf(tag: string, text: string): string {
  for (let length = Math.min(tag.length - 1, text.length); length > 0; length--) {
    if (text.endsWith(tag.slice(0, length))) return text.slice(0, -length)
  }
  return text
}
