// What belongs to the memory of conversations: parameters of one chat, messages that wait, kept states, personas, presets,
// tuned states, portable memory files, figures of tokens.
import { z } from 'zod'
import { thinkingModeSchema } from './chat-templates.ts'
import { LIMITS } from './limits.ts'
import { samplingChoiceSchema } from './sampling.ts'
import type { SamplingChoice } from './sampling.ts'

const idSchema = z.uuid()

/** Turns that the model is shown before the first one, as if they had been spoken. */
export const exampleSchema = z.strictObject({
  question: z.string().min(1).max(LIMITS.systemPromptCharacters),
  answer: z.string().min(1).max(LIMITS.systemPromptCharacters),
})
export type Example = z.infer<typeof exampleSchema>

export const parametersSchema = z.strictObject({
  /** chat: turns in the form of the model. notebook: one text that the model goes on with, without any form. */
  mode: z.enum(['chat', 'notebook']),
  /** Over the person's settings, which are over what the model's template recommends. */
  sampling: samplingChoiceSchema,
  /** null: the template's default. */
  thinking: thinkingModeSchema.nullable(),
  /** Off: after an answer the state is what it would be had the model been shown the answer alone. */
  rememberThinking: z.boolean(),
  examples: z.array(exampleSchema).max(LIMITS.examples),
  /** Where system prompt, examples and sampling came from; for display. */
  persona: idSchema.nullable(),
  /** Begin from this tuned state; null: from nothing. */
  tunedState: idSchema.nullable(),
  /** The model this chat is meant for; null: whichever is loaded. */
  model: idSchema.nullable(),
})
export type Parameters = z.infer<typeof parametersSchema>

/** Written while an answer was running; sent when it has come to its end. */
export interface QueuedMessage {
  id: string
  text: string
}

/** What the memory panel shows of one chat. States are those of the loaded model. */
export interface ConversationMemory {
  conversation: string
  /** Behind the message that is shown last: absorbed by the state, or to be absorbed. */
  tokens: number
  /** Of every model. */
  snapshots: number
  bytes: number
  lastCheckpointAt: number | null
  /** Answers from which the loaded model goes on at once. */
  ready: string[]
  /** answer -> tokens of its turn, question included. */
  turnTokens: Readonly<Record<string, number>>
  /** Tokens before the first turn: system prompt and examples. 0 while unknown. */
  stateBytes: number
  /** How many tokens at once the model was trained on; null: its file does not say. */
  trainingContext: number | null
}

export interface MemoryUsage {
  snapshots: number
  bytes: number
  budgetBytes: number
}

/** Something is read so that it will be at hand. */
export interface MemoryReading {
  /** A conversation's leaf, a point of it a person went to, a persona, or a conversation whose memory is refreshed. */
  what: 'leaf' | 'point' | 'persona' | 'refresh'
  /** Of the conversation or the persona. */
  id: string
  done: number
  total: number
  /** How many more wait behind this one. */
  waiting: number
}

/** Going to an earlier point: what it took. */
export interface TravelReport {
  resumedTokens: number
  rereadTokens: number
  milliseconds: number
}

export interface Persona {
  id: string
  name: string
  systemPrompt: string
  examples: Example[]
  sampling: SamplingChoice
  /** The loaded model has read it; null: nothing is loaded, or it has no text. */
  ready: boolean | null
  /** Tokens of the ready state. */
  tokens: number | null
  bytes: number
}

export interface Preset {
  id: string
  name: string
  sampling: SamplingChoice
}

export interface TunedState {
  id: string
  name: string
  fingerprint: string
  layers: number
  heads: number
  headSize: number
  bytes: number
  /** Fits the loaded model; null: nothing is loaded. */
  fits: boolean | null
}

/** What a .roost file says about itself, before anything of it is kept. */
export interface PortableSummary {
  title: string
  messages: number
  branches: number
  writtenAt: number
  writtenBy: string
  fileBytes: number
  /** The model whose states it holds. */
  model: { title: string; generation: string; layers: number; width: number }
  states: number
  stateBytes: number
  /** yes: the loaded model goes on at once. no: other weights; the text will be read once. unknown: nothing is loaded. */
  fits: 'yes' | 'no' | 'unknown'
  loadedModel: string | null
}

export interface Forgotten {
  /** Messages that are gone. */
  messages: string[]
  /** States that had seen them. */
  snapshots: number
}

/** One token of an answer, and what else could have stood there. */
export interface TokenDetail {
  /** Perhaps only part of a character: then a hexadecimal notation. */
  text: string
  probability: number
  alternatives: { id: number; text: string; probability: number }[]
}

/** One of several answers that are written at once. */
export const slotSchema = z.strictObject({ answer: idSchema, sampling: samplingChoiceSchema })
