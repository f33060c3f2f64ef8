// The sources of the chat and how each is used; below, what one answer rests on: read and cited apart.
import { BookOpenCheck, Folder, Pause, Plus, X } from 'lucide-react'
import { DropdownMenu, Switch } from 'radix-ui'
import { useId } from 'react'
import type { ReactElement } from 'react'
import type { Evidence, Source } from '../../electron/contract/evidence.ts'
import { attachFiles } from '../documents/add-documents.ts'
import { DocumentStatus, ReadingState } from '../documents/document-state.tsx'
import { KindIcon } from '../documents/kind-icon.tsx'
import { Stages } from '../documents/search-bench.tsx'
import { IconButton } from '../shared/icon-button.tsx'
import { lastEvidence, sourceId, withUse } from '../state/source-list.ts'
import { useApp, useAppStore } from '../state/use-app.ts'
import { useLanguage } from '../text/language.ts'
import { Dropped, ModeLabel, QuoteCard, Refusal, citedPassages } from './answer-sources.tsx'
import { SourceUseMenu } from './source-use-menu.tsx'

const NONE: readonly Source[] = []

export function SourcesTab(): ReactElement {
  const { text } = useLanguage()
  const store = useAppStore()
  const conversation = useApp((state) => state.conversation)
  const sources = useApp((state) =>
    conversation === null ? NONE : (state.sources[conversation]?.sources ?? NONE),
  )
  return (
    <div className="panel-body">
      <section className="panel-section" aria-label={text.chatSources}>
        <div className="panel-section-head">
          <h2>{text.chatSources}</h2>
          <DropdownMenu.Root modal={false}>
            <DropdownMenu.Trigger asChild>
              <button type="button" className="button button-small">
                <Plus aria-hidden size={14} />
                {text.addSources}
              </button>
            </DropdownMenu.Trigger>
            <DropdownMenu.Portal>
              <DropdownMenu.Content className="popover menu" sideOffset={6} collisionPadding={12} align="end">
                <DropdownMenu.Item className="menu-row" onSelect={() => void attachFiles(store)}>
                  {text.attachFiles}
                </DropdownMenu.Item>
                <DropdownMenu.Item
                  className="menu-row"
                  onSelect={() => store.getState().patchView({ sourcePickerOpen: true })}
                >
                  {text.attachKnown}
                </DropdownMenu.Item>
              </DropdownMenu.Content>
            </DropdownMenu.Portal>
          </DropdownMenu.Root>
        </div>
        {sources.length === 0 ? (
          <p className="panel-note">{text.sourcesIntro}</p>
        ) : (
          <ul className="source-list" aria-label={text.chatSources}>
            {sources.map((source) => (
              <li key={sourceId(source)}>
                <SourceRow source={source} />
              </li>
            ))}
          </ul>
        )}
        <Strict sources={sources.length} />
      </section>
      <Chosen />
    </div>
  )
}

function Strict({ sources }: { sources: number }): ReactElement {
  const { text } = useLanguage()
  const store = useAppStore()
  const id = useId()
  const conversation = useApp((state) => state.conversation)
  const strict = useApp((state) =>
    conversation === null ? false : (state.sources[conversation]?.strict ?? false),
  )
  return (
    <div className="panel-field panel-field-row">
      <label htmlFor={id}>
        <span>{text.strict}</span>
        <span className="panel-note" id={`${id}-hint`}>
          {strict && sources === 0 ? text.strictNoSources : text.strictHint}
        </span>
      </label>
      <Switch.Root
        id={id}
        className="switch"
        aria-label={text.strict}
        aria-describedby={`${id}-hint`}
        checked={strict}
        onCheckedChange={(on) => void store.getState().setStrict(conversation, on)}
      >
        <Switch.Thumb className="switch-thumb" />
      </Switch.Root>
    </div>
  )
}

