// The branches of a chat, one row per turn. Only rows near the view are in the page. Arrow keys move, Home and End jump,
// Enter shows the branch.
import { useVirtualizer } from '@tanstack/react-virtual'
import { Check, CornerDownRight } from 'lucide-react'
import { useEffect, useMemo, useRef, useState } from 'react'
import type { KeyboardEvent, ReactElement } from 'react'
import type { ConversationMemory } from '../../electron/contract/memory.ts'
import { branchRows } from '../state/branch-rows.ts'
import type { BranchRow } from '../state/branch-rows.ts'
import { runningAnswer } from '../state/message-tree.ts'
import type { Tree } from '../state/message-tree.ts'
import { readingCost } from '../state/reading-cost.ts'
import { useApp, useAppStore } from '../state/use-app.ts'
import { useLanguage } from '../text/language.ts'

const ROW_PX = 46
/** Deeper steps are drawn as this many. */
const DEEPEST = 4
const STEP_PX = 12

export function BranchTree({ tree, memory }: { tree: Tree; memory: ConversationMemory }): ReactElement {
  const { text } = useLanguage()
  const store = useAppStore()
  const scroller = useRef<HTMLDivElement>(null)
  const rows = useMemo(() => branchRows(tree), [tree])
  const ready = useMemo(() => new Set(memory.ready), [memory])
  const idle = useApp((state) => runningAnswer(state.trees[tree.conversation]) === null)
  const shownAt = Math.max(
    0,
    rows.findLastIndex(({ shown }) => shown),
  )
  const [chosen, setChosen] = useState<number | null>(null)
  const at = Math.min(chosen ?? shownAt, rows.length - 1)

  // The virtualizer hands out functions; React's compiler is not in use.
  // eslint-disable-next-line react-hooks/incompatible-library
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 6,
    initialRect: { width: 300, height: 300 },
    useFlushSync: false,
  })

  useEffect(() => {
    virtualizer.scrollToIndex(at, { align: 'auto' })
  }, [virtualizer, at])

  const show = (row: BranchRow | undefined): void => {
    if (row !== undefined && idle) void store.getState().showVersion(tree.conversation, row.id)
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      Home: 0,
      End: rows.length - 1,
      PageDown: at + 8,
      PageUp: at - 8,
      ArrowLeft: parentRow(rows, at),
      ArrowRight: at + 1,
    }
    const next = moves[event.key]
    if (next !== undefined) {
      event.preventDefault()
      setChosen(Math.min(rows.length - 1, Math.max(0, next)))
    } else if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault()
      show(rows[at])
    }
  }
  return (
    <div
      className="branch-tree"
      ref={scroller}
      role="tree"
      aria-label={text.branchTree}
      aria-activedescendant={rows[at] === undefined ? undefined : `branch-${rows[at].id}`}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <div role="presentation" style={{ height: virtualizer.getTotalSize(), position: 'relative' }}>
        {virtualizer.getVirtualItems().map((item) => {
          const row = rows[item.index]
          if (row === undefined) return null
          const cost = readingCost(tree, memory, ready, row.id)
          return (
            <Row
              key={row.id}
              row={row}
              top={item.start}
              chosen={item.index === at}
              cost={cost}
              onShow={() => {
                setChosen(item.index)
                show(row)
              }}
            />
          )
        })}
      </div>
    </div>
  )
}

function parentRow(rows: readonly BranchRow[], at: number): number {
  const depth = rows[at]?.depth ?? 0
  for (let i = at - 1; i >= 0; i -= 1) if ((rows[i]?.depth ?? 0) < depth) return i
  return Math.max(0, at - 1)
}

function Row(props: {
  row: BranchRow
  top: number
  chosen: boolean
  cost: number
  onShow: () => void
}): ReactElement {
  const { row, top, chosen, cost, onShow } = props
  const { text, format } = useLanguage()
  return (
    <div
      id={`branch-${row.id}`}
      role="treeitem"
      aria-level={row.depth + 1}
      aria-selected={chosen}
      aria-current={row.shown ? 'true' : undefined}
      className="branch-row"
      data-shown={row.shown}
      style={{ transform: `translateY(${top}px)`, paddingLeft: 8 + Math.min(row.depth, DEEPEST) * STEP_PX }}
      onClick={onShow}
    >
      {row.depth > 0 && <CornerDownRight aria-hidden size={12} className="branch-corner" />}
      <span className="branch-words">
        <span className="branch-question">{row.question}</span>
        <span className="branch-answer">{row.answer}</span>
      </span>
      <span className="branch-mark" data-ready={cost === 0}>
        {cost === 0 ? (
          <>
            <Check aria-hidden size={12} />
            {text.branchReady}
          </>
        ) : (
          <span title={text.branchReads(format.count(cost))}>{format.count(cost)}</span>
        )}
      </span>
    </div>
  )
}
