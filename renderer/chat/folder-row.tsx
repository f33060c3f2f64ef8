// A folder in the rail: its name opens and closes it, chats can be dropped on it.
import { ChevronRight, FolderClosed, FolderOpen, Pencil, Trash2 } from 'lucide-react'
import { useState } from 'react'
import type { DragEvent, ReactElement } from 'react'
import type { Folder } from '../../electron/contract/keeping.ts'
import { ConfirmDialog } from '../shared/dialog.tsx'
import { useAppStore } from '../state/use-app.ts'
import { useLanguage } from '../text/language.ts'
import { NameDialog } from './name-dialog.tsx'
import { RailMenu, RailMenuRow } from './rail-menu.tsx'

/** What is dragged: ids of conversations, one per line. */
export const DRAGGED_CHATS = 'application/x-roost-conversations'

export function FolderRow(props: { folder: Folder; count: number; reachable: boolean }): ReactElement {
  const { folder, count, reachable } = props
  const { text, format } = useLanguage()
  const store = useAppStore()
  const [panel, setPanel] = useState<'rename' | 'delete' | null>(null)
  const [over, setOver] = useState(false)
  const toggle = (): void => void store.getState().changeFolder(folder.id, { open: !folder.open })
  const takes = (event: DragEvent): boolean => event.dataTransfer.types.includes(DRAGGED_CHATS)
  const Icon = folder.open ? FolderOpen : FolderClosed
  return (
    <div
      className="rail-folder"
      data-over={over}
      onDragOver={(event) => {
        if (!takes(event)) return
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        setOver(false)
        if (!takes(event)) return
        event.preventDefault()
        const conversations = event.dataTransfer.getData(DRAGGED_CHATS).split('\n')
        void store.getState().organise({ conversations, folder: folder.id })
      }}
    >
      <button
        type="button"
        className="folder-name"
        aria-expanded={folder.open}
        data-rail-stop
        tabIndex={reachable ? 0 : -1}
        onClick={toggle}
        onKeyDown={(event) => {
          if ((event.key === 'ArrowRight' && !folder.open) || (event.key === 'ArrowLeft' && folder.open)) {
            event.preventDefault()
            toggle()
          }
        }}
      >
        <ChevronRight aria-hidden size={14} className="folder-chevron" />
        <Icon aria-hidden size={15} strokeWidth={1.75} />
        <span className="folder-title">{folder.name}</span>
        <span className="folder-count figure">{format.count(count)}</span>
      </button>
      <RailMenu label={text.folderActions} reachable={reachable}>
        <RailMenuRow icon={Pencil} label={text.rename} onSelect={() => setPanel('rename')} />
        <RailMenuRow
          icon={Trash2}
          label={text.deleteFolder}
          danger
          onSelect={() => {
            if (count === 0) void store.getState().deleteFolder(folder.id)
            else setPanel('delete')
          }}
        />
      </RailMenu>
      {panel === 'rename' && (
        <NameDialog
          title={text.renameFolder}
          label={text.folderName}
          value={folder.name}
          onClose={() => setPanel(null)}
          onSave={(name) => void store.getState().changeFolder(folder.id, { name })}
        />
      )}
      {panel === 'delete' && (
        <ConfirmDialog
          title={text.deleteFolderTitle(folder.name)}
          body={text.deleteFolderBody}
          confirm={text.deleteFolder}
          onConfirm={() => void store.getState().deleteFolder(folder.id)}
          onClose={() => setPanel(null)}
        />
      )}
    </div>
  )
}