function SourceRow({ source }: { source: Source }): ReactElement {
  const { text, format } = useLanguage()
  const store = useAppStore()
  const conversation = useApp((state) => state.conversation)
  const document = useApp((state) =>
    'document' in source ? state.documents?.get(source.document) : undefined,
  )
  const collection = useApp((state) =>
    'collection' in source ? state.collections.find(({ id }) => id === source.collection) : undefined,
  )
  const name = document?.name ?? collection?.name ?? text.documentGone
  const { phase } = document?.reading ?? { phase: 'none' }
  const reads = phase === 'reading' || phase === 'waiting'
  return (
    <div className="source-row">
      {'collection' in source ? (
        <Folder aria-hidden size={17} strokeWidth={1.6} />
      ) : (
        <KindIcon document={document} />
      )}
      <div className="source-words">
        <div className="source-line">
          {document === undefined ? (
            <span className="document-name">{name}</span>
          ) : (
            <button
              type="button"
              className="document-name"
              title={name}
              onClick={() => {
                store.getState().patchView({ documentShown: { document: document.id } })
                store.getState().showPage('documents')
              }}
            >
              {name}
            </button>
          )}
          <IconButton
            label={text.removeSource(name)}
            icon={X}
            size={14}
            onClick={() => conversation !== null && void store.getState().removeSource(conversation, source)}
          />
        </div>
        {document === undefined ? (
          <p className="panel-note">
            {collection !== undefined &&
              text.collectionSource(collection.documents, format.count(collection.documents))}
          </p>
        ) : (
          <>
            <DocumentStatus document={document} />
            {source.use === 'read' && document.status === 'ready' && <ReadingState document={document} />}
            <div className="source-tools">
              <SourceUseMenu
                label={text.sourceUse(name)}
                use={source.use}
                onChange={(use) => void store.getState().addSources(conversation, [withUse(source, use)])}
              />
              {source.use === 'read' && document.status === 'ready' && reads && (
                <button
                  type="button"
                  className="button button-small"
                  onClick={() => void store.getState().pauseReading(document.id)}
                >
                  <Pause aria-hidden size={13} />
                  {text.pauseReading}
                </button>
              )}
              {source.use === 'read' &&
                document.status === 'ready' &&
                (phase === 'paused' || phase === 'none') && (
                  <button
                    type="button"
                    className="button button-small"
                    onClick={() => void store.getState().readDocument(document.id)}
                  >
                    <BookOpenCheck aria-hidden size={13} />
                    {phase === 'paused' ? text.resumeReading : text.readFully}
                  </button>
                )}
            </div>
          </>
        )}
      </div>
    </div>
  )
}

/** What the chosen answer, or the last one, rests on. */
function Chosen(): ReactElement {
  const { text, format } = useLanguage()
  const chosen = useApp((state) => state.answerChosen)
  const evidence = useApp((state) => {
    if (state.answerChosen !== null) return state.evidence[state.answerChosen] ?? null
    const tree = state.conversation === null ? undefined : state.trees[state.conversation]
    return tree === undefined ? null : lastEvidence(tree, state.evidence)
  })
  if (evidence === null) return <p className="panel-note">{text.answerSourcesNone}</p>
  const cited = citedPassages(evidence)
  const others = evidence.passages.filter(({ number }) => !cited.some((one) => one.number === number))
  return (
    <section className="panel-section" aria-label={text.answerSources}>
      <div className="panel-section-head">
        <h2>{text.answerSources}</h2>
        <span className="panel-note">{chosen === null ? text.ofLastAnswer : text.ofThisAnswer}</span>
      </div>
      <p className="source-mode">
        <ModeLabel evidence={evidence} />
        {evidence.strict && <span className="mode-label">{text.strictAnswer}</span>}
        {evidence.quoted === true && <span className="mode-label">{text.quotedAnswer}</span>}
      </p>
      {evidence.refused !== null && <Refusal evidence={evidence} />}
      {evidence.searchedFor !== null && (
        <p className="panel-note">{text.searchedFor(evidence.searchedFor)}</p>
      )}
      {evidence.read.length > 0 && (
        <>
          <h3 className="panel-subhead">{text.readWhole}</h3>
          <ul className="read-list">
            {evidence.read.map((one) => (
              <li key={one.document}>
                <BookOpenCheck aria-hidden size={15} />
                <span>{one.documentName}</span>
                <span className="muted figure">{text.readingSome(format.count(one.tokens))}</span>
                <ReadNote evidence={evidence} document={one.document} />
              </li>
            ))}
          </ul>
        </>
      )}
      {evidence.passages.length > 0 && (
        <>
          <h3 className="panel-subhead">{text.citedPassages}</h3>
          {cited.length === 0 && <p className="panel-note">{text.nothingCited}</p>}
          <ol className="quote-list quote-column">
            {cited.map((passage) => (
              <li key={passage.number}>
                <QuoteCard evidence={evidence} passage={passage} />
              </li>
            ))}
          </ol>
        </>
      )}
      <Dropped evidence={evidence} />
      {others.length > 0 && (
        <>
          <h3 className="panel-subhead">{text.shownPassages}</h3>
          <ol className="quote-list quote-column">
            {others.map((passage) => (
              <li key={passage.number}>
                <QuoteCard evidence={evidence} passage={passage} />
              </li>
            ))}
          </ol>
        </>
      )}
      {evidence.stages.length > 0 && <Stages stages={evidence.stages} />}
    </section>
  )
}

/** Of several documents each is asked by itself: what it said, in the words of the model. */
function ReadNote(props: { evidence: Evidence; document: string }): ReactElement | null {
  const { text } = useLanguage()
  const note = props.evidence.notes?.find(({ document }) => document === props.document)
  if (note === undefined) return null
  return (
    <p className="read-note">
      <span className="muted">{text.readNote}</span> {note.text}
    </p>
  )
}
