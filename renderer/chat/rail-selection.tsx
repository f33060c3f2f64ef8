// What can be done to the chats that are chosen.
import { FileDown, FolderInput, Pin, Tag, Trash2, X } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { useMemo, useState } from 'react'
import type { ReactElement } from 'react'
import { IconButton } from '../shared/icon-button.tsx'
import { useApp, useAppStore } from '../state/use-app.ts'
import { useLanguage } from '../text/language.ts'
import { FolderItems } from './folder-menu.tsx'
import { NameDialog } from './name-dialog.tsx'
import { TagsDialog } from './tags-dialog.tsx'

export function RailSelection(): ReactElement {
  const { text, format } = useLanguage()
  const store = useAppStore()
  const selection = useApp((state) => state.selection)
  const summaries = useApp((state) => state.summaries)
  const [panel, setPanel] = useState<'tags' | 'folder' | null>(null)
  const chosen = useMemo(() => (selection ?? []).flatMap((id) => summaries[id] ?? []), [selection, summaries])
  const ids = chosen.map(({ id }) => id)
  const none = ids.length === 0
  const allPinned = !none && chosen.every(({ pinned }) => pinned)
  const places = new Set(chosen.map(({ folder }) => folder))
  return (
    <div className="rail-selection" role="group" aria-label={text.chosenChats}>
      <div className="rail-selection-head">
        <span aria-live="polite">{text.chosenCount(format.count(ids.length))}</span>
        <button
          type="button"
          className="link-button"
          onClick={() => store.getState().select(Object.keys(store.getState().summaries))}
        >
          {text.selectAll}
        </button>
        <IconButton
          label={text.endSelecting}
          icon={X}
          size={15}
          onClick={() => store.getState().select(null)}
        />
      </div>
      <div className="rail-selection-actions">
        <IconButton
          label={allPinned ? text.unpin : text.pin}
          icon={Pin}
          disabled={none}
          onClick={() => void store.getState().organise({ conversations: ids, pinned: !allPinned })}
        />
        <DropdownMenu.Root modal={false}>
          <DropdownMenu.Trigger asChild>
            <button
              type="button"
              className="icon-button"
              aria-label={text.moveTo}
              title={text.moveTo}
              disabled={none}
            >
              <FolderInput aria-hidden size={16} strokeWidth={1.75} />
            </button>
          </DropdownMenu.Trigger>
          <DropdownMenu.Portal>
            <DropdownMenu.Content
              className="popover menu menu-tall"
              side="top"
              sideOffset={4}
              collisionPadding={8}
            >
              <FolderItems
                conversations={ids}
                present={places.size === 1 ? [...places][0] : undefined}
                onNewFolder={() => setPanel('folder')}
              />
            </DropdownMenu.Content>
          </DropdownMenu.Portal>
        </DropdownMenu.Root>
        <IconButton label={text.tags} icon={Tag} disabled={none} onClick={() => setPanel('tags')} />
        <IconButton
          label={text.exportChats}
          icon={FileDown}
          disabled={none}
          onClick={() => store.getState().patchView({ exporting: ids })}
        />
        <IconButton
          label={text.delete}
          icon={Trash2}
          className="icon-danger"
          disabled={none}
          onClick={() => void store.getState().deleteConversations(ids)}
        />
      </div>
      {panel === 'tags' && <TagsDialog conversations={ids} onClose={() => setPanel(null)} />}
      {panel === 'folder' && (
        <NameDialog
          title={text.newFolder}
          label={text.folderName}
          value=""
          onClose={() => setPanel(null)}
          onSave={(name) => {
            void store
              .getState()
              .createFolder(name)
              .then((folder) => {
                if (folder !== null) void store.getState().organise({ conversations: ids, folder })
              })
          }}
        />
      )}
    </div>
  )
}
