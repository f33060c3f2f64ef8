// A web page that was saved.
import { decodeText } from './decode-text.ts'
import { readPlain } from './file-bytes.ts'
import { MarkupText } from './markup-text.ts'
import type { Block, Reader } from './reader.ts'

const pieceCharacters = 256 * 1024

export const readHtml: Reader = (input) => {
  const bytes = readPlain(input.file, input.bytes)
  const text = decodeText(bytes, input.remark, declaredEncoding(bytes))
  // The title stands before the text, but is wanted only where no heading says it.
  const waiting: Block[] = []
  const state = { titled: false }
  const add = (block: Block): void => {
    if (state.titled) return input.add(block)
    waiting.push(block)
    if (block.kind === 'heading' || waiting.length > 20) begin(block.kind === 'heading')
  }
  const begin = (hasHeading: boolean): void => {
    state.titled = true
    if (!hasHeading && markup.title !== '') input.add({ kind: 'heading', level: 1, text: markup.title })
    for (const block of waiting) input.add(block)
  }
  const markup = new MarkupText(add)
  for (let start = 0; start < text.length; start += pieceCharacters) {
    markup.write(text.slice(start, start + pieceCharacters))
    input.progress(start / text.length)
  }
  markup.end()
  if (!state.titled) begin(false)
  if (markup.outsideParts > 0) input.remark('outside_parts_ignored', { count: markup.outsideParts })
  return Promise.resolve({ pages: null })
}

/** In the first bytes, which are ASCII in every encoding that can be declared so. */
function declaredEncoding(bytes: Uint8Array): string | null {
  const head = Buffer.from(bytes.subarray(0, 2048)).toString('latin1')
  return /<meta[^>]{0,200}charset\s*=\s*["']?([\w-]{2,40})/i.exec(head)?.[1] ?? null
}
