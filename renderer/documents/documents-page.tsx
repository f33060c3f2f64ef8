// The page of documents: collections on the left, their documents, a search to try, one document in full.
import { FilePlus2, FileText, FolderPlus } from 'lucide-react'
import { Tabs } from 'radix-ui'
import { useMemo, useState } from 'react'
import type { ReactElement } from 'react'
import { NameDialog } from '../chat/name-dialog.tsx'
import { WatchedFolderBrowser } from '../models/file-browser.tsx'
import { Banner } from '../shared/banner.tsx'
import { Spinner } from '../shared/progress.tsx'
import type { Destination } from '../state/documents-state.ts'
import { useApp, useAppStore } from '../state/use-app.ts'
import { errorWords, useLanguage } from '../text/language.ts'
import { chooseDocuments } from './add-documents.ts'
import { CollectionList } from './collection-list.tsx'
import { DocumentList, inScope } from './document-list.tsx'
import { DocumentView } from './document-view.tsx'
import { SearchBench } from './search-bench.tsx'

export function DocumentsPage(): ReactElement {
  const language = useLanguage()
  const { text } = language
  const store = useAppStore()
  const documents = useApp((state) => state.documents)
  const collections = useApp((state) => state.collections)
  const scope = useApp((state) => state.documentsScope)
  const problem = useApp((state) => state.problems.documents)
  const shown = useApp((state) => state.documentShown)
  const watchFor = useApp((state) => state.watchFolderFor)
  const incoming = useApp((state) => state.incoming.some(({ to }) => to.kind === 'library'))
  const [naming, setNaming] = useState(false)
  const all = useMemo(
    () => [...(documents?.values() ?? [])].sort((a, b) => b.createdAt - a.createdAt),
    [documents],
  )
  const listed = useMemo(() => all.filter((document) => inScope(document, scope)), [all, scope])
  const open = shown === null ? undefined : documents?.get(shown.document)
  const empty = documents !== null && documents.size === 0 && collections.length === 0 && !incoming
  const collection = scope.kind === 'collection' ? collections.find(({ id }) => id === scope.id) : undefined
  const scopeName = collection?.name ?? (scope.kind === 'loose' ? text.looseDocuments : text.allDocuments)
  const to: Destination = { kind: 'library', collection: collection?.id ?? null }
  const passage = useMemo(
    () =>
      shown?.start === undefined || shown.end === undefined ? null : { start: shown.start, end: shown.end },
    [shown],
  )

  return (
    <main className="page documents-page">
      <div className="documents-inside">
        <header className="page-head">
          <div>
            <h1>{text.documents}</h1>
            <p className="muted">{text.documentsIntro}</p>
          </div>
          <div className="page-actions">
            <button type="button" className="button" onClick={() => setNaming(true)}>
              <FolderPlus aria-hidden size={16} />
              {text.newCollection}
            </button>
            <button
              type="button"
              className="button button-primary"
              onClick={() => void chooseDocuments(store, to)}
            >
              <FilePlus2 aria-hidden size={16} />
              {text.addDocuments}
            </button>
          </div>
        </header>
        {problem !== undefined && (
          <Banner
            tone="error"
            {...errorWords(language, problem.code, problem.detail)}
            onDismiss={() => store.getState().clearProblem('documents')}
          />
        )}
        {documents === null ? (
          problem === undefined && (
            <p className="muted text-loading">
              <Spinner />
            </p>
          )
        ) : empty ? (
          <div className="documents-empty">
            <FileText aria-hidden size={44} strokeWidth={1.1} className="muted" />
            <h2>{text.documentsEmptyTitle}</h2>
            <p className="muted">{text.documentsEmptyBody}</p>
          </div>
        ) : (
          <div className="documents-columns">
            <CollectionList
              all={all.length}
              loose={all.filter((document) => document.collection === null).length}
            />
            <div className="documents-main">
              {open !== undefined ? (
                <DocumentView key={open.id} document={open} passage={passage} scopeName={scopeName} />
              ) : (
                <Scope listed={listed} scopeName={scopeName} />
              )}
            </div>
          </div>
        )}
      </div>
      {naming && (
        <NameDialog
          title={text.newCollection}
          label={text.collectionName}
          value=""
          onSave={(name) =>
            void store
              .getState()
              .createCollection(name)
              .then((id) => {
                if (id !== null)
                  store
                    .getState()
                    .patchView({ documentsScope: { kind: 'collection', id }, documentShown: null })
              })
          }
          onClose={() => setNaming(false)}
        />
      )}
      {watchFor !== null && <WatchedFolderBrowser collection={watchFor} />}
    </main>
  )
}

function Scope(props: {
  listed: Parameters<typeof DocumentList>[0]['documents']
  scopeName: string
}): ReactElement {
  const { text } = useLanguage()
  const store = useAppStore()
  const scope = useApp((state) => state.documentsScope)
  const tab = useApp((state) => state.documentsTab)
  const incoming = useApp((state) => state.incoming.length > 0)
  const collection = useApp((state) =>
    scope.kind === 'collection' ? state.collections.find(({ id }) => id === scope.id) : undefined,
  )
  const watched = collection?.watched ?? null
  return (
    <Tabs.Root
      className="documents-tabs"
      value={tab}
      onValueChange={(value) =>
        store.getState().patchView({ documentsTab: value === 'search' ? 'search' : 'list' })
      }
    >
      <Tabs.List className="page-tabs" aria-label={text.documentsTabs}>
        <Tabs.Trigger value="list" className="page-tab">
          {text.tabDocumentList}
        </Tabs.Trigger>
        <Tabs.Trigger value="search" className="page-tab">
          {text.tabSearch}
        </Tabs.Trigger>
      </Tabs.List>
      <Tabs.Content value="list" className="documents-panel">
        {watched !== null && (
          <p
            className={
              collection?.watchedPresent === false ? 'documents-watched warning' : 'documents-watched muted'
            }
          >
            {collection?.watchedPresent === false ? text.watchedAbsent(watched) : text.watching(watched)}
          </p>
        )}
        {props.listed.length === 0 && !incoming ? (
          <p className="muted documents-none">
            {scope.kind === 'loose'
              ? text.looseEmpty
              : scope.kind === 'all'
                ? text.documentsEmptyBody
                : text.collectionEmpty}
          </p>
        ) : (
          <DocumentList documents={props.listed} scope={scope} />
        )}
      </Tabs.Content>
      <Tabs.Content value="search" className="documents-panel">
        <SearchBench scopeName={props.scopeName} />
      </Tabs.Content>
    </Tabs.Root>
  )
}
