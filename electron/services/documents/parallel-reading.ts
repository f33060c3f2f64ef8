// Many passages read at once: the question is read into one state, the state is forked, each fork reads one passage and writes
// a short note, all of them in one batch. The weights pass through memory once for all of them, so sixteen notes cost little
// more than one where memory is what limits. The notes are then put together by their passages' numbers.
import type { Logger } from '../../platform/log.ts'
import type { ActiveModel } from '../chat/active-model.ts'
import { closeQuietly } from '../chat/live-sessions.ts'
import { firstTurn } from '../chat/prompt.ts'
import { joinTokens } from '../chat/tokens.ts'
import { foldPassage, isRefusal, languageOf } from './document-form.ts'
import type { NumberedPassage } from './document-form.ts'

export interface PassageNote {
  /** Of the passage. */
  readonly number: number
  readonly text: string
}

export interface ParallelReadingOptions {
  readonly signal: AbortSignal
  /** Of each note. */
  readonly maximumTokens?: number
  /** Forks at once: as many states are in memory. Default: 16. */
  readonly together?: number
}

const noteTokens = 48
/** Of passages and the question behind each, with room. */
const tokensOfMany = 16 * 300

/** How many forks at once: a processor has little to gain beyond eight rows for each pass over the weights. */
export function togetherOn(device: string): number {
  return device === 'cpu' ? 8 : 16
}

/**
 * Whether sixteen passages would be read within this time. Reading the passages is what takes it: their notes are written
 * together. `tokensPerSecond`: at which passages were last read; null: not measured yet, so there is no telling.
 */
export function isWorthwhile(tokensPerSecond: number | null, milliseconds: number): boolean {
  return tokensPerSecond !== null && (tokensOfMany / tokensPerSecond) * 1000 <= milliseconds
}

/**
 * What each passage says to the question, in the order of the passages; those that say nothing are left out. Greedy, so that
 * the notes do not depend on how many are read together. Errors: those of the engine; an abort gives the notes written by
 * then.
 */
export async function readInParallel(
  model: ActiveModel,
  question: string,
  passages: readonly NumberedPassage[],
  log: Logger,
  { signal, maximumTokens = noteTokens, together = 16 }: ParallelReadingOptions,
): Promise<PassageNote[]> {
  const { loaded, template } = model
  const label = languageOf(question) === 'zh' ? '问题：' : 'Question: '
  const asked = label + foldPassage(question)
  // The form of a turn around a mark that no template changes.
  const [before = '', after = ''] = firstTurn(template, '', '\uE000').split('\uE000')
  const sampling = { ...template.sampling, temperature: 0 }
  const [shared, end] = await Promise.all([
    loaded.tokenize(`${before}${asked}\n`),
    loaded.tokenize(`\n${asked}${after}`),
  ])
  const base = await loaded.openSession()
  const notes: PassageNote[] = []
  try {
    const tokens = joinTokens([Uint32Array.from(template.begin), shared])
    await base.generate({ tokens, maximumTokens: 0, sampling, stop: [], signal })
    for (let at = 0; at < passages.length && !signal.aborted; at += together) {
      const batch = passages.slice(at, at + together)
      const forks = []
      try {
        for (const _ of batch) forks.push(await base.fork())
        const written = await Promise.all(
          forks.map(async (fork, index) => {
            // Each is the first passage to its own reader: the numbers of code come back with the notes.
            const text = `[1] ${foldPassage(batch[index]?.text ?? '')}`
            const passage = joinTokens([await loaded.tokenize(text), end])
            return await fork.generate({
              tokens: passage,
              maximumTokens,
              sampling,
              stop: template.stop,
              signal,
            })
          }),
        )
        written.forEach(({ text, reason }, index) => {
          const number = batch[index]?.number
          const note = text.replaceAll(/\s*\[\d+\]/g, '').trim()
          if (number !== undefined && reason !== 'cancelled' && note !== '' && !isRefusal(note)) {
            notes.push({ number, text: note })
          }
        })
      } finally {
        await Promise.all(forks.map((fork) => closeQuietly(fork, log)))
      }
    }
  } finally {
    await closeQuietly(base, log)
  }
  return notes
}

/** One text of all notes, each with the number of its passage; equal notes once, with all their numbers. */
export function mergeNotes(notes: readonly PassageNote[]): string {
  const numbers = new Map<string, number[]>()
  for (const { number, text } of notes) numbers.set(text, [...(numbers.get(text) ?? []), number])
  return [...numbers].map(([text, from]) => `${text} [${from.join(', ')}]`).join('\n')
}
