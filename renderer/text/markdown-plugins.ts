// What Roost does to the tree of a Markdown block: formulas come back from their placeholders, a line break in the source
// is a line break on the screen (RWKV's chat format separates paragraphs by single breaks), and raw HTML is text.
import { splitAtCitations, unmarkCitations } from './citation-marks.ts'
import type { CitationMark } from './citation-marks.ts'
import { splitAtMath, unmaskMath } from './math-spans.ts'
import type { MathSpan } from './math-spans.ts'

/** The part of an mdast node that is used here. */
export interface MarkdownNode {
  type: string
  value?: string
  url?: string
  alt?: string | null
  title?: string | null
  ordered?: boolean | null
  position?: { start: { offset?: number } }
  children?: MarkdownNode[]
  data?: {
    hName?: string
    hProperties?: Record<string, unknown>
    hChildren?: { type: 'text'; value: string }[]
  }
}

/** Name of the element that stands for a formula; `Markdown` maps it to a component. */
export const FORMULA = 'roost-formula'

/** Name of the element that stands for a citation. */
export const CITATION = 'roost-citation'

function citation(index: number): MarkdownNode {
  return {
    type: 'roostCitation',
    data: { hName: CITATION, hProperties: { index: String(index) }, hChildren: [] },
  }
}

function formula(span: MathSpan): MarkdownNode {
  return {
    type: 'roostFormula',
    data: {
      hName: FORMULA,
      hProperties: { tex: span.tex, display: span.display ? 'yes' : 'no' },
      hChildren: [{ type: 'text', value: span.source }],
    },
  }
}

function textWithBreaks(value: string): MarkdownNode[] {
  return value.split('\n').flatMap((line, index): MarkdownNode[] => {
    const text: MarkdownNode[] = line === '' ? [] : [{ type: 'text', value: line }]
    return index === 0 ? text : [{ type: 'break' }, ...text]
  })
}

/** The number that would begin a list, with its full stop. */
const LIST_NUMBER = /^\s*(\d{1,9})[.)]/
/** One or more citations and nothing else: as the model writes them, or as `markCitations` left them. */
const ONLY_CITATIONS = /^(?:\s*(?:\[\d+(?:\s*[,\u3001\uFF0C-]\s*\d+)*\]|\uE0F9\d+\uE0FA))+\s*[.\u3002]?\s*$/u
/** Nobody counts a lone step with so many digits: it is a year. */
const DIGITS_OF_A_YEAR = 4

/**
 * "1953. [1]" answers when; CommonMark reads a list that begins at 1953. A numbered list of one item is text where the
 * item is empty or holds citations alone, and where its number is no number of a step. Lone steps with words, as code
 * between them leaves them, stay lists.
 */
function asText(list: MarkdownNode, source: string): MarkdownNode[] | null {
  const [item, second] = list.children ?? []
  if (list.ordered !== true || item === undefined || second !== undefined) return null
  const number = LIST_NUMBER.exec(source.slice(list.position?.start.offset ?? source.length))
  if (number === null) return null
  const [first, ...rest] = item.children ?? []
  if (first !== undefined && first.type !== 'paragraph') return null
  const words = first?.children ?? []
  const bare =
    rest.length === 0 &&
    words.every(({ type }) => type === 'text') &&
    (words.length === 0 || ONLY_CITATIONS.test(words.map(({ value }) => value ?? '').join('')))
  if (!bare && (number[1] ?? '').length < DIGITS_OF_A_YEAR) return null
  const mark = number[0].trim() + (words.length === 0 ? '' : ' ')
  return [{ type: 'paragraph', children: [{ type: 'text', value: mark }, ...words] }, ...rest]
}

const PHRASING_PARENTS = new Set([
  'paragraph',
  'heading',
  'emphasis',
  'strong',
  'delete',
  'link',
  'linkReference',
  'tableCell',
])

export function roostMarkdown(options: {
  spans: readonly MathSpan[]
  marks: readonly CitationMark[]
}): (tree: MarkdownNode, file: { toString(): string }) => void {
  const { spans, marks } = options
  const restored = (value: string): string => unmarkCitations(unmaskMath(value, spans), marks)

  function rewrite(parent: MarkdownNode, source: string): void {
    if (parent.children === undefined) return
    parent.children = parent.children.flatMap((node): MarkdownNode[] => {
      switch (node.type) {
        case 'list': {
          const read = { type: 'root', children: asText(node, source) ?? [] }
          if (read.children.length === 0) {
            rewrite(node, source)
            return [node]
          }
          rewrite(read, source)
          return read.children
        }
        case 'text':
          return splitAtMath(node.value ?? '', spans).flatMap((part) =>
            typeof part === 'string'
              ? splitAtCitations(part, marks).flatMap((piece) =>
                  typeof piece === 'string' ? textWithBreaks(piece) : [citation(piece)],
                )
              : [formula(part)],
          )
        case 'html': {
          const text = textWithBreaks(restored(node.value ?? ''))
          return PHRASING_PARENTS.has(parent.type) ? text : [{ type: 'paragraph', children: text }]
        }
        case 'code':
        case 'inlineCode':
          node.value = restored(node.value ?? '')
          return [node]
        default:
          if (typeof node.url === 'string') node.url = restored(node.url)
          if (typeof node.alt === 'string') node.alt = restored(node.alt)
          if (typeof node.title === 'string') node.title = restored(node.title)
          rewrite(node, source)
          return [node]
      }
    })
  }
  return (tree, file) => rewrite(tree, String(file))
}
