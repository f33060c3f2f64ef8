// The documents of what is chosen on the left. Only those near the view are in the page.
import { useVirtualizer } from '@tanstack/react-virtual'
import { CircleAlert, Search, X } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { useMemo, useRef, useState } from 'react'
import type { ReactElement } from 'react'
import type { Document } from '../../electron/contract/document-entities.ts'
import { ConfirmDialog } from '../shared/dialog.tsx'
import { IconButton } from '../shared/icon-button.tsx'
import { Spinner } from '../shared/progress.tsx'
import type { DocumentsScope, Incoming } from '../state/documents-state.ts'
import { useApp, useAppStore } from '../state/use-app.ts'
import { errorWords, useLanguage } from '../text/language.ts'
import { DocumentRow } from './document-row.tsx'

/** Fewer are seen at a glance. */
const FILTERED_FROM = 8

export function inScope(document: Document, scope: DocumentsScope): boolean {
  if (scope.kind === 'all') return true
  if (scope.kind === 'loose') return document.collection === null
  return document.collection === scope.id
}

export function DocumentList(props: { documents: readonly Document[]; scope: DocumentsScope }): ReactElement {
  const { text, format } = useLanguage()
  const { documents, scope } = props
  const collections = useApp((state) => state.collections)
  const incoming = useApp((state) => state.incoming)
  const [query, setQuery] = useState('')
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const words = query.trim().toLowerCase()
  const shown = useMemo(
    () => (words === '' ? documents : documents.filter(({ name }) => name.toLowerCase().includes(words))),
    [documents, words],
  )
  const arriving = incoming.filter(
    ({ to }) =>
      to.kind === 'library' &&
      (scope.kind === 'all' || to.collection === (scope.kind === 'collection' ? scope.id : null)),
  )
  const picked = documents.filter(({ id }) => chosen.has(id))
  const names = new Map(collections.map(({ id, name }) => [id, name]))
  const scroller = useRef<HTMLDivElement>(null)
  // The virtualizer hands out functions; React's compiler is not in use.
  // eslint-disable-next-line react-hooks/incompatible-library
  const virtualizer = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 68,
    getItemKey: (index) => shown[index]?.id ?? index,
    overscan: 6,
    initialRect: { width: 700, height: 700 },
    useFlushSync: false,
  })
  const items = virtualizer.getVirtualItems()
  const choose = (id: string, on: boolean): void =>
    setChosen((before) => {
      const next = new Set(before)
      if (on) next.add(id)
      else next.delete(id)
      return next
    })
  const working = documents.filter(({ status }) => status !== 'ready' && status !== 'failed').length
  const failed = documents.filter(({ status }) => status === 'failed').length
  return (
    <>
      <div className="documents-bar">
        {picked.length > 0 ? (
          <Chosen documents={picked} onDone={() => setChosen(new Set())} />
        ) : (
          <>
            <p className="documents-count" role="status">
              {text.documentCount(documents.length, format.count(documents.length))}
              {working > 0 && ` · ${text.workingCount(working, format.count(working))}`}
              {failed > 0 && (
                <>
                  {' · '}
                  <span className="warning">{text.failedCount(failed, format.count(failed))}</span>
                </>
              )}
            </p>
            {documents.length >= FILTERED_FROM && (
              <label className="page-search documents-filter">
                <Search aria-hidden size={15} />
                <input
                  type="search"
                  aria-label={text.filterDocuments}
                  placeholder={text.filterDocuments}
                  value={query}
                  maxLength={200}
                  onChange={({ target }) => setQuery(target.value)}
                />
              </label>
            )}
          </>
        )}
      </div>
      <div className="documents-scroller" ref={scroller} tabIndex={-1}>
        {arriving.length > 0 && (
          <ul className="incoming-list">
            {arriving.slice(0, 50).map((one) => (
              <IncomingRow key={one.id} incoming={one} />
            ))}
          </ul>
        )}
        {shown.length === 0 && words !== '' && (
          <p className="muted documents-none">{text.noDocumentMatches}</p>
        )}
        <ul
          className="documents-list"
          aria-label={text.documents}
          style={{ height: virtualizer.getTotalSize() }}
        >
          {items.map((item) => {
            const document = shown[item.index]
            return (
              document !== undefined && (
                <li
                  key={item.key}
                  data-index={item.index}
                  ref={virtualizer.measureElement}
                  aria-setsize={shown.length}
                  aria-posinset={item.index + 1}
                  style={{ transform: `translateY(${item.start}px)` }}
                >
                  <DocumentRow
                    document={document}
                    chosen={chosen.has(document.id)}
                    choosing={picked.length > 0}
                    onChoose={(on) => choose(document.id, on)}
                    collectionName={
                      scope.kind === 'all' && document.collection !== null
                        ? names.get(document.collection)
                        : undefined
                    }
                  />
                </li>
              )
            )
          })}
        </ul>
      </div>
    </>
  )
}

