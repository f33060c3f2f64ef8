// What stands before the first turn of a conversation: a tuned initial state, documents that were read whole, the system
// prompt, examples that the model is shown as if they had been spoken. A state is only ever continued behind the same opening.
import { createHash } from 'node:crypto'
import type { Example } from '../../contract/memory.ts'
import type { LoadedModel } from '../../engine/engine.ts'
import type { ChatTemplate } from './chat-templates.ts'
import { firstTurn, laterTurn, systemPromptHash, writtenAnswer } from './prompt.ts'
import { joinTokens } from './tokens.ts'

/** A document that was read whole. It stands before everything else, so that its state serves every chat. */
export interface OpeningDocument {
  readonly id: string
  readonly name: string
  /** Names its text and the form it was read in. */
  readonly key: string
  /** Without what the template begins with. */
  tokens(): Promise<Uint32Array>
}

export interface Opening {
  /** Only without a tuned state. */
  readonly documents?: readonly OpeningDocument[]
  readonly systemPrompt: string
  readonly examples: readonly Example[]
  readonly tunedState: { readonly fingerprint: string; readonly path: string } | null
}

/** Names the opening; '' when there is nothing before the first turn. */
export function openingHash({ documents = [], ...opening }: Opening): string {
  const spoken = spokenHash(opening)
  if (documents.length === 0) return spoken
  const keys = documents.map(({ key }) => key)
  return createHash('sha256')
    .update(`documents ${JSON.stringify(keys)}\0${spoken}`)
    .digest('hex')
}

function spokenHash({ systemPrompt, examples, tunedState }: Opening): string {
  const system = systemPromptHash(systemPrompt, tunedState?.fingerprint ?? null)
  if (examples.length === 0) return system
  const shown = examples.map(({ question, answer }) => [question, answer])
  return createHash('sha256')
    .update(`examples ${JSON.stringify(shown)}\0${system}`)
    .digest('hex')
}

/** Names the states that may be continued: those behind the same opening, in the form of the same template. */
export function stateKey(template: Pick<ChatTemplate, 'id'>, system: string): string {
  return `${template.id} ${system}`
}

/**
 * The tokens up to the first turn. They are read by themselves, so that a state behind them is the same whatever the first
 * question is; so is each document. Empty without documents, system prompt and examples.
 */
export async function openingTokens(
  model: Pick<LoadedModel, 'tokenize'>,
  template: ChatTemplate,
  opening: Opening,
): Promise<Uint32Array> {
  const text = openingText(template, opening)
  const begin = Uint32Array.from(template.begin)
  const documents = await Promise.all((opening.documents ?? []).map((document) => document.tokens()))
  const spoken = text === '' ? [] : [await model.tokenize(text)]
  return joinTokens([begin, ...documents, ...spoken])
}

function openingText(template: ChatTemplate, { systemPrompt, examples }: Opening): string {
  // The form of a first turn is the form of a later one without its separator, behind the system text.
  const probe = firstTurn(template, '', 'x')
  const system = firstTurn(template, systemPrompt, 'x').slice(0, -probe.length)
  const [first, ...rest] = examples
  if (first === undefined) return system
  const spoken = rest.map(
    ({ question, answer }) => laterTurn(template, '', question) + writtenAnswer(template, answer),
  )
  return (
    firstTurn(template, systemPrompt, first.question) +
    writtenAnswer(template, first.answer) +
    spoken.join('') +
    template.separator
  )
}
