// The answer without the thinking before it, by the same rule as the window (renderer/text/thinking.ts): only a block
// that opens at the very start is thinking, and the last closing tag ends it.
const opener = /^\s*<think(?:ing)?>\r?\n?/
const tag = /<(\/?)think(?:ing)?>/g

export interface SplitAnswer {
  readonly thinking: string | null
  readonly answer: string
}

export function splitThinking(text: string): SplitAnswer {
  const opened = opener.exec(text)
  if (opened === null) return { thinking: null, answer: text }
  const start = opened[0].length
  let depth = 1
  let close: { at: number; end: number } | null = null
  for (const found of text.slice(start).matchAll(tag)) {
    depth += found[1] === '/' ? -1 : 1
    if (found[1] === '/') close = { at: start + found.index, end: start + found.index + found[0].length }
    if (depth === 0) break
  }
  if (close === null) return { thinking: text.slice(start), answer: '' }
  return {
    thinking: text.slice(start, close.at).trimEnd(),
    answer: text.slice(close.end).replace(/^\s+/, ''),
  }
}
