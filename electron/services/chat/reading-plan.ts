// What a model must have read before it answers: the turns of a path as tokens. Turns that this tokenizer and template
// were used for keep exactly the tokens they were fed as; others are written out again. An interrupted answer is part of
// the past like any other, as far as it was saved: a reply to it reads those tokens again, asking again does not. Thoughts
// that the model was not to remember are not among the tokens, and not written out either.
import type { LoadedModel } from '../../engine/engine.ts'
import type { PathMessage, TurnTokens } from '../../storage/storage.ts'
import type { ChatTemplate, ThinkingForm } from './chat-templates.ts'
import { openingHash, openingTokens, stateKey } from './opening.ts'
import type { Opening } from './opening.ts'
import { firstTurn, laterTurn, writtenAnswer } from './prompt.ts'
import { joinTokens } from './tokens.ts'

export interface PlannedTurn {
  readonly answer: string
  /** Of the first turn: with the opening before it. */
  readonly prompt: Uint32Array
  readonly words: Uint32Array
  readonly tail: string
}

export interface ReadingPlan {
  /** Hash of the opening. */
  readonly system: string
  /** States with this key may be continued. */
  readonly key: string
  readonly opening: Uint32Array
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
  opening: Opening,
  path: readonly PathMessage[],
): Promise<ReadingPlan> {
  const system = openingHash(opening)
  const before = await openingTokens(model, template, opening)
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
      stored !== null && stored.prompt.length > 0 && (previous !== undefined || stored.system === system)
        ? stored.prompt
        : await promptTokens(model, template, before, previous ?? null, message.turn ?? question)
    const words =
      stored?.answer ?? (await model.tokenize(writtenAnswer(template, message.text.slice(message.forgotten))))
    const tail = stored === null ? '' : await tailOf(model, message, stored)
    turns.push({ answer: message.id, prompt, words, tail })
  }
  return { system, key: stateKey(template, system), opening: before, turns }
}

/**
 * Tokens of a new question after `previous`, up to where its answer begins. `thinking` null: in the form of a turn of the
 * past; where its answer is to begin with something is not part of these tokens.
 */
export async function promptTokens(
  model: Pick<LoadedModel, 'tokenize'>,
  template: ChatTemplate,
  opening: Uint32Array,
  previous: PlannedTurn | null,
  question: string,
  thinking: ThinkingForm | null = null,
): Promise<Uint32Array> {
  const form = thinking === null ? null : { ...thinking, answerStart: '' }
  if (previous !== null) return await model.tokenize(laterTurn(template, previous.tail, question, form))
  return joinTokens([opening, await model.tokenize(firstTurn(template, '', question, form))])
}

export function planTokens(plan: ReadingPlan): Uint32Array {
  return joinTokens(plan.turns.flatMap(({ prompt, words }) => [prompt, words]))
}

/**
 * An answer that was cut within a character: a state in memory or on disk knows the bytes that have come, tokens that are
 * read again do not. They are left out, and the model writes that character once more.
 */
export async function withoutCutCharacter(
  model: Pick<LoadedModel, 'detokenize'>,
  words: Uint32Array,
): Promise<Uint32Array> {
  // A character has four bytes at most: three tokens may hold a part of one.
  for (let end = words.length; words.length - end < 4; end--) {
    if (end === 0) return new Uint32Array()
    const text = await model.detokenize(words.subarray(Math.max(0, end - 8), end))
    if (!text.endsWith('\uFFFD')) return words.subarray(0, end)
  }
  return words
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
  const decoded = await model.detokenize(stored.answer)
  const at = decoded.indexOf(message.text)
  return at < 0 ? '' : decoded.slice(at + message.text.length).replace(/\uFFFD+$/, '')
}
