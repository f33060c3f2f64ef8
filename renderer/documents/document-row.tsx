// One document of the list: what it is, what has become of it, and what can be done.
import { BookOpenCheck, Ellipsis, Pause, RotateCw, Trash2 } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { useState } from 'react'
import type { ReactElement } from 'react'
import type { Document } from '../../electron/contract/document-entities.ts'
import type { Source } from '../../electron/contract/evidence.ts'
import { NameDialog } from '../chat/name-dialog.tsx'
import { ConfirmDialog } from '../shared/dialog.tsx'
import { IconButton } from '../shared/icon-button.tsx'
import { chosenUse } from '../state/source-list.ts'
import { useApp, useAppStore } from '../state/use-app.ts'
import { useLanguage } from '../text/language.ts'
import { DocumentStatus, ReadingState, documentFacts } from './document-state.tsx'
import { KindIcon } from './kind-icon.tsx'

export function DocumentRow(props: {
  document: Document
  chosen: boolean
  choosing: boolean
  onChoose: (chosen: boolean) => void
  /** Its collection, where documents of several stand beside one another. */
  collectionName: string | undefined
}): ReactElement {
  const language = useLanguage()
  const { text } = language
  const store = useAppStore()
  const { document, collectionName } = props
  const show = (): void => store.getState().patchView({ documentShown: { document: document.id } })
  return (
    <div className="document-row" data-chosen={props.chosen} data-choosing={props.choosing}>
      <span className="document-mark">
        <KindIcon document={document} />
        <input
          type="checkbox"
          aria-label={text.chooseDocument(document.name)}
          checked={props.chosen}
          onChange={({ target }) => props.onChoose(target.checked)}
        />
      </span>
      <div className="document-words">
        <button type="button" className="document-name" onClick={show} title={document.name}>
          {document.name}
        </button>
        <p className="document-facts">
          {documentFacts(language, document).join(' · ')}
          {collectionName !== undefined && ` · ${collectionName}`}
        </p>
        <DocumentStatus document={document} />
        {document.status === 'ready' && <ReadingState document={document} />}
      </div>
      <DocumentActions document={document} />
    </div>
  )
}

export function DocumentActions({ document }: { document: Document }): ReactElement {
  const { text } = useLanguage()
  const store = useAppStore()
  const collections = useApp((state) => state.collections)
  const [dialog, setDialog] = useState<'remove' | 'rename' | null>(null)
  const { id, reading, status } = document
  const reads = reading.phase === 'reading' || reading.phase === 'waiting'
  return (
    <div className="document-actions">
      {status === 'failed' && (
        <button
          type="button"
          className="button button-small"
          onClick={() => void store.getState().retryDocument(id)}
        >
          <RotateCw aria-hidden size={14} />
          {text.retryDocument}
        </button>
      )}
      {status === 'ready' && reads && (
        <button
          type="button"
          className="button button-small"
          onClick={() => void store.getState().pauseReading(id)}
        >
          <Pause aria-hidden size={14} />
          {text.pauseReading}
        </button>
      )}
      {status === 'ready' && !reads && reading.phase !== 'done' && (
        <button
          type="button"
          className="button button-small"
          title={text.readFullyHint}
          onClick={() => void store.getState().readDocument(id)}
        >
          <BookOpenCheck aria-hidden size={14} />
          {reading.phase === 'paused' ? text.resumeReading : text.readFully}
        </button>
      )}
      <IconButton label={text.remove} icon={Trash2} onClick={() => setDialog('remove')} />
      <DropdownMenu.Root modal={false}>
        <DropdownMenu.Trigger asChild>
          <button
            type="button"
            className="icon-button"
            aria-label={text.documentActions(document.name)}
            title={text.documentActions(document.name)}
          >
            <Ellipsis aria-hidden size={16} strokeWidth={1.75} />
          </button>
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content className="popover menu" sideOffset={6} collisionPadding={12} align="end">
            <DropdownMenu.Item
              className="menu-row"
              onSelect={() => store.getState().patchView({ documentShown: { document: id } })}
            >
              {text.showDocument}
            </DropdownMenu.Item>
            {status === 'ready' && (
              <DropdownMenu.Item
                className="menu-row"
                onSelect={() => askAbout(store, { document: id, use: chosenUse(store.getState()) })}
              >
                {text.askAbout}
              </DropdownMenu.Item>
            )}
            <DropdownMenu.Item className="menu-row" onSelect={() => setDialog('rename')}>
              {text.rename}
            </DropdownMenu.Item>
            {status === 'ready' && (
              <DropdownMenu.Item
                className="menu-row"
                onSelect={() => void store.getState().retryDocument(id)}
              >
                {text.takeInAgain}
              </DropdownMenu.Item>
            )}
            {reading.phase !== 'none' && (
              <DropdownMenu.Item
                className="menu-row"
                onSelect={() => void store.getState().forgetReading(id)}
              >
                {text.forgetReading}
              </DropdownMenu.Item>
            )}
            {collections.length > 0 && document.origin !== 'watched' && (
              <DropdownMenu.Group>
                <DropdownMenu.Label className="menu-label">{text.moveToCollection}</DropdownMenu.Label>
                {collections
                  .filter((one) => one.id !== document.collection)
                  .map((one) => (
                    <DropdownMenu.Item
                      key={one.id}
                      className="menu-row"
                      onSelect={() => void store.getState().moveDocuments([id], one.id)}
                    >
                      {one.name}
                    </DropdownMenu.Item>
                  ))}
                {document.collection !== null && (
                  <DropdownMenu.Item
                    className="menu-row"
                    onSelect={() => void store.getState().moveDocuments([id], null)}
                  >
                    {text.looseDocuments}
                  </DropdownMenu.Item>
                )}
              </DropdownMenu.Group>
            )}
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
      {dialog === 'remove' && (
        <ConfirmDialog
          title={text.removeDocumentTitle(document.name)}
          body={text.removeDocumentBody}
          confirm={text.remove}
          onConfirm={() => void store.getState().removeDocuments([id])}
          onClose={() => setDialog(null)}
        />
      )}
      {dialog === 'rename' && (
        <NameDialog
          title={text.renameDocument}
          label={text.documentName}
          value={document.name}
          onSave={(name) => void store.getState().renameDocument(id, name)}
          onClose={() => setDialog(null)}
        />
      )}
    </div>
  )
}

/** A new chat with this as its source. */
export function askAbout(store: ReturnType<typeof useAppStore>, source: Source): void {
  const state = store.getState()
  state.startNewChat()
  void state.addSources(null, [source])
}
