// Follow-up questions as questions of their own: "And where is it?" is looked for with what the turn before was about.
//
// First by words: those of the turn before are carried over, none are invented, so it costs nothing and cannot lead far astray.
// A model that follows instructions may then write the question anew (`rewrite`): that leaves out what only the turn before was
// about. Its words are taken only where they say nothing new and lose nothing of the question.
import { RoostError } from '../../contract/errors.ts'
import type { Logger } from '../../platform/log.ts'
import { errorFields } from '../../platform/log.ts'
import type { ActiveModel } from '../chat/active-model.ts'
import { closeQuietly } from '../chat/live-sessions.ts'
import { firstTurn } from '../chat/prompt.ts'
import { joinTokens } from '../chat/tokens.ts'
import { languageOf } from './document-form.ts'
import { contentTerms, isExact, stem } from './matching.ts'

const leaning =
  /\b(?:it|its|they|them|their|he|she|his|her|him|that|those|this|these|there|then|one|ones)\b|^\s*(?:and|but|also|so|what about|how about)\b|它|他们?|她们?|那里|那儿|那次|那个|那些|这个|这里|这些|其中|^\s*(?:那|还有|然后|另外)/iu

export interface TurnBefore {
  readonly question: string
  readonly answer: string
  /** What was looked for then, where that turn leaned on another one; null: its question. */
  readonly searchedFor?: string | null
}

/** What to look for; null: the question stands by itself. */
export function standAlone(question: string, previous: TurnBefore | null): string | null {
  if (previous === null) return null
  const own = contentTerms(question)
  const names = namesIn(question)
  const short = own.size <= 4 && names.length === 0
  if (!leaning.test(question) && !short) return null
  // A question with a name of its own is about that.
  if (names.length > 0 && !leaning.test(question)) return null
  const carried = carriedOver(previous, own)
  return carried === '' ? null : `${question} ${carried}`
}

/** Names, numbers and rare words of the turn before, of its question first. */
function carriedOver(previous: TurnBefore, own: ReadonlySet<string>): string {
  const asked = (previous.searchedFor ?? previous.question).replaceAll(/[?？!！。]+/g, ' ').trim()
  const words = new Set<string>()
  for (const name of namesIn(previous.answer)) words.add(name)
  const known = new Set([...own, ...contentTerms(asked)])
  const fromAnswer = [...words].filter((word) => ![...contentTerms(word)].every((term) => known.has(term)))
  return [asked, ...fromAnswer.slice(0, 6)].join(' ').slice(0, 400)
}

/** Capitalised words within a sentence, what stands in quotation marks, identifiers and numbers. */
function namesIn(text: string): string[] {
  const names: string[] = []
  for (const [, quoted] of text.matchAll(/["“”「『《]([^"“”」』》]{2,60})["“”」』》]/g))
    if (quoted !== undefined) names.push(quoted)
  for (const match of text.matchAll(/[\p{L}\p{N}][\p{L}\p{N}\-._/]*/gu)) {
    const word = match[0]
    const begins = /(?:^|[.!?]\s+|["“(])$/.test(text.slice(0, match.index))
    if (/\p{Lu}/u.test(word) && (!begins || /\d/.test(word) || /\p{Lu}.*\p{Lu}/u.test(word))) names.push(word)
    else if (isExact(word) && /\D/.test(word)) names.push(word)
  }
  return names
}

const instructions = {
  en: ({ question, answer }: TurnBefore, next: string) =>
    `Question: ${question}\nAnswer: ${answer}\nNext question: ${next}\n\n` +
    'Write the next question so that it can be understood alone. Write only that question.',
  zh: ({ question, answer }: TurnBefore, next: string) =>
    `问题：${question}\n回答：${answer}\n下一个问题：${next}\n\n请把下一个问题改写成可以单独理解的问题，只写这个问题。`,
} as const

const rewrittenTokens = 64
const shownCharacters = 400

/**
 * The question in words of its own, by the model; null: it wrote nothing that can be used, or not in time. Never rejects but
 * for the caller's own abort.
 */
export async function rewrite(
  model: ActiveModel,
  question: string,
  previous: TurnBefore,
  log: Logger,
  { budgetMs, signal }: { readonly budgetMs: number; readonly signal: AbortSignal },
): Promise<string | null> {
  const { loaded, template } = model
  const before = {
    question: (previous.searchedFor ?? previous.question).slice(0, shownCharacters),
    answer: previous.answer.slice(0, shownCharacters),
  }
  const asked = instructions[languageOf(question)](before, question)
  const timeUp = AbortSignal.timeout(Math.max(1, Math.ceil(budgetMs)))
  try {
    const words = await loaded.tokenize(firstTurn(template, '', asked))
    const session = await loaded.openSession()
    try {
      const { text, reason } = await session.generate({
        tokens: joinTokens([Uint32Array.from(template.begin), words]),
        maximumTokens: rewrittenTokens,
        sampling: { ...template.sampling, temperature: 0 },
        stop: [...template.stop, '\n'],
        signal: AbortSignal.any([signal, timeUp]),
      })
      if (signal.aborted) throw new RoostError('cancelled')
      return reason === 'cancelled' ? null : usable(text, question, before)
    } finally {
      await closeQuietly(session, log)
    }
  } catch (error) {
    if (signal.aborted) throw error
    log.warn('a question was not rewritten', errorFields(error))
    return null
  }
}

/** Nothing new, and most of the question's own words; it must lean on the turn before, or nothing was gained. */
export function usable(text: string, question: string, previous: TurnBefore): string | null {
  const line = text.trim().replace(/^(?:(?:next )?question:|(?:下一个)?问题：)\s*/iu, '')
  if (line === '' || line.length > shownCharacters || line.includes('\n')) return null
  const terms = new Set(Array.from(contentTerms(line), stem))
  const own = new Set(Array.from(contentTerms(question), stem))
  const known = new Set(
    Array.from(contentTerms([question, previous.question, previous.answer].join('\n')), stem),
  )
  for (const term of terms) if (!known.has(term)) return null
  const kept = [...own].filter((term) => terms.has(term)).length
  if (kept < own.size * 0.7) return null
  return [...terms].some((term) => !own.has(term)) ? line : null
}
