// Tells the thinking of a reasoning model from its answer. Only a block that opens at the very start of the answer is
// thinking; `<think>` anywhere else is text that somebody quotes.
import type { AnswerFigures } from '../../electron/contract/entities.ts'

export interface ThoughtAnswer {
  /** null: the answer has no thinking. */
  readonly thinking: string | null
  /** The thinking is not closed: still being written, or cut off. */
  readonly open: boolean
  readonly answer: string
}

const OPENER = /^\s*<think(?:ing)?>\r?\n?/
const TAG = /<(\/?)think(?:ing)?>/g

export function splitThinking(text: string): ThoughtAnswer {
  const opener = OPENER.exec(text)
  if (opener === null) return { thinking: null, open: false, answer: text }
  const start = opener[0].length
  let depth = 1
  let lastClose: { at: number; end: number } | null = null
  for (const tag of text.slice(start).matchAll(TAG)) {
    depth += tag[1] === '/' ? -1 : 1
    if (tag[1] === '/') lastClose = { at: start + tag.index, end: start + tag.index + tag[0].length }
    if (depth === 0) break
  }
  // An opener inside the thinking that is never closed must not swallow the answer: the last closing tag ends it.
  if (lastClose === null) return { thinking: text.slice(start), open: true, answer: '' }
  return {
    thinking: text.slice(start, lastClose.at).trimEnd(),
    open: false,
    answer: text.slice(lastClose.end).replace(/^\s+/, ''),
  }
}

/** For an answer that this window did not see being written: its share of the writing time, in whole seconds. */
export function estimatedThinkingSeconds(figures: AnswerFigures | null, share: number): number {
  const rate = figures?.decodeTokensPerSecond ?? null
  if (figures === null || rate === null || rate <= 0) return 0
  return Math.round((figures.answerTokens / rate) * share)
}
