// The conversations in the rail. Only the rows in view are in the page; one of them takes part in the order of Tab, and
// the arrow keys lead to the others.
import { useVirtualizer } from '@tanstack/react-virtual'
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import type { KeyboardEvent, MouseEvent, ReactElement } from 'react'
import { useApp, useAppStore } from '../state/use-app.ts'
import { useLanguage } from '../text/language.ts'
import type { Language } from '../text/language.ts'
import { ConversationItem } from './conversation-item.tsx'
import type { Group } from './conversation-groups.ts'
import { FolderRow } from './folder-row.tsx'
import { rangeOf, ROW_HEIGHTS } from './rail-rows.ts'
import type { RailRow } from './rail-rows.ts'

export function groupTitle(group: Group, { text, format }: Language): string {
  switch (group.key) {
    case 'pinned':
      return text.pinned
    case 'today':
      return text.today
    case 'yesterday':
      return text.yesterday
    case 'lastWeek':
      return text.lastWeek
    case 'lastMonth':
      return text.lastMonth
    default:
      return format.month(group.time)
  }
}

export function RailList(props: { rows: readonly RailRow[] }): ReactElement {
  const { rows } = props
  const language = useLanguage()
  const { text } = language
  const store = useAppStore()
  const scroller = useRef<HTMLDivElement>(null)
  const current = useApp((state) => state.conversation)
  const selection = useApp((state) => state.selection)
  const chosen = useMemo(() => new Set(selection ?? []), [selection])
  /** Where a range of chosen chats begins. */
  const anchor = useRef<string | null>(null)
  const [wanted, setWanted] = useState<string | null>(null)

  // eslint-disable-next-line react-hooks/incompatible-library -- hands out functions; React's compiler is not in use
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => ROW_HEIGHTS[rows[index]?.kind ?? 'chat'],
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: 8,
    paddingEnd: 12,
    initialRect: { width: 264, height: 700 },
    useFlushSync: false,
  })
  useEffect(() => virtualizer.measure(), [rows, virtualizer])

  /** The one row that Tab reaches. */
  const reachable =
    (wanted !== null && rows.some(({ key }) => key === wanted) ? wanted : null) ??
    (current !== null && rows.some(({ key }) => key === current) ? current : null) ??
    rows.find(({ kind }) => kind !== 'group')?.key

  // A row far away comes into the page only after the scrolling: every rendering looks whether it is there.
  const pending = useRef<string | null>(null)
  useLayoutEffect(() => {
    if (pending.current === null) return
    const stop = `[data-row="${CSS.escape(pending.current)}"] [data-rail-stop]`
    const element = scroller.current?.querySelector<HTMLElement>(stop) ?? null
    if (element === null) return
    pending.current = null
    element.focus({ preventScroll: true })
  })

  const onSelect = useCallback(
    (event: MouseEvent, id: string): void => {
      const state = store.getState()
      const before = state.selection
      const toggle = event.ctrlKey || event.metaKey
      if (before === null && !toggle && !event.shiftKey) return
      event.preventDefault()
      if (event.shiftKey) {
        const range = rangeOf(rows, anchor.current ?? state.conversation ?? id, id)
        state.select([...new Set([...(before ?? []), ...range])])
      } else {
        const list = before ?? []
        state.select(list.includes(id) ? list.filter((one) => one !== id) : [...list, id])
      }
      anchor.current = id
    },
    [rows, store],
  )

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    const at = rows.findIndex(
      ({ key }) => key === (event.target as HTMLElement).closest<HTMLElement>('[data-row]')?.dataset['row'],
    )
    if (at < 0 || event.nativeEvent.isComposing) return
    const step = { ArrowDown: 1, ArrowUp: -1, Home: -rows.length, End: rows.length }[event.key]
    const row = rows[at]
    if (step !== undefined && (event.target as HTMLElement).closest('[role="menu"]') === null) {
      event.preventDefault()
      const direction = Math.sign(step)
      let next = Math.min(
        rows.length - 1,
        Math.max(0, Math.abs(step) > 1 ? (step < 0 ? 0 : rows.length - 1) : at + step),
      )
      while (rows[next]?.kind === 'group') next += Math.abs(step) > 1 ? -direction : direction
      const target = rows[next]
      if (target === undefined) return
      virtualizer.scrollToIndex(next)
      pending.current = target.key
      setWanted(target.key)
    } else if (row?.kind === 'chat' && event.key === 'Delete') {
      event.preventDefault()
      void store.getState().deleteConversations(selection ?? [row.conversation.id])
    } else if (row?.kind === 'chat' && event.key === ' ' && selection !== null) {
      event.preventDefault()
      const { id } = row.conversation
      store.getState().select(chosen.has(id) ? selection.filter((one) => one !== id) : [...selection, id])
    } else if (event.key.toLowerCase() === 'a' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      store.getState().select(rows.flatMap((one) => (one.kind === 'chat' ? [one.conversation.id] : [])))
    } else if (event.key === 'Escape' && selection !== null) {
      event.stopPropagation()
      store.getState().select(null)
    }
  }

  const items = virtualizer.getVirtualItems()
  return (
    <div className="rail-list" ref={scroller} onKeyDown={onKeyDown}>
      {rows.length === 0 ? (
        <ul aria-label={text.conversations} className="conversation-list">
          <li className="rail-empty">{text.noChatsYet}</li>
        </ul>
      ) : (
        <ul
          aria-label={text.conversations}
          className="conversation-list"
          style={{ height: virtualizer.getTotalSize() }}
        >
          {items.map((item) => {
            const row = rows[item.index]
            if (row === undefined) return null
            return (
              <li
                key={row.key}
                data-row={row.key}
                className={`rail-row rail-row-${row.kind}`}
                style={{ transform: `translateY(${item.start}px)` }}
              >
                {row.kind === 'group' && (
                  <span className="rail-group">{groupTitle(row.group, language)}</span>
                )}
                {row.kind === 'folder' && (
                  <FolderRow folder={row.folder} count={row.count} reachable={row.key === reachable} />
                )}
                {row.kind === 'chat' && (
                  <ConversationItem
                    conversation={row.conversation}
                    inside={row.inside}
                    reachable={row.key === reachable}
                    chosen={selection === null ? null : chosen.has(row.conversation.id)}
                    onSelect={onSelect}
                  />
                )}
              </li>
            )
          })}
        </ul>
      )}
    </div>
  )
}
