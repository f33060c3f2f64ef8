// M27: the figures of an answer are those that the engine counted. Would catch: figures that are mixed up, rounded away, or
// shown where the engine counted none; a line of proof that claims another number than the details.
import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import type { AnswerFigures, Message } from '../../electron/contract/entities.ts'
import { MessageDetails } from './message-details.tsx'
import { ProofLine } from './proof-line.tsx'

const figures: AnswerFigures = {
  resumedTokens: 41_210,
  rereadTokens: 317,
  promptTokens: 29,
  answerTokens: 512,
  prefillTokensPerSecond: 1834.2,
  decodeTokensPerSecond: 7.25,
  firstTokenMs: 183,
  finish: 'max_tokens',
}
const message = (own: AnswerFigures | null): Message => ({
  id: 'a',
  conversation: 'c',
  parent: 'q',
  role: 'assistant',
  text: 'words',
  state: 'complete',
  createdAt: 0,
  revision: 1,
  model: 'Tiny',
  figures: own,
  error: null,
  resumable: true,
})
const words = (markup: string): string => markup.replaceAll(/<[^>]+>/g, '|').replaceAll(/\|+/g, '|')
const details = (own: AnswerFigures | null): string =>
  words(renderToStaticMarkup(<MessageDetails message={message(own)} />))

describe('M27: figures of an answer', () => {
  it('each counter stands under its own name', () => {
    const shown = details(figures)
    for (const line of [
      'Resumed from the kept state|41,210 tokens',
      'Read again|317 tokens',
      'New in this turn|29 tokens',
      'Written|512 tokens',
      'Reading speed|1,834 tokens/s',
      'Writing speed|7.3 tokens/s',
      'First word after|183 ms',
    ])
      expect(shown).toContain(line)
  })

  it('what was not counted is not shown, and nothing is made up for an answer without figures', () => {
    const none = { ...figures, prefillTokensPerSecond: null, decodeTokensPerSecond: null, firstTokenMs: null }
    expect(details(none)).not.toMatch(/tokens\/s|ms/)
    expect(details(null)).not.toMatch(/\d tokens/)
  })

  it('the line of proof says the same numbers', () => {
    const shown = words(renderToStaticMarkup(<ProofLine figures={figures} />))
    expect(shown).toContain('resumed 41,210 tokens, 317 re-read, 7.3 tokens/s')
  })

  it('how it was drawn is told where it is known, so that it can be drawn again', () => {
    const sampling = {
      ...{ temperature: 0.4, topP: 0.3, topK: 0, minP: 0, presencePenalty: 0, frequencyPenalty: 0 },
      ...{ penaltyDecay: 1, seed: null, maximumTokens: 9 },
    }
    const shown = details({ ...figures, sampling, seed: 90_071 })
    for (const line of ['Temperature|0.4', 'Top-p|0.3', 'Seed|90071']) expect(shown).toContain(line)
    expect(details(figures)).not.toContain('Seed')
  })
})
