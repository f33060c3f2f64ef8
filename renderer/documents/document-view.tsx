// One document on the page: its text, its passages, its pages.
import { ArrowLeft } from 'lucide-react'
import { Tabs } from 'radix-ui'
import { useCallback, useEffect, useState } from 'react'
import type { ReactElement } from 'react'
import type { Document, OutlineEntry } from '../../electron/contract/document-entities.ts'
import { useAppStore } from '../state/use-app.ts'
import { useLanguage } from '../text/language.ts'
import { DocumentActions } from './document-row.tsx'
import { DocumentStatus, ReadingState, documentFacts } from './document-state.tsx'
import { PassageList } from './passage-list.tsx'
import { PdfView } from './pdf-view.tsx'
import { TextView } from './text-view.tsx'
import type { Stretch } from './text-view.tsx'

const views = ['text', 'passages', 'pages'] as const

export function DocumentView(props: {
  document: Document
  passage: Stretch | null
  /** What is listed behind it. */
  scopeName: string
}): ReactElement {
  const language = useLanguage()
  const { text } = language
  const store = useAppStore()
  const { document, passage } = props
  const [view, setView] = useState<(typeof views)[number]>('text')
  const [noPages, setNoPages] = useState(false)
  const [gone, setGone] = useState(false)
  const [jump, setJump] = useState<{ to: number } | null>(null)
  const names = { text: text.viewText, passages: text.viewPassages, pages: text.viewPages }
  const shown = views.filter((one) => one !== 'pages' || (document.kind === 'pdf' && !noPages))
  const onGone = useCallback(() => setGone(true), [])
  const onFail = useCallback(() => {
    setNoPages(true)
    setView('text')
  }, [])
  const ready = document.status === 'ready'
  return (
    <section className="document-view" aria-label={document.name}>
      <button
        type="button"
        className="link-button back-link"
        onClick={() => store.getState().patchView({ documentShown: null })}
      >
        <ArrowLeft aria-hidden size={15} />
        {props.scopeName}
      </button>
      <div className="document-view-head">
        <div className="document-words">
          <h2>{document.name}</h2>
          <p className="document-facts">{documentFacts(language, document).join(' · ')}</p>
          <DocumentStatus document={document} />
          {ready && <ReadingState document={document} />}
        </div>
        <DocumentActions document={document} />
      </div>
      {noPages && <p className="document-remark">{text.pagesFailed}</p>}
      {ready && (
        <Tabs.Root
          className="document-tabs"
          value={view}
          onValueChange={(value) => setView(views.find((one) => one === value) ?? 'text')}
        >
          <Tabs.List className="page-tabs" aria-label={text.documentViews}>
            {shown.map((one) => (
              <Tabs.Trigger key={one} value={one} className="page-tab">
                {names[one]}
              </Tabs.Trigger>
            ))}
          </Tabs.List>
          <Tabs.Content value="text" className="document-panel">
            {gone ? (
              <p className="muted text-loading">{text.documentGone}</p>
            ) : (
              <div className="document-reader">
                <Outline document={document.id} onJump={(to) => setJump({ to })} />
                <TextView
                  document={document.id}
                  label={text.viewText}
                  passage={jump === null ? passage : null}
                  onGone={onGone}
                  jump={jump}
                />
              </div>
            )}
          </Tabs.Content>
          <Tabs.Content value="passages" className="document-panel">
            <PassageList document={document.id} count={document.passages} />
          </Tabs.Content>
          <Tabs.Content value="pages" className="document-panel">
            <PdfView document={document.id} name={document.name} page={1} passage={null} onFail={onFail} />
          </Tabs.Content>
        </Tabs.Root>
      )}
    </section>
  )
}

/** Headings and where they lead; pages alone are no table of contents. */
function Outline(props: { document: string; onJump: (to: number) => void }): ReactElement | null {
  const { text } = useLanguage()
  const store = useAppStore()
  const [entries, setEntries] = useState<readonly OutlineEntry[]>([])
  const { document } = props
  useEffect(() => {
    let current = true
    void store
      .getState()
      .readOutline(document)
      .then((found) => {
        if (current && found !== null) setEntries(found.filter(({ level }) => level > 0).slice(0, 500))
      })
    return () => {
      current = false
    }
  }, [store, document])
  if (entries.length < 2) return null
  return (
    <nav className="outline" aria-label={text.outline}>
      <ul>
        {entries.map((entry, index) => (
          <li key={index} data-level={Math.min(4, entry.level)}>
            <button type="button" onClick={() => props.onJump(entry.start)}>
              {entry.title}
            </button>
          </li>
        ))}
      </ul>
    </nav>
  )
}
