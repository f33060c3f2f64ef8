// A table of thousands of rows is one block of Markdown, and all of it at once would hold the window up. It is cut into
// tables of some hundred rows, each with the head of the whole; the first is shown, the others when they are asked for.
import { useMemo, useState } from 'react'
import type { ReactElement } from 'react'
import { useLanguage } from './language.ts'
import { PORTION_ROWS, tablePortions } from './table-portions.ts'

export function LongTable(props: {
  source: string
  /** The last portion is being written. */
  growing: boolean
  /** Renders a portion. */
  block: (source: string, growing: boolean, key: number) => ReactElement
}): ReactElement {
  const { source, growing, block } = props
  const { text, format } = useLanguage()
  const [count, setCount] = useState(1)
  const { portions, rows } = useMemo(() => tablePortions(source), [source])
  const shown = Math.min(rows, count * PORTION_ROWS)
  return (
    <>
      {portions
        .slice(0, count)
        .map((portion, index) => block(portion, growing && index === portions.length - 1, index))}
      {shown < rows && (
        <p className="table-more">
          <button type="button" className="button button-small" onClick={() => setCount(count + 1)}>
            {text.tableMore(format.count(shown), format.count(rows))}
          </button>
        </p>
      )}
    </>
  )
}
