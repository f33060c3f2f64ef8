// The passages of a document as the index keeps them, in their order.
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef, useState } from 'react'
import type { ReactElement } from 'react'
import type { Passage } from '../../electron/contract/document-entities.ts'
import { Spinner } from '../shared/progress.tsx'
import { useAppStore } from '../state/use-app.ts'
import { useLanguage } from '../text/language.ts'
import { PassagePlace } from './passage-place.tsx'

export function PassageList(props: { document: string; count: number }): ReactElement {
  const { text, format } = useLanguage()
  const store = useAppStore()
  const { document, count } = props
  const [passages, setPassages] = useState<readonly Passage[]>([])
  const scroller = useRef<HTMLDivElement>(null)
  // The virtualizer hands out functions; React's compiler is not in use.
  // eslint-disable-next-line react-hooks/incompatible-library
  const virtualizer = useVirtualizer({
    count: passages.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 150,
    getItemKey: (index) => passages[index]?.id ?? index,
    overscan: 3,
    initialRect: { width: 700, height: 600 },
    useFlushSync: false,
  })
  const items = virtualizer.getVirtualItems()
  const last = items.at(-1)?.index ?? -1
  const have = passages.length
  const wanted = have < count && last >= have - 20
  useEffect(() => {
    if (!wanted) return
    let current = true
    void store
      .getState()
      .readPassages(document, have)
      .then((found) => {
        if (current && found !== null && found.length > 0) setPassages((before) => [...before, ...found])
      })
    return () => {
      current = false
    }
  }, [store, document, wanted, have])
  if (count === 0) return <p className="muted text-loading">{text.noPassages}</p>
  return (
    <div className="text-view" ref={scroller} tabIndex={0} role="region" aria-label={text.viewPassages}>
      {have === 0 && (
        <p className="text-loading muted">
          <Spinner /> {text.textLoading}
        </p>
      )}
      <ol className="text-inside passages" style={{ height: virtualizer.getTotalSize() }}>
        {items.map((item) => {
          const passage = passages[item.index]
          return (
            passage !== undefined && (
              <li
                key={item.key}
                data-index={item.index}
                ref={virtualizer.measureElement}
                className="text-block passage-block"
                style={{ transform: `translateY(${item.start}px)` }}
              >
                <div className="passage-head">
                  <span className="passage-rank figure">{format.count(passage.ordinal + 1)}</span>
                  <PassagePlace name={null} page={passage.page} headings={passage.headings} />
                  <span className="muted figure">
                    {text.characterCount(format.count(passage.text.length))}
                  </span>
                </div>
                <p>{passage.text}</p>
              </li>
            )
          )
        })}
      </ol>
    </div>
  )
}
