// Brings the message of a search hit into view and marks the words in it. The marks are the browser's own highlights:
// they belong to no element, so what is rendered stays as it is.
import { useEffect } from 'react'
import type { RefObject } from 'react'
import { useApp, useAppStore } from '../state/use-app.ts'

const HIGHLIGHT = 'search-hit'
/** Rows are measured after they are shown, so the first place may be wrong: it is looked for again for this long. */
const SETTLING_MS = 700

/**
 * @param bring scrolls so that the row of this index is in the page
 * @param rows the element whose descendants have data-index
 */
export function useJump(
  conversation: string,
  path: readonly string[],
  bring: (index: number) => void,
  rows: RefObject<HTMLElement | null>,
): void {
  const store = useAppStore()
  const jump = useApp((state) => (state.jump?.conversation === conversation ? state.jump : null))
  useEffect(() => {
    if (jump === null) return
    const index = path.indexOf(jump.message)
    if (index < 0) return
    const until = performance.now() + SETTLING_MS
    let frame = 0
    const look = (): void => {
      bring(index)
      const row = rows.current?.querySelector<HTMLElement>(`[data-index="${index}"]`)
      if (row !== null && row !== undefined) {
        const ranges = rangesOf(row, jump.words)
        CSS.highlights.set(HIGHLIGHT, new Highlight(...ranges))
        ;(ranges[0]?.startContainer.parentElement ?? row).scrollIntoView({ block: 'center' })
        row.dataset['found'] = 'true'
      }
      if (performance.now() < until) frame = requestAnimationFrame(look)
      else store.getState().endJump()
    }
    // A hand on the wheel is a wish to look elsewhere.
    const stop = (): void => {
      cancelAnimationFrame(frame)
      store.getState().endJump()
    }
    const element = rows.current
    element?.addEventListener('wheel', stop, { passive: true, once: true })
    frame = requestAnimationFrame(look)
    return () => {
      cancelAnimationFrame(frame)
      element?.removeEventListener('wheel', stop)
    }
  }, [jump, path, bring, rows, store])
  useEffect(() => () => void CSS.highlights.delete(HIGHLIGHT), [conversation])
}

const MOST_RANGES = 200

function rangesOf(row: HTMLElement, words: readonly string[]): Range[] {
  const wanted = words.map((word) => word.toLowerCase()).filter((word) => word !== '')
  const ranges: Range[] = []
  const texts = document.createTreeWalker(row, NodeFilter.SHOW_TEXT)
  for (let node = texts.nextNode(); node !== null && ranges.length < MOST_RANGES; node = texts.nextNode()) {
    if ((node.parentElement?.closest('button, .answer-foot') ?? null) !== null) continue
    const text = (node.textContent ?? '').toLowerCase()
    for (const word of wanted) {
      for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
        if (at + word.length > (node.textContent ?? '').length) break
        const range = document.createRange()
        range.setStart(node, at)
        range.setEnd(node, at + word.length)
        ranges.push(range)
      }
    }
  }
  return ranges
}
