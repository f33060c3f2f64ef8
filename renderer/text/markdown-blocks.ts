// Cuts Markdown into pieces that can be rendered apart from one another, so that a growing answer renders only its last
// piece again. A cut is made only where no construct of Markdown can reach across: after a blank line, outside fenced
// code and raw HTML, before a line that is not indented (behind a list: not at all) and begins no list item. Not cutting is always right,
// only slower; so every doubt is answered by not cutting.
//
// Cuts depend on the text before them and on the line after them alone: a text that arrives in any number of parts gets
// the same cuts as a text that arrives at once.

export interface MarkdownBlocks {
  readonly text: string
  readonly blocks: readonly string[]
  /** Where the last block begins, from where a longer text is cut further. */
  readonly lastStart: number
  /** Link definitions or footnotes hold for the whole text: it stays one block. */
  readonly whole: boolean
}

const FENCE_OPEN = /^([ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*)(`{3,}|~{3,})([^\n]*)$/
const LIST_ITEM = /^(?:[-*+]|\d{1,9}[.)])(?:[ \t]|$)/
const RAW_HTML = /<(?:script|pre|style|textarea|!--|\?|![A-Z]|!\[CDATA\[)/i
const DEFINITION = /^[ \t>*+-]*\[[^\]\n]+\]:/

export const NO_BLOCKS: MarkdownBlocks = { text: '', blocks: [], lastStart: 0, whole: false }

/** Cuts `text`, going on from the cuts of `before` where `text` begins with what `before` was made of. */
export function splitBlocks(text: string, before: MarkdownBlocks = NO_BLOCKS): MarkdownBlocks {
  if (text === before.text) return before
  const grown = before.text !== '' && text.startsWith(before.text) && !before.whole
  const blocks = grown ? before.blocks.slice(0, -1) : []
  let blockStart = grown ? before.lastStart : 0
  if (before.whole && text.startsWith(before.text)) {
    return { text, blocks: [text], lastStart: 0, whole: true }
  }

  let fence: { closer: RegExp } | null = null
  let rawHtml = false
  let inList = false
  let blankBefore = false
  let at = blockStart
  while (at < text.length) {
    const newline = text.indexOf('\n', at)
    // The last line is judged only as far as nothing that follows could change the verdict.
    const complete = newline !== -1
    const line = text.slice(at, complete ? newline : text.length)
    const blank = line.trim() === ''
    if (fence !== null) {
      if (complete && fence.closer.test(line)) fence = null
      blankBefore = false
    } else {
      if (
        blankBefore &&
        !blank &&
        !rawHtml &&
        at > blockStart &&
        (inList ? /^\S/ : /^ {0,3}\S/).test(line) &&
        mayBegin(line.trimStart(), complete)
      ) {
        blocks.push(text.slice(blockStart, at))
        blockStart = at
        inList = false
      }
      if (LIST_ITEM.test(line.trimStart())) inList = true
      blankBefore = blank && complete
      if (DEFINITION.test(line)) return { text, blocks: [text], lastStart: 0, whole: true }
      const marker = complete ? fenceMarker(line, inList) : null
      if (marker !== null) {
        fence = { closer: fenceCloser(marker) }
      } else if (RAW_HTML.test(line)) {
        rawHtml = true
      }
    }
    if (!complete) break
    at = newline + 1
  }
  blocks.push(text.slice(blockStart))
  return { text, blocks, lastStart: blockStart, whole: false }
}

/** The ticks or tildes that open fenced code on this line, with what stands before them; null when it opens none. */
function fenceMarker(line: string, inList: boolean): { indent: number; run: string } | null {
  const open = FENCE_OPEN.exec(line)
  const run = open?.[2]
  const before = open?.[1] ?? ''
  if (run === undefined || (run.startsWith('`') && (open?.[3] ?? '').includes('`'))) return null
  // Four columns outside a list make indented code, whose ticks open nothing.
  if (!inList && before.length >= 4 && before.trim() === '') return null
  return { indent: before.length, run }
}

function fenceCloser(marker: { indent: number; run: string }): RegExp {
  const { indent, run } = marker
  return new RegExp(`^[ \\t>]{0,${indent + 3}}${run.charAt(0)}{${run.length},}[ \\t]*$`)
}

/** Whether a block may begin with this line. An incomplete line could still become a list item or a definition. */
function mayBegin(line: string, complete: boolean): boolean {
  if (LIST_ITEM.test(line) || line.startsWith('[')) return false
  return complete || !/^\d{1,9}[.)]?$/.test(line)
}

/** True when the block is fenced code that has not been closed yet: its end is still being written. */
export function endsInOpenFence(block: string): boolean {
  const lines = block.split('\n')
  const marker = fenceMarker(lines[0] ?? '', false)
  if (marker === null) return false
  const closer = fenceCloser(marker)
  return !lines.slice(1).some((line) => closer.test(line))
}

/** Cuts one growing text again and again; each time it goes on where the last cuts end. */
export function createCutter(): (text: string) => MarkdownBlocks {
  let last = NO_BLOCKS
  return (text) => {
    last = splitBlocks(text, last)
    return last
  }
}