function IncomingRow({ incoming }: { incoming: Incoming }): ReactElement {
  const language = useLanguage()
  const { text, format } = language
  const store = useAppStore()
  const { problem } = incoming
  const words = problem === null ? null : errorWords(language, problem.code, problem.detail)
  return (
    <li className="document-row">
      {words === null ? <Spinner /> : <CircleAlert aria-hidden size={16} className="warning" />}
      <div className="document-words">
        <span className="document-name">{incoming.name}</span>
        <p className={words === null ? 'document-facts' : 'document-problem'}>
          {words === null
            ? `${text.statusUploading} · ${format.bytes(incoming.bytes)}`
            : `${words.title}. ${words.body}`}
        </p>
      </div>
      {words !== null && (
        <IconButton
          label={text.dismiss}
          icon={X}
          onClick={() => store.getState().dismissIncoming(incoming.id)}
        />
      )}
    </li>
  )
}

function Chosen(props: { documents: readonly Document[]; onDone: () => void }): ReactElement {
  const { text, format } = useLanguage()
  const store = useAppStore()
  const collections = useApp((state) => state.collections)
  const [removing, setRemoving] = useState(false)
  const ids = props.documents.map(({ id }) => id)
  const readable = props.documents.filter(
    ({ status, reading }) => status === 'ready' && (reading.phase === 'none' || reading.phase === 'paused'),
  )
  const move = (collection: string | null): void => {
    void store.getState().moveDocuments(ids, collection)
    props.onDone()
  }
  return (
    <div
      className="documents-chosen"
      role="group"
      aria-label={text.chosenDocuments(ids.length, format.count(ids.length))}
    >
      <span>{text.chosenDocuments(ids.length, format.count(ids.length))}</span>
      {readable.length > 0 && (
        <button
          type="button"
          className="button button-small"
          onClick={() => {
            for (const { id } of readable) void store.getState().readDocument(id)
            props.onDone()
          }}
        >
          {text.readFully}
        </button>
      )}
      {collections.length > 0 && (
        <DropdownMenu.Root modal={false}>
          <DropdownMenu.Trigger asChild>
            <button type="button" className="button button-small">
              {text.moveToCollection}
            </button>
          </DropdownMenu.Trigger>
          <DropdownMenu.Portal>
            <DropdownMenu.Content className="popover menu" sideOffset={6} collisionPadding={12}>
              {collections.map((one) => (
                <DropdownMenu.Item key={one.id} className="menu-row" onSelect={() => move(one.id)}>
                  {one.name}
                </DropdownMenu.Item>
              ))}
              <DropdownMenu.Item className="menu-row" onSelect={() => move(null)}>
                {text.looseDocuments}
              </DropdownMenu.Item>
            </DropdownMenu.Content>
          </DropdownMenu.Portal>
        </DropdownMenu.Root>
      )}
      <button type="button" className="button button-small" onClick={() => setRemoving(true)}>
        {text.remove}
      </button>
      <IconButton label={text.clearChoice} icon={X} onClick={props.onDone} />
      {removing && (
        <ConfirmDialog
          title={text.removeDocumentsTitle(format.count(ids.length))}
          body={text.removeDocumentBody}
          confirm={text.remove}
          onConfirm={() => {
            void store.getState().removeDocuments(ids)
            props.onDone()
          }}
          onClose={() => setRemoving(false)}
        />
      )}
    </div>
  )
}
