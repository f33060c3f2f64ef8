// Collections: everything, what lies in none, and the person's own.
import { Ellipsis, FileStack, Files, Folder, FolderSync } from 'lucide-react'
import type { LucideIcon } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { useState } from 'react'
import type { ReactElement } from 'react'
import type { Collection } from '../../electron/contract/document-entities.ts'
import { NameDialog } from '../chat/name-dialog.tsx'
import { Dialog } from '../shared/dialog.tsx'
import type { DocumentsScope } from '../state/documents-state.ts'
import { useApp, useAppStore } from '../state/use-app.ts'
import { useLanguage } from '../text/language.ts'
import { askAbout } from './document-row.tsx'

export function CollectionList(props: { all: number; loose: number }): ReactElement {
  const { text } = useLanguage()
  const collections = useApp((state) => state.collections)
  return (
    <ul className="collections" aria-label={text.collections}>
      <Entry scope={{ kind: 'all' }} icon={Files} name={text.allDocuments} count={props.all} />
      {collections.map((collection) => (
        <Entry
          key={collection.id}
          scope={{ kind: 'collection', id: collection.id }}
          icon={collection.watched === null ? Folder : FolderSync}
          name={collection.name}
          count={collection.documents}
          collection={collection}
        />
      ))}
      {collections.length > 0 && (
        <Entry scope={{ kind: 'loose' }} icon={FileStack} name={text.looseDocuments} count={props.loose} />
      )}
    </ul>
  )
}

function Entry(props: {
  scope: DocumentsScope
  icon: LucideIcon
  name: string
  count: number
  collection?: Collection
}): ReactElement {
  const { format } = useLanguage()
  const store = useAppStore()
  const current = useApp((state) => {
    const { documentsScope: now } = state
    return (
      now.kind === props.scope.kind &&
      (now.kind !== 'collection' || (props.scope.kind === 'collection' && now.id === props.scope.id))
    )
  })
  const { icon: Icon } = props
  return (
    <li className="collection" data-current={current}>
      <button
        type="button"
        className="collection-name"
        aria-current={current ? 'true' : undefined}
        onClick={() => store.getState().patchView({ documentsScope: props.scope, documentShown: null })}
      >
        <Icon aria-hidden size={16} strokeWidth={1.6} />
        <span>{props.name}</span>
        <span className="collection-count figure">{format.count(props.count)}</span>
      </button>
      {props.collection !== undefined && <CollectionMenu collection={props.collection} />}
    </li>
  )
}

function CollectionMenu({ collection }: { collection: Collection }): ReactElement {
  const { text, format } = useLanguage()
  const store = useAppStore()
  const [dialog, setDialog] = useState<'rename' | 'remove' | null>(null)
  const { id, name, watched } = collection
  const remove = (documents: 'remove' | 'keep'): void => {
    setDialog(null)
    void store.getState().removeCollection(id, documents)
  }
  return (
    <>
      <DropdownMenu.Root modal={false}>
        <DropdownMenu.Trigger asChild>
          <button
            type="button"
            className="icon-button collection-menu"
            aria-label={text.collectionActions(name)}
          >
            <Ellipsis aria-hidden size={15} strokeWidth={1.75} />
          </button>
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content className="popover menu" sideOffset={6} collisionPadding={12}>
            <DropdownMenu.Item
              className="menu-row"
              onSelect={() => askAbout(store, { collection: id, use: 'search' })}
            >
              {text.askAboutCollection}
            </DropdownMenu.Item>
            <DropdownMenu.Item className="menu-row" onSelect={() => setDialog('rename')}>
              {text.rename}
            </DropdownMenu.Item>
            {watched === null ? (
              <DropdownMenu.Item
                className="menu-row"
                onSelect={() => void store.getState().chooseWatchedFolder(id)}
              >
                {text.watchFolder}
              </DropdownMenu.Item>
            ) : (
              <DropdownMenu.Item
                className="menu-row"
                onSelect={() => void store.getState().unwatchFolder(id)}
              >
                {text.unwatchFolder}
              </DropdownMenu.Item>
            )}
            <DropdownMenu.Item className="menu-row menu-danger" onSelect={() => setDialog('remove')}>
              {text.removeCollection}
            </DropdownMenu.Item>
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
      {dialog === 'rename' && (
        <NameDialog
          title={text.renameCollection}
          label={text.collectionName}
          value={name}
          onSave={(next) => void store.getState().renameCollection(id, next)}
          onClose={() => setDialog(null)}
        />
      )}
      {dialog === 'remove' && (
        <Dialog
          title={text.removeCollectionTitle(name)}
          onClose={() => setDialog(null)}
          className="dialog-small"
        >
          <p>{text.removeCollectionBody(format.count(collection.documents))}</p>
          <div className="dialog-actions">
            <button type="button" className="button" onClick={() => setDialog(null)}>
              {text.cancel}
            </button>
            <button type="button" className="button" data-first-focus onClick={() => remove('keep')}>
              {text.removeCollectionKeep}
            </button>
            <button type="button" className="button button-danger" onClick={() => remove('remove')}>
              {text.removeCollectionAll}
            </button>
          </div>
        </Dialog>
      )}
    </>
  )
}
