// What Roost does to the tree of a Markdown block: formulas come back from their placeholders, a line break in the source
// is a line break on the screen (RWKV's chat format separates paragraphs by single breaks), and raw HTML is text.
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

export function roostMarkdown(options: { spans: readonly MathSpan[] }): (tree: MarkdownNode) => void {
  const { spans } = options

  function rewrite(parent: MarkdownNode): void {
    if (parent.children === undefined) return
    parent.children = parent.children.flatMap((node): MarkdownNode[] => {
      switch (node.type) {
        case 'text':
          return splitAtMath(node.value ?? '', spans).flatMap((part) =>
            typeof part === 'string' ? textWithBreaks(part) : [formula(part)],
          )
        case 'html': {
          const text = textWithBreaks(unmaskMath(node.value ?? '', spans))
          return PHRASING_PARENTS.has(parent.type) ? text : [{ type: 'paragraph', children: text }]
        }
        case 'code':
        case 'inlineCode':
          node.value = unmaskMath(node.value ?? '', spans)
          return [node]
        default:
          if (typeof node.url === 'string') node.url = unmaskMath(node.url, spans)
          if (typeof node.alt === 'string') node.alt = unmaskMath(node.alt, spans)
          if (typeof node.title === 'string') node.title = unmaskMath(node.title, spans)
          rewrite(node)
          return [node]
      }
    })
  }
  return rewrite
}
