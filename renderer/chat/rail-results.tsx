// What a search has found: titles, then messages with the place of the hit. Arrow keys lead from one to the next.
import type { KeyboardEvent, ReactElement } from 'react'
import type { Snippet } from '../../electron/contract/keeping.ts'
import { fragmentOf } from '../state/address.ts'
import { useApp, useAppStore } from '../state/use-app.ts'
import { useLanguage } from '../text/language.ts'

export function RailResults(): ReactElement {
  const { text, format } = useLanguage()
  const store = useAppStore()
  const results = useApp((state) => state.results)
  const query = useApp((state) => state.search.query.trim())
  if (results === null) return <div className="rail-list" />
  const words = query.split(/\s+/u)
  const nothing = results.titles.length === 0 && results.messages.length === 0
  return (
    <div className="rail-list" onKeyDown={moveAmongHits}>
      <p className="visually-hidden" role="status">
        {text.hitCount(results.titles.length + results.messages.length)}
      </p>
      {nothing && <p className="rail-empty">{text.noResults(query)}</p>}
      {results.titles.length > 0 && (
        <>
          <h2 className="rail-group">{text.hitTitles}</h2>
          <ul aria-label={text.conversations}>
            {results.titles.map(({ conversation, title }) => (
              <li key={conversation} className="hit">
                <a
                  href={fragmentOf('chat', conversation)}
                  data-hit
                  onClick={(event) => {
                    event.preventDefault()
                    store.getState().showConversation(conversation)
                  }}
                >
                  <span className="hit-title">
                    {title.text === '' ? text.untitled : <Marked snippet={title} />}
                  </span>
                </a>
              </li>
            ))}
          </ul>
        </>
      )}
      {results.messages.length > 0 && (
        <>
          <h2 className="rail-group">{text.hitMessages}</h2>
          <ul aria-label={text.hitMessages}>
            {results.messages.map((hit) => (
              <li key={hit.message} className="hit">
                <a
                  href={fragmentOf('chat', hit.conversation)}
                  data-hit
                  onClick={(event) => {
                    event.preventDefault()
                    void store.getState().jumpTo(hit.conversation, hit.message, words)
                  }}
                >
                  <span className="hit-head">
                    <span className="hit-title">{hit.title === '' ? text.untitled : hit.title}</span>
                    <span className="hit-time">{format.day(hit.createdAt)}</span>
                  </span>
                  <span className="hit-snippet">
                    <Marked snippet={hit.snippet} />
                  </span>
                </a>
              </li>
            ))}
          </ul>
          {results.more && <p className="rail-empty">{text.moreHits}</p>}
        </>
      )}
    </div>
  )
}

function Marked({ snippet }: { snippet: Snippet }): ReactElement {
  const parts: ReactElement[] = []
  let at = 0
  for (const [start, end] of snippet.marks) {
    parts.push(<span key={at}>{snippet.text.slice(at, start)}</span>)
    parts.push(<mark key={`mark ${start}`}>{snippet.text.slice(start, end)}</mark>)
    at = end
  }
  return (
    <>
      {parts}
      {snippet.text.slice(at)}
    </>
  )
}

function moveAmongHits(event: KeyboardEvent<HTMLDivElement>): void {
  const hits = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-hit]')]
  const at = hits.findIndex((hit) => hit === document.activeElement)
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: hits.length - 1 }[event.key]
  if (at < 0 || next === undefined) return
  event.preventDefault()
  if (next < 0) event.currentTarget.parentElement?.querySelector<HTMLElement>('input[type="search"]')?.focus()
  else hits[next]?.focus()
}
