// The text of a document with a passage marked in it. Pieces are fetched as they come into view, and only what is near
// the view is in the page.
import { useVirtualizer } from '@tanstack/react-virtual'
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import type { ReactElement } from 'react'
import { Spinner } from '../shared/progress.tsx'
import { useAppStore } from '../state/use-app.ts'
import { useLanguage } from '../text/language.ts'
import { textBlocks } from './text-blocks.ts'
import type { TextBlock } from './text-blocks.ts'

const PIECE = 40_000

interface Piece {
  readonly start: number
  readonly text: string
  /** Of the whole document. */
  readonly characters: number
}

export interface Stretch {
  readonly start: number
  readonly end: number
}

export function TextView(props: {
  document: string
  label: string
  /** What is marked and brought into view; null: the text is shown from its beginning. */
  passage: Stretch | null
  /** Stands out within the passage. */
  quote?: Stretch | null
  /** The text can't be had; or `expected` is not what stands at the passage any more. */
  onGone: (reason: 'gone' | 'changed') => void
  expected?: string
  /** The outline asked for this place; each request is a new object. */
  jump?: { readonly to: number } | null
}): ReactElement {
  const { text } = useLanguage()
  const store = useAppStore()
  const { document, passage, onGone, expected, jump = null } = props
  const [piece, setPiece] = useState<Piece | null>(null)
  const fetching = useRef(false)
  const passageStart = passage?.start ?? 0
  const passageEnd = passage?.end ?? 0

  const load = useCallback(
    async (around: Stretch | null): Promise<void> => {
      const start = Math.max(0, (around?.start ?? 0) - PIECE / 2)
      const found = await store.getState().readText(document, start, (around?.end ?? 0) + PIECE)
      if (found === null) onGone('gone')
      else setPiece({ start: found.start, text: found.text, characters: found.characters })
    },
    [store, document, onGone],
  )

  useEffect(() => {
    const view = { open: true }
    const around = passageEnd > passageStart ? { start: passageStart, end: passageEnd } : null
    if (around === null || expected === undefined) {
      // The text is fetched from the host, which is outside of React.
      // eslint-disable-next-line react-hooks/set-state-in-effect
      void load(around)
    } else {
      void store
        .getState()
        .readText(document, around.start, around.end)
        .then((stands) => {
          if (!view.open) return
          if (stands?.text === expected) void load(around)
          else onGone(stands === null ? 'gone' : 'changed')
        })
    }
    return () => {
      view.open = false
    }
  }, [store, document, passageStart, passageEnd, expected, load, onGone])

  useEffect(() => {
    // eslint-disable-next-line react-hooks/set-state-in-effect -- as above
    if (jump !== null) void load({ start: jump.to, end: jump.to })
  }, [jump, load])

  /** More before or behind what is there. */
  const extend = useCallback(
    async (to: 'before' | 'behind'): Promise<void> => {
      if (piece === null || fetching.current) return
      const end = piece.start + piece.text.length
      if (to === 'before' ? piece.start === 0 : end >= piece.characters) return
      fetching.current = true
      const found =
        to === 'before'
          ? await store.getState().readText(document, Math.max(0, piece.start - PIECE), piece.start)
          : await store.getState().readText(document, end, Math.min(piece.characters, end + PIECE))
      fetching.current = false
      if (found === null || found.text === '') return
      setPiece((now) =>
        now !== piece
          ? now
          : to === 'before'
            ? { ...now, start: found.start, text: found.text + now.text }
            : { ...now, text: now.text + found.text },
      )
    },
    [piece, store, document],
  )

  if (piece === null)
    return (
      <p className="text-loading muted">
        <Spinner /> {text.textLoading}
      </p>
    )
  return (
    <Blocks
      // A piece elsewhere in the text is another list; one that has grown is the same.
      label={props.label}
      piece={piece}
      passage={passage}
      quote={props.quote ?? null}
      target={jump?.to ?? (passage === null ? null : passage.start)}
      extend={extend}
    />
  )
}

