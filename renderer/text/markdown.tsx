// Markdown as elements, never as HTML strings. The text is cut into blocks that are rendered and remembered one by one;
// a growing answer renders only its last block again.
import { ImageOff, SquareCheck, Square } from 'lucide-react'
import { memo, useMemo, useState } from 'react'
import type { ComponentType, CSSProperties, MouseEvent, ReactElement, ReactNode } from 'react'
import ReactMarkdown from 'react-markdown'
import type { Components } from 'react-markdown'
import rehypeHighlight from 'rehype-highlight'
import remarkGfm from 'remark-gfm'
import type { Citation } from '../../electron/contract/evidence.ts'
import { CitationLinks } from './citation-link.tsx'
import { NO_MARKS, markCitations } from './citation-marks.ts'
import type { CitationMark } from './citation-marks.ts'
import { CodeBlock } from './code-block.tsx'
import { useLanguage } from './language.ts'
import { linkTarget } from './links.ts'
import { LongTable } from './long-table.tsx'
import { createCutter, endsInOpenFence } from './markdown-blocks.ts'
import { CITATION, FORMULA, roostMarkdown } from './markdown-plugins.ts'
import { maskMath } from './math-spans.ts'
import { Mathematics } from './mathematics.tsx'
import { isLongTable } from './table-portions.ts'

/** Characters up to which code is coloured: at once when it is complete, while it is being written only when short. */
const COLOURED_COMPLETE = 60_000
const COLOURED_GROWING = 5_000

interface HastNode {
  type: string
  tagName?: string
  value?: string
  properties?: Record<string, unknown>
  children?: HastNode[]
}

function textOf(node: HastNode | undefined): string {
  if (node === undefined) return ''
  if (node.type === 'text') return node.value ?? ''
  return (node.children ?? []).map(textOf).join('')
}

function languageOf(code: HastNode | undefined): string | null {
  const names = code?.properties?.['className']
  if (!Array.isArray(names)) return null
  const name = names.find(
    (value): value is string => typeof value === 'string' && value.startsWith('language-'),
  )
  return name === undefined ? null : name.slice('language-'.length)
}

function Pre(props: { node?: unknown; children?: ReactNode }): ReactElement {
  const code = (props.node as HastNode | undefined)?.children?.[0]
  const child = props.children as { props?: { children?: ReactNode } } | undefined
  return (
    <CodeBlock language={languageOf(code)} code={textOf(code).replace(/\n$/, '')}>
      {child?.props?.children}
    </CodeBlock>
  )
}

function Table(props: { children?: ReactNode }): ReactElement {
  return (
    <div className="table-frame" tabIndex={0}>
      <table>{props.children}</table>
    </div>
  )
}

/** A corner of a table without words heads nothing. */
function HeaderCell(props: { children?: ReactNode; style?: CSSProperties }): ReactElement {
  const Cell = props.children === undefined ? 'td' : 'th'
  return <Cell style={props.style}>{props.children}</Cell>
}

function Image(props: { alt?: string | undefined; src?: unknown }): ReactElement {
  const { text } = useLanguage()
  const target = typeof props.src === 'string' ? linkTarget(props.src) : null
  return (
    <span className="image-refused">
      <ImageOff aria-hidden size={14} />
      {text.imageNotLoaded(props.alt ?? '', target === null ? '' : new URL(target).host)}
    </span>
  )
}

function TaskMark(props: { checked?: boolean | undefined; type?: string | undefined }): ReactElement {
  const { text } = useLanguage()
  const Mark = props.checked === true ? SquareCheck : Square
  return (
    <span role="img" className="task-mark" aria-label={props.checked === true ? text.yes : text.no}>
      <Mark aria-hidden size={15} />
    </span>
  )
}

function Formula(props: { tex?: string; display?: string; children?: ReactNode }): ReactElement {
  const tex = props.tex ?? ''
  const source = typeof props.children === 'string' ? props.children : tex
  return <Mathematics key={`${source} ${tex}`} tex={tex} display={props.display === 'yes'} source={source} />
}

