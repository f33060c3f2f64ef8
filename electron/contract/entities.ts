// What calls return and events carry: read models for the window. Times are milliseconds since 1970, for display only;
// order comes from sequence numbers.
import { z } from 'zod'
import type { TemplateInUse } from './chat-templates.ts'
import type { Parameters, QueuedMessage } from './memory.ts'
import { samplingSchema } from './sampling.ts'
import type { Sampling } from './sampling.ts'
import { sourceUses } from './source-use.ts'

export { samplingSchema }
export type { Sampling }

export const idSchema = z.uuid()

export const settingsSchema = z.strictObject({
  theme: z.enum(['system', 'light', 'dark']),
  language: z.enum(['system', 'en', 'zh']),
  /** Off: do not load a model at start. */
  loadLastModel: z.boolean(),
  /** null: as the machine has physical cores. */
  threads: z.int().min(1).max(256).nullable(),
  /** What models are computed with, as HardwareReport names it; null: the best there is. */
  device: z
    .string()
    .regex(/^(?:cpu|emulated|(?:cuda|metal)(?::\d{1,3})?)$/)
    .nullable(),
  /** A model that nobody used for so long gives its memory back; 0: never. */
  idleUnloadMinutes: z.int().min(0).max(10_080),
  /** The first-run steps were gone through or skipped. */
  firstRunDone: z.boolean(),
  /** Disk budget for state snapshots, in bytes. */
  snapshotBudgetBytes: z.int().min(64 * 1024 * 1024),
  /** Off: states are made when they are asked for, and not before. */
  backgroundReading: z.boolean(),
  /** null: what the model's chat template recommends. */
  sampling: samplingSchema.partial().nullable(),
  /** A pasted text of more characters becomes an attachment; 0: none does. */
  pasteCharacters: z.int().min(0).max(1_000_000),
  /** What is done with a document that is attached to a chat. */
  sourceUse: z.enum(sourceUses),
  /** "Answer only from documents" is switched on with the first document of a chat. */
  strictByDefault: z.boolean(),
  sidebarOpen: z.boolean(),
  /** Off: keys mean only what they mean everywhere. */
  shortcutsOn: z.boolean(),
  /** Command -> keys ("Mod+Shift+O") where they are not the usual ones; null: none. */
  shortcuts: z
    .record(z.string().max(40), z.string().max(40).nullable())
    .refine((own) => Object.keys(own).length <= 100),
  /** Entries of the palette, newest first. */
  recentCommands: z.array(z.string().max(80)).max(12),
})
export type Settings = z.infer<typeof settingsSchema>

/** generating: being written. interrupted: the application ended meanwhile. stopped: a person pressed Stop. */
export type MessageState = 'complete' | 'generating' | 'interrupted' | 'stopped' | 'failed'

/** Counted by the engine, not estimated. */
export interface AnswerFigures {
  resumedTokens: number // held by the state before this turn, not read again
  rereadTokens: number // of earlier turns, read again because no snapshot fitted
  promptTokens: number // of the new turn
  answerTokens: number
  prefillTokensPerSecond: number | null
  decodeTokensPerSecond: number | null
  firstTokenMs: number | null
  finish: 'stop_text' | 'end_token' | 'max_tokens' | 'cancelled' | null
  /** Of the text, from its beginning: thoughts and their tags. Not given: none. */
  thoughtCharacters?: number
  thoughtSeconds?: number
  /** The state was taken back to before the thoughts: the model remembers the answer alone. */
  thoughtsForgotten?: boolean
  /** How its tokens were drawn. Not given: written by a version that did not keep it. */
  sampling?: Sampling
  /** Where the drawing began: with it and the same state the same answer comes again. */
  seed?: number
}

export interface Message {
  id: string
  conversation: string
  parent: string | null
  role: 'user' | 'assistant'
  text: string
  state: MessageState
  createdAt: number
  /** Grows with every committed change of this message. */
  revision: number
  /** Title of the model that answered; null for questions. */
  model: string | null
  figures: AnswerFigures | null
  /** Why it failed, when state is 'failed'. */
  error: { code: string; detail?: Readonly<Record<string, string | number | boolean>> } | null
  /** A snapshot of the state after this message is kept: continuing from here reads nothing again. */
  resumable: boolean
  /** While it is being written: deltas before this one are in `text`. */
  nextSequence?: number
}

export interface ConversationSummary {
  id: string
  title: string
  createdAt: number
  updatedAt: number
  revision: number
  generating: boolean
  pinned: boolean
  /** null: in no folder. */
  folder: string | null
  /** In the order of the alphabet. */
  tags: string[]
  /** Its newest answer ended and was not looked at. */
  unread: boolean
}

export interface Conversation extends ConversationSummary {
  /** All messages of the tree; siblings share a parent and are ordered as in this list. */
  messages: Message[]
  /** The message at the end of the path that is shown. */
  activeLeaf: string | null
  draft: string
  systemPrompt: string
  parameters: Parameters
  /** Written while an answer was running; sent in this order. */
  queue: QueuedMessage[]
}

export interface ModelSummary {
  id: string
  title: string
  /** "RWKV-7" */
  family: string
  parameters: number
  fileBytes: number
  format: string
  fileName: string
  /** starter: bundled; local: chosen by the person; folder: found in the models folder. */
  origin: 'starter' | 'local' | 'folder'
  available: boolean
}

export type EngineState =
  /** resting: the model that was let go because nobody used it; the next message loads it again. */
  | { phase: 'none'; resting?: ModelSummary }
  | { phase: 'loading'; model: ModelSummary; fraction: number }
  | {
      phase: 'ready'
      model: ModelSummary
      device: string
      /** Another device was wanted, and why it is not used: a sentence in English, from the layer that tried. */
      fallback?: { device: string; reason: string }
      isa: string
      threads: number
      weightBytes: number
      stateBytes: number
      busy: boolean
      sampling: Sampling // the template's recommendation, before the person's own settings
      template: TemplateInUse
    }
  | {
      phase: 'fault'
      model: ModelSummary | null
      error: { code: string; detail?: Readonly<Record<string, string | number | boolean>> }
    }

export interface AppInfo {
  version: string
  host: 'electron' | 'headless'
  platform: string
  locale: string
  /** The host can open the system's own file dialog; otherwise the window shows files.browse. */
  nativeDialogs: boolean
  /** The last run did not end cleanly: no model was loaded at start, the window offers it. */
  uncleanExit: boolean
  /** The model that was loaded last, if it is known still: the one to offer after an unclean end. */
  lastModel?: string | null
  dataFolder: string
}

/** One folder for the window's own file chooser (headless host). Entries are named by handles, never by paths. */
export interface FolderListing {
  handle: string
  /** Shown to the person; not accepted by any call. */
  label: string
  parent: string | null
  entries: { handle: string; name: string; kind: 'folder' | 'file'; bytes: number | null }[]
}
