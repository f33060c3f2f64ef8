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
}): (tree: MarkdownNode) => void {
  const { spans, marks } = options
  const restored = (value: string): string => unmarkCitations(unmaskMath(value, spans), marks)

  function rewrite(parent: MarkdownNode): void {
    if (parent.children === undefined) return
    parent.children = parent.children.flatMap((node): MarkdownNode[] => {
      switch (node.type) {
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
          rewrite(node)
          return [node]
      }
    })
  }
  return rewrite
}