/** An answer's headings stand below the chat's, in two steps: models skip levels, and a list of headings must not. */
const lowered = {
  h1: 'h2',
  h2: 'h2',
  h3: 'h2',
  h4: 'h3',
  h5: 'h3',
  h6: 'h3',
} as const

export function markdownParts(
  openLink: (url: string) => void,
  marks: readonly CitationMark[] = NO_MARKS,
  openCitation: ((number: number) => void) | null = null,
): Components {
  function CitationHere(props: { index?: string }): ReactElement | null {
    const mark = marks[Number(props.index)]
    return mark === undefined || openCitation === null ? null : (
      <CitationLinks mark={mark} open={openCitation} />
    )
  }
  function Link(props: { href?: string | undefined; children?: ReactNode }): ReactElement {
    const target = props.href === undefined ? null : linkTarget(props.href)
    if (target === null) return <span>{props.children}</span>
    const ask = (event: MouseEvent): void => {
      event.preventDefault()
      openLink(target)
    }
    return (
      <a
        href={target}
        rel="noreferrer noopener"
        target="_blank"
        onClick={ask}
        onAuxClick={ask}
        title={target}
      >
        {props.children}
      </a>
    )
  }
  const heading = (level: keyof typeof lowered) => {
    const Tag = lowered[level]
    return function Heading(props: { children?: ReactNode }): ReactElement {
      return <Tag className={`heading-${level}`}>{props.children}</Tag>
    }
  }
  const table: Record<string, ComponentType<never>> = {
    a: Link,
    pre: Pre,
    table: Table,
    th: HeaderCell,
    img: Image,
    input: TaskMark,
    h1: heading('h1'),
    h2: heading('h2'),
    h3: heading('h3'),
    h4: heading('h4'),
    h5: heading('h5'),
    h6: heading('h6'),
    [FORMULA]: Formula,
    [CITATION]: CitationHere,
  }
  return table as Components
}

const colouring = [[rehypeHighlight, { detect: false }]] as [[typeof rehypeHighlight, { detect: boolean }]]

interface BlockProps {
  readonly source: string
  readonly growing: boolean
  readonly parts: Components
  readonly marks?: readonly CitationMark[]
}

export const MarkdownBlock = memo(function MarkdownBlock({
  source,
  growing,
  parts,
  marks = NO_MARKS,
}: BlockProps): ReactElement {
  const masked = useMemo(() => maskMath(source), [source])
  const coloured =
    source.length <= (growing && endsInOpenFence(source) ? COLOURED_GROWING : COLOURED_COMPLETE)
  return (
    <ReactMarkdown
      remarkPlugins={[remarkGfm, [roostMarkdown, { spans: masked.spans, marks }]]}
      rehypePlugins={coloured ? colouring : []}
      components={parts}
      urlTransform={(url) => url}
    >
      {masked.text}
    </ReactMarkdown>
  )
})

/** `growing`: the text is being written; its last block is not complete yet. */
export function Markdown(props: {
  text: string
  growing: boolean
  openLink: (url: string) => void
  /** Of the whole answer, of which `text` is the part from `offset` on. */
  citations?: {
    readonly list: readonly Citation[]
    readonly offset: number
    readonly open: (number: number) => void
  }
}): ReactElement {
  const { text, growing, openLink, citations } = props
  const [cutBlocks] = useState(createCutter)
  const cited = useMemo(
    () =>
      citations === undefined
        ? { text, marks: NO_MARKS }
        : markCitations(text, citations.list, citations.offset),
    [text, citations],
  )
  const cut = cutBlocks(cited.text)
  const openCitation = citations?.open ?? null
  const { marks } = cited
  const parts = useMemo(() => markdownParts(openLink, marks, openCitation), [openLink, marks, openCitation])
  const block = (source: string, grows: boolean, key: number): ReactElement => (
    <MarkdownBlock key={key} source={source} growing={grows} parts={parts} marks={marks} />
  )
  return (
    <div className="markdown" data-growing={growing}>
      {cut.blocks.map((source, index) => {
        const grows = growing && index === cut.blocks.length - 1
        return isLongTable(source) ? (
          <LongTable key={index} source={source} growing={grows} block={block} />
        ) : (
          block(source, grows, index)
        )
      })}
    </div>
  )
}
