// What comes with the next message: files on their way, documents that were added to the chat since the last answer. What
// was there before is one small button that leads to the sources.
import { CircleAlert, Folder, Library, RotateCw, X } from 'lucide-react'
import { useMemo } from 'react'
import type { ReactElement } from 'react'
import type { Document } from '../../electron/contract/document-entities.ts'
import type { Source } from '../../electron/contract/evidence.ts'
import { KindIcon } from '../documents/kind-icon.tsx'
import { IconButton } from '../shared/icon-button.tsx'
import { ProgressBar, Spinner } from '../shared/progress.tsx'
import type { Incoming } from '../state/documents-state.ts'
import { lastEvidence, newSources, presentSources, sourceId, withUse } from '../state/source-list.ts'
import { useApp, useAppStore } from '../state/use-app.ts'
import { errorWords, useLanguage } from '../text/language.ts'
import { SourceUseMenu } from './source-use-menu.tsx'

const NONE: readonly Source[] = []

/** Sources of the open chat that come with the next message, and how many were there before. */
function useNewSources(): { fresh: readonly Source[]; before: number } {
  const conversation = useApp((state) => state.conversation)
  const sources = useApp((state) =>
    conversation === null ? NONE : (state.sources[conversation]?.sources ?? NONE),
  )
  const tree = useApp((state) => (conversation === null ? undefined : state.trees[conversation]))
  const evidence = useApp((state) => state.evidence)
  const documents = useApp((state) => state.documents)
  const collections = useApp((state) => state.collections)
  return useMemo(() => {
    const present = presentSources(sources, documents, collections)
    const fresh = newSources(present, tree === undefined ? null : lastEvidence(tree, evidence))
    return { fresh, before: present.length - fresh.length }
  }, [sources, tree, evidence, documents, collections])
}

function useArriving(): readonly Incoming[] {
  const incoming = useApp((state) => state.incoming)
  const conversation = useApp((state) => state.conversation)
  return useMemo(
    () => incoming.filter(({ to }) => to.kind === 'chat' && to.conversation === conversation),
    [incoming, conversation],
  )
}

/** Why a message can't be sent yet: something of it is not there. */
export function useAttachmentsHint(): { words: string | null; blocks: boolean } {
  const { text } = useLanguage()
  const { fresh } = useNewSources()
  const arriving = useArriving()
  const documents = useApp((state) => state.documents)
  const own = fresh.flatMap((source) => ('document' in source ? (documents?.get(source.document) ?? []) : []))
  if (arriving.some(({ problem }) => problem !== null) || own.some(({ status }) => status === 'failed'))
    return { words: text.attachmentsFailed, blocks: true }
  if (arriving.length > 0 || own.some(({ status }) => status !== 'ready'))
    return { words: text.attachmentsNotReady, blocks: true }
  const reading = own.some(({ id, reading: { phase } }) => {
    const use = fresh.find((source) => sourceId(source) === id)?.use
    return use === 'read' && phase !== 'done'
  })
  return { words: reading ? text.attachmentWaitsForReading : null, blocks: false }
}

export function Attachments(): ReactElement | null {
  const { text, format } = useLanguage()
  const store = useAppStore()
  const { fresh, before } = useNewSources()
  const arriving = useArriving()
  if (fresh.length + before + arriving.length === 0) return null
  return (
    <ul className="attachments" aria-label={text.attachments}>
      {before > 0 && (
        <li>
          <button
            type="button"
            className="sources-button"
            title={text.showSources}
            onClick={() => store.getState().patchView({ panelOpen: true, panelTab: 'sources' })}
          >
            <Library aria-hidden size={14} />
            {text.sourcesOfChat(before, format.count(before))}
          </button>
        </li>
      )}
      {fresh.map((source) => (
        <li key={sourceId(source)}>
          <Attachment source={source} />
        </li>
      ))}
      {arriving.map((one) => (
        <li key={one.id}>
          <Arriving incoming={one} />
        </li>
      ))}
    </ul>
  )
}

