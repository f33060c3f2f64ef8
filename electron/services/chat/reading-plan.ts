// What a model must have read before it answers: the turns of a path as tokens. Turns that this tokenizer and template
// were used for keep exactly the tokens they were fed as; others are written out again. An interrupted answer is part of
// the past like any other, as far as it was saved: a reply to it reads those tokens again, asking again does not.
import type { LoadedModel } from '../../engine/engine.ts'
import type { PathMessage, TurnTokens } from '../../storage/storage.ts'
import type { ChatTemplate } from './chat-templates.ts'
import { firstTurn, laterTurn, systemPromptHash, writtenAnswer } from './prompt.ts'

export interface PlannedTurn {
  readonly answer: string
  readonly prompt: Uint32Array
  readonly words: Uint32Array
  readonly tail: string
}

export interface ReadingPlan {
  readonly system: string
  readonly turns: readonly PlannedTurn[]
}

type Tokenizing = Pick<LoadedModel, 'tokenize' | 'detokenize' | 'tokenizerFingerprint'>

/**
 * `path` ends with an answer, or is empty. A turn that failed, or whose answer has no word, was never part of the
 * conversation for the model: it is left out.
 */
export async function planReading(
  model: Tokenizing,
  template: ChatTemplate,
  systemPrompt: string,
  path: readonly PathMessage[],
): Promise<ReadingPlan> {
  const system = systemPromptHash(systemPrompt)
  const turns: PlannedTurn[] = []
  let question = ''
  for (const message of path) {
    if (message.role === 'user') {
      question = message.text
      continue
    }
    if (!wasRead(message)) continue
    const previous = turns.at(-1)
    const stored = fitting(message.tokens, model, template)
    const prompt =
      stored !== null && (previous !== undefined || stored.system === system)
        ? stored.prompt
        : await promptTokens(model, template, systemPrompt, previous ?? null, question)
    const words = stored?.answer ?? (await model.tokenize(writtenAnswer(template, message.text)))
    const tail = stored === null ? '' : await tailOf(model, message, stored)
    turns.push({ answer: message.id, prompt, words, tail })
  }
  return { system, turns }
}

/** Tokens of a new question after `previous`, up to where its answer begins. */
export async function promptTokens(
  model: Pick<LoadedModel, 'tokenize'>,
  template: ChatTemplate,
  systemPrompt: string,
  previous: PlannedTurn | null,
  question: string,
): Promise<Uint32Array> {
  if (previous !== null) return await model.tokenize(laterTurn(template, previous.tail, question))
  const tokens = await model.tokenize(firstTurn(template, systemPrompt, question))
  return joinTokens([Uint32Array.from(template.begin), tokens])
}

export function joinTokens(parts: readonly Uint32Array[]): Uint32Array {
  const joined = new Uint32Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}

export function planTokens(plan: ReadingPlan): Uint32Array {
  return joinTokens(plan.turns.flatMap(({ prompt, words }) => [prompt, words]))
}

/** How many tokens a state behind this answer may hold: its words may have grown since the state was kept. */
export function stateRange(plan: ReadingPlan, answer: string): { least: number; most: number } | null {
  let before = 0
  for (const turn of plan.turns) {
    const most = before + turn.prompt.length + turn.words.length
    if (turn.answer === answer) return { least: before + turn.prompt.length, most }
    before = most
  }
  return null
}

function wasRead(message: PathMessage): boolean {
  return message.state !== 'failed' && message.text !== ''
}

function fitting(tokens: TurnTokens | null, model: Tokenizing, template: ChatTemplate): TurnTokens | null {
  if (tokens === null || tokens.answer.length === 0) return null
  return tokens.tokenizer === model.tokenizerFingerprint && tokens.template === template.id ? tokens : null
}

/** The last save of an interrupted answer, also of one that is being continued, may hold tokens whose text was held back. */
async function tailOf(model: Tokenizing, message: PathMessage, stored: TurnTokens): Promise<string> {
  if (stored.tail !== '' || (message.state !== 'interrupted' && message.state !== 'generating'))
    return stored.tail
  const decoded = (await model.detokenize(stored.answer)).trimStart()
  return decoded.startsWith(message.text) ? decoded.slice(message.text.length) : ''
}
