// Markdown: its tree, walked into blocks. Very large files are read by their heading lines only: the parser of Markdown
// looks at everything several times.
import { fromMarkdown } from 'mdast-util-from-markdown'
import { gfmFromMarkdown } from 'mdast-util-gfm'
import type { Nodes, Root } from 'mdast'
import { gfm } from 'micromark-extension-gfm'
import { parsing } from '../parsing-limits.ts'
import { decodeText } from './decode-text.ts'
import { readPlain } from './file-bytes.ts'
import { MarkupText } from './markup-text.ts'
import { paragraphsOf } from './plain-text.ts'
import { tooLarge } from './reader.ts'
import type { Reader, ReaderInput } from './reader.ts'

const largestTree = 2_000_000

export const readMarkdown: Reader = (input) => {
  const text = decodeText(readPlain(input.file, input.bytes), input.remark)
  if (text.length > largestTree) byLines(text, input)
  else {
    const tree: Root = fromMarkdown(text, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] })
    const counter = { outside: 0 }
    for (const node of tree.children) walk(node, 0, input, counter)
    if (counter.outside > 0) input.remark('outside_parts_ignored', { count: counter.outside })
  }
  return Promise.resolve({ pages: null })
}

function walk(node: Nodes, depth: number, input: ReaderInput, counter: { outside: number }): void {
  if (depth > parsing.nesting) throw tooDeep()
  // eslint-disable-next-line @typescript-eslint/switch-exhaustiveness-check -- the others have a default
  switch (node.type) {
    case 'heading':
      input.add({ kind: 'heading', level: node.depth, text: wordsOf(node, counter) })
      break
    case 'paragraph':
      input.add({ kind: 'paragraph', text: wordsOf(node, counter) })
      break
    case 'code':
      input.add({ kind: 'code', text: node.value })
      break
    case 'list':
      for (const [index, item] of node.children.entries()) {
        const mark = node.ordered === true ? `${(node.start ?? 1) + index}. ` : '- '
        for (const [place, child] of item.children.entries()) {
          if (child.type === 'paragraph') {
            const words = wordsOf(child, counter)
            input.add({ kind: 'item', text: place === 0 ? mark + words : words })
          } else walk(child, depth + 1, input, counter)
        }
      }
      break
    case 'table':
      for (const row of node.children) {
        const cells = row.children.map((cell) => wordsOf(cell, counter).replaceAll(/\s+/g, ' ').trim())
        input.add({ kind: 'row', text: cells.filter((cell) => cell !== '').join(' | ') })
      }
      break
    case 'html': {
      const markup = new MarkupText(input.add)
      markup.write(node.value)
      markup.end()
      counter.outside += markup.outsideParts
      break
    }
    // Nothing of its own to say, but perhaps below.
    default:
      if ('children' in node) for (const child of node.children) walk(child, depth + 1, input, counter)
  }
}

function tooDeep(): Error {
  return tooLarge('nesting', parsing.nesting, 'Elements of the document lie too deep inside each other.')
}

/** Iterative: emphasis may be nested as deep as an author likes. */
function wordsOf(root: Nodes, counter: { outside: number }): string {
  let words = ''
  const left: Nodes[] = [root]
  for (let node = left.pop(); node !== undefined; node = left.pop()) {
    if (node.type === 'text' || node.type === 'inlineCode') words += node.value
    else if (node.type === 'break') words += '\n'
    else if (node.type === 'image' || node.type === 'imageReference') {
      counter.outside += 1
      words += node.alt ?? ''
    } else if (node.type === 'footnoteReference') words += `[${node.identifier}]`
    else if ('children' in node) left.push(...[...node.children].reverse())
  }
  return words
}

function byLines(text: string, input: ReaderInput): void {
  for (const paragraph of paragraphsOf(text)) {
    const heading = /^(#{1,6}) (.{1,300})$/.exec(paragraph)
    if (heading === null) input.add({ kind: 'paragraph', text: paragraph })
    else input.add({ kind: 'heading', level: heading[1]?.length ?? 1, text: heading[2] ?? '' })
  }
}