function Blocks(props: {
  label: string
  piece: Piece
  passage: Stretch | null
  quote: Stretch | null
  target: number | null
  extend: (to: 'before' | 'behind') => Promise<void>
}): ReactElement {
  const { piece, passage, quote, target, extend } = props
  const scroller = useRef<HTMLDivElement>(null)
  const blocks = useMemo(
    () => textBlocks(piece.text, piece.start, passage),
    [piece.text, piece.start, passage],
  )
  // The virtualizer hands out functions; React's compiler is not in use.
  // eslint-disable-next-line react-hooks/incompatible-library
  const virtualizer = useVirtualizer({
    count: blocks.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => 30 + Math.ceil((blocks[index]?.text.length ?? 0) / 80) * 25,
    getItemKey: (index) => blocks[index]?.start ?? index,
    overscan: 3,
    initialRect: { width: 700, height: 600 },
    useFlushSync: false,
  })
  const items = virtualizer.getVirtualItems()

  // Brought into view once for each target; then the view is the person's.
  const shown = useRef<number | null>(null)
  useLayoutEffect(() => {
    if (target === null || shown.current === target) return
    const index = blocks.findLastIndex(({ start }) => start <= target)
    if (index < 0) return
    shown.current = target
    virtualizer.scrollToIndex(index, { align: passage === null ? 'start' : 'center' })
    const bring = (tries: number): void => {
      const mark = scroller.current?.querySelector('mark')
      if (mark !== null && mark !== undefined) mark.scrollIntoView({ block: 'center' })
      else if (tries > 0) requestAnimationFrame(() => bring(tries - 1))
    }
    if (passage !== null) requestAnimationFrame(() => bring(10))
  }, [target, blocks, virtualizer, passage])

  // What stands at the top stays there when more comes before it.
  const first = useRef({ start: piece.start, blocks: blocks.length })
  useLayoutEffect(() => {
    if (piece.start < first.current.start) {
      const index = blocks.findIndex(({ start }) => start >= first.current.start)
      if (index > 0) virtualizer.scrollToIndex(index, { align: 'start' })
    }
    first.current = { start: piece.start, blocks: blocks.length }
  }, [piece.start, blocks, virtualizer])

  const onScroll = (): void => {
    const element = scroller.current
    if (element === null) return
    if (element.scrollTop < 200) void extend('before')
    else if (element.scrollHeight - element.scrollTop - element.clientHeight < 600) void extend('behind')
  }
  return (
    <div
      className="text-view"
      ref={scroller}
      onScroll={onScroll}
      tabIndex={0}
      role="region"
      aria-label={props.label}
    >
      <div className="text-inside" style={{ height: virtualizer.getTotalSize() }}>
        {items.map((item) => {
          const block = blocks[item.index]
          return (
            block !== undefined && (
              <div
                key={item.key}
                data-index={item.index}
                ref={virtualizer.measureElement}
                className="text-block"
                style={{ transform: `translateY(${item.start}px)` }}
              >
                <MarkedText block={block} quote={quote} />
              </div>
            )
          )
        })}
      </div>
    </div>
  )
}

function MarkedText(props: { block: TextBlock; quote: Stretch | null }): ReactElement {
  const { block, quote } = props
  const { text, mark, start } = block
  if (mark === null) return <>{text}</>
  return (
    <>
      {text.slice(0, mark.from)}
      <mark>
        <QuotedText text={text.slice(mark.from, mark.to)} start={start + mark.from} quote={quote} />
      </mark>
      {text.slice(mark.to)}
    </>
  )
}

/** The quote within the passage stands out. */
export function QuotedText(props: { text: string; start: number; quote: Stretch | null }): ReactElement {
  const { text, start, quote } = props
  const from = quote === null ? 0 : quote.start - start
  const to = quote === null ? 0 : quote.end - start
  if (from < 0 || to > text.length || to <= from || (from === 0 && to === text.length)) return <>{text}</>
  return (
    <>
      {text.slice(0, from)}
      <strong className="quoted">{text.slice(from, to)}</strong>
      {text.slice(to)}
    </>
  )
}
