// Where a passage stands: document, page, headings.
import type { ReactElement } from 'react'
import { useLanguage } from '../text/language.ts'

export function PassagePlace(props: {
  name: string | null
  page: number | null
  headings: readonly string[]
}): ReactElement {
  const { text, format } = useLanguage()
  const place = [
    ...(props.page === null ? [] : [text.pageOf(format.count(props.page))]),
    ...(props.headings.length === 0 ? [] : [props.headings.join(' › ')]),
  ]
  return (
    <span className="passage-place">
      {props.name !== null && <strong>{props.name}</strong>}
      {place.length > 0 && <span className="muted">{place.join(' · ')}</span>}
    </span>
  )
}