function Attachment({ source }: { source: Source }): ReactElement {
  const language = useLanguage()
  const { text, format } = language
  const store = useAppStore()
  const conversation = useApp((state) => state.conversation)
  const document = useApp((state) =>
    'document' in source ? state.documents?.get(source.document) : undefined,
  )
  const collection = useApp((state) =>
    'collection' in source ? state.collections.find(({ id }) => id === source.collection) : undefined,
  )
  const name = document?.name ?? collection?.name ?? ''
  const failed = document?.status === 'failed'
  const take = (): void => {
    if (conversation !== null) void store.getState().removeSource(conversation, source)
  }
  return (
    <div className="chip" data-failed={failed}>
      {failed ? (
        <CircleAlert aria-hidden size={17} />
      ) : 'collection' in source ? (
        <Folder aria-hidden size={17} strokeWidth={1.6} />
      ) : (
        <KindIcon document={document} />
      )}
      <span className="chip-words">
        <span className="chip-name" title={name}>
          {name}
        </span>
        {document !== undefined ? (
          <ChipState document={document} use={source.use} />
        ) : (
          <span className="chip-note">
            {text.collectionSource(collection?.documents ?? 0, format.count(collection?.documents ?? 0))}
          </span>
        )}
      </span>
      {failed && (
        <IconButton
          label={text.retryDocument}
          icon={RotateCw}
          size={14}
          onClick={() => void store.getState().retryDocument(document.id)}
        />
      )}
      {document !== undefined && !failed && (
        <SourceUseMenu
          label={text.attachmentUse(name)}
          use={source.use}
          onChange={(use) => void store.getState().addSources(conversation, [withUse(source, use)])}
        />
      )}
      <IconButton label={text.removeAttachment(name)} icon={X} size={14} onClick={take} />
    </div>
  )
}

/** One line: what it is, or how far, or what went wrong. */
function ChipState(props: { document: Document; use: Source['use'] }): ReactElement {
  const language = useLanguage()
  const { text, format } = language
  const { document, use } = props
  const { status, fraction, reading } = document
  if (status === 'failed') {
    const words = errorWords(language, document.error?.code ?? 'internal', document.error?.detail)
    return (
      <span className="chip-note" title={words.body}>
        {words.title}
      </span>
    )
  }
  if (status !== 'ready') {
    return (
      <span className="chip-note chip-progress">
        {fraction === null ? (
          <Spinner />
        ) : (
          <ProgressBar label={text.takingIn(document.name)} fraction={fraction} />
        )}
        {status === 'waiting'
          ? text.statusWaiting
          : status === 'parsing'
            ? text.statusParsing
            : text.statusIndexing}
      </span>
    )
  }
  if (use === 'read' && (reading.phase === 'reading' || reading.phase === 'waiting')) {
    const done = reading.totalTokens === null ? 0 : reading.doneTokens / Math.max(1, reading.totalTokens)
    return (
      <span className="chip-note chip-progress">
        <ProgressBar label={text.readingName(document.name)} fraction={done} />
        {format.percent(done)}
      </span>
    )
  }
  return (
    <span className="chip-note">
      {text.kindNames[document.kind]} · {format.bytes(document.bytes)}
    </span>
  )
}

function Arriving({ incoming }: { incoming: Incoming }): ReactElement {
  const language = useLanguage()
  const { text, format } = language
  const store = useAppStore()
  const { problem, name, bytes } = incoming
  const words = problem === null ? null : errorWords(language, problem.code, problem.detail)
  return (
    <div className="chip" data-failed={problem !== null}>
      {words === null ? <Spinner /> : <CircleAlert aria-hidden size={17} />}
      <span className="chip-words">
        <span className="chip-name" title={name}>
          {name}
        </span>
        <span className="chip-note" title={words?.body}>
          {words?.title ?? `${text.statusUploading} · ${format.bytes(bytes)}`}
        </span>
      </span>
      {words !== null && (
        <IconButton
          label={text.removeAttachment(name)}
          icon={X}
          size={14}
          onClick={() => store.getState().dismissIncoming(incoming.id)}
        />
      )}
    </div>
  )
}

/** A long paste has just become an attachment: the way back. */
export function PasteNote(): ReactElement | null {
  const { text, format } = useLanguage()
  const store = useAppStore()
  const conversation = useApp((state) => state.conversation)
  const pasted = useApp((state) => state.pasted)
  if (pasted === null || pasted.conversation !== conversation) return null
  return (
    <div className="branch-note" role="status">
      <span>{text.pastedAttached(format.count(pasted.text.length))}</span>
      <button type="button" className="link-button" onClick={() => void store.getState().undoPaste()}>
        {text.pastedUndo}
      </button>
      <IconButton label={text.dismiss} icon={X} size={14} onClick={() => store.getState().keepPaste()} />
    </div>
  )
}
