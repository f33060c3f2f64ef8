// A long text in blocks that are drawn only near the view. The passage that is marked stays in one block, so that it is
// one marked element.

export interface TextBlock {
  /** Of the whole document, as every offset. */
  readonly start: number
  readonly text: string
  /** Of this block's text; null: nothing of it is marked. */
  readonly mark: { readonly from: number; readonly to: number } | null
}

const BLOCK = 1200
/** A marked stretch that is longer is marked block by block. */
const LONGEST_MARK = 24_000

/** `text` begins at `offset` of the document. Cuts at line ends where there are any near, never inside a character. */
export function textBlocks(
  text: string,
  offset: number,
  marked: { start: number; end: number } | null,
  size = BLOCK,
): TextBlock[] {
  const mark =
    marked === null
      ? null
      : { from: Math.max(0, marked.start - offset), to: Math.min(text.length, marked.end - offset) }
  const inMark = (at: number): boolean =>
    mark !== null && mark.to - mark.from <= LONGEST_MARK && at > mark.from && at < mark.to
  const blocks: TextBlock[] = []
  let from = 0
  let at = 0
  while (at < text.length) {
    at = cutAfter(text, at, size)
    if (inMark(at)) continue
    const inside =
      mark !== null && mark.to > from && mark.from < at && mark.to > mark.from
        ? { from: Math.max(0, mark.from - from), to: Math.min(at, mark.to) - from }
        : null
    blocks.push({ start: offset + from, text: text.slice(from, at), mark: inside })
    from = at
  }
  return blocks
}

function cutAfter(text: string, from: number, size: number): number {
  const wanted = from + size
  if (wanted >= text.length) return text.length
  const before = text.lastIndexOf('\n', wanted)
  if (before > from) return before + 1
  const after = text.indexOf('\n', wanted)
  if (after !== -1 && after - from < size * 2) return after + 1
  const blank = text.lastIndexOf(' ', wanted)
  if (blank > from) return blank + 1
  // Between two halves of a character nothing may be cut.
  const code = text.charCodeAt(wanted)
  return code >= 0xdc00 && code <= 0xdfff ? wanted + 1 : wanted
}
