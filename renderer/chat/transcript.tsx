// The messages of the shown path. Only those near the view are in the page; the view stays at the end while it is there,
// and does not move when the person has scrolled away.
import { useVirtualizer } from '@tanstack/react-virtual'
import { ArrowDown } from 'lucide-react'
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { ReactElement } from 'react'
import { pathOf } from '../state/message-tree.ts'
import type { Tree } from '../state/message-tree.ts'
import { useApp } from '../state/use-app.ts'
import { useLanguage } from '../text/language.ts'
import { AnswerColumns } from './answer-columns.tsx'
import { MessageView } from './message-view.tsx'
import { SpokenAnswer } from './spoken-answer.tsx'
import { useJump } from './use-jump.ts'

const GUESSED_HEIGHT = 140
const AT_END_PX = 24

export function Transcript(props: { tree: Tree }): ReactElement {
  const { tree } = props
  const { text } = useLanguage()
  const scroller = useRef<HTMLDivElement>(null)
  const inside = useRef<HTMLDivElement>(null)
  /** Whether the view follows the end. Only the person's own scrolling ends it. */
  const following = useRef(true)
  const [atEnd, setAtEnd] = useState(true)
  const path = pathOf(tree)
  const comparing = useApp((state) => state.comparing)
  const branchPoint = useApp((state) => state.branchPoints[tree.conversation])
  const branchAt = branchPoint === undefined ? -1 : path.indexOf(branchPoint)

  // The virtualizer hands out functions; React's compiler is not in use.
  // eslint-disable-next-line react-hooks/incompatible-library
  const virtualizer = useVirtualizer({
    count: path.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => GUESSED_HEIGHT,
    getItemKey: (index) => path[index] ?? index,
    overscan: 4,
    paddingStart: 24,
    paddingEnd: 16,
    // The first measurement of the scroller happens after the first paint; until then assume an ordinary window.
    initialRect: { width: 800, height: 700 },
    // A chat opens at its end; nothing of its beginning is rendered on the way.
    initialOffset: () => path.length * GUESSED_HEIGHT,
    useFlushSync: false,
  })

  const toEnd = useCallback(() => {
    const element = scroller.current
    if (element === null) return
    following.current = true
    setAtEnd(true)
    element.scrollTop = element.scrollHeight
  }, [])

  useLayoutEffect(toEnd, [toEnd, tree.conversation])

  const bring = useCallback(
    (index: number) => {
      following.current = false
      virtualizer.scrollToIndex(index, { align: 'center' })
    },
    [virtualizer],
  )
  useJump(tree.conversation, path, bring, inside)

  // The point a person went to comes into view; what followed it is dimmed.
  useEffect(() => {
    if (branchAt >= 0) bring(branchAt)
    // Only when the point changes: the view is the person's otherwise.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [branchPoint])

  // A message of one's own always brings the view to the end.
  const last = path.at(-1)
  const lastRole = last === undefined ? undefined : tree.byId[last]?.state
  useLayoutEffect(() => {
    if (lastRole === 'generating') toEnd()
  }, [last, lastRole, toEnd])

  useEffect(() => {
    const element = scroller.current
    const content = inside.current
    if (element === null || content === null) return
    let lastTop = element.scrollTop
    const isAtEnd = (): boolean =>
      element.scrollHeight - element.scrollTop - element.clientHeight <= AT_END_PX
    const stick = (): void => {
      if (following.current) element.scrollTop = element.scrollHeight
    }
    const onScroll = (): void => {
      const end = isAtEnd()
      // Content that shrinks moves the position, too; only a movement up that leaves the end is a wish. The first small
      // step away from the end must not be taken back, so only a movement down takes the following up again.
      if (end && element.scrollTop >= lastTop) following.current = true
      else if (!end && element.scrollTop < lastTop - 1) following.current = false
      lastTop = element.scrollTop
      setAtEnd(end || following.current)
    }
    const onWheel = (event: WheelEvent): void => {
      if (event.deltaY < 0 && element.scrollHeight > element.clientHeight) following.current = false
    }
    const observer = new ResizeObserver(stick)
    observer.observe(content)
    observer.observe(element)
    element.addEventListener('scroll', onScroll, { passive: true })
    element.addEventListener('wheel', onWheel, { passive: true })
    return () => {
      observer.disconnect()
      element.removeEventListener('scroll', onScroll)
      element.removeEventListener('wheel', onWheel)
    }
  }, [])

  const items = virtualizer.getVirtualItems()
  return (
    <div className="transcript-frame">
      <div
        className="transcript"
        ref={scroller}
        role="log"
        aria-label={text.transcript}
        aria-live="off"
        tabIndex={0}
      >
        <div className="transcript-inside" ref={inside} style={{ height: virtualizer.getTotalSize() }}>
          <div className="transcript-window" style={{ transform: `translateY(${items[0]?.start ?? 0}px)` }}>
            {items.map((item) => {
              const id = path[item.index]
              const message = id === undefined ? undefined : tree.byId[id]
              return (
                message !== undefined && (
                  <div
                    key={item.key}
                    data-index={item.index}
                    ref={virtualizer.measureElement}
                    data-later={branchAt >= 0 && item.index > branchAt}
                    className="row"
                  >
                    {message.parent !== null && comparing[message.parent] === true ? (
                      <AnswerColumns tree={tree} message={message} />
                    ) : (
                      <MessageView message={message} last={item.index === path.length - 1} />
                    )}
                  </div>
                )
              )
            })}
          </div>
        </div>
      </div>
      {!atEnd && (
        <button type="button" className="jump-button" onClick={toEnd}>
          <ArrowDown aria-hidden size={15} />
          {text.jumpToLatest}
        </button>
      )}
      {last !== undefined && <SpokenAnswer key={last} conversation={tree.conversation} answer={last} />}
    </div>
  )
}
