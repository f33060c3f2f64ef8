// One conversation in the rail: a link, and a menu for what can be done to it. While chats are being chosen, a click
// chooses it.
import { CheckCheck, FileDown, MessageCircleMore, Pencil, Pin, PinOff, Tag, Trash2 } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { memo, useState } from 'react'
import type { MouseEvent, ReactElement } from 'react'
import type { ConversationSummary } from '../../electron/contract/entities.ts'
import { Spinner } from '../shared/progress.tsx'
import { fragmentOf } from '../state/address.ts'
import { useApp, useAppStore } from '../state/use-app.ts'
import { useLanguage } from '../text/language.ts'
import { FolderMenu } from './folder-menu.tsx'
import { DRAGGED_CHATS } from './folder-row.tsx'
import { NameDialog } from './name-dialog.tsx'
import { RailMenu, RailMenuRow } from './rail-menu.tsx'
import { SystemPromptDialog } from './system-prompt-dialog.tsx'
import { TagsDialog } from './tags-dialog.tsx'

type Panel = 'rename' | 'systemPrompt' | 'tags' | 'folder'

export const ConversationItem = memo(function ConversationItem(props: {
  conversation: ConversationSummary
  /** It lies in a folder that is shown open. */
  inside: boolean
  /** Tab leads here. */
  reachable: boolean
  /** null: nothing is being chosen. */
  chosen: boolean | null
  onSelect: (event: MouseEvent, id: string) => void
}): ReactElement {
  const { conversation, inside, reachable, chosen } = props
  const { text } = useLanguage()
  const store = useAppStore()
  const current = useApp((state) => state.page === 'chat' && state.conversation === conversation.id)
  const [panel, setPanel] = useState<Panel | null>(null)
  const { id, tags } = conversation
  const title = conversation.title === '' ? text.untitled : conversation.title
  const close = (): void => setPanel(null)
  return (
    <div
      className="conversation-item"
      data-current={current}
      data-inside={inside}
      data-chosen={chosen ?? false}
      draggable
      onDragStart={(event) => {
        const { selection } = store.getState()
        const moved = selection?.includes(id) === true ? selection : [id]
        event.dataTransfer.setData(DRAGGED_CHATS, moved.join('\n'))
        event.dataTransfer.effectAllowed = 'move'
      }}
    >
      <a
        href={fragmentOf('chat', id)}
        aria-current={current ? 'page' : undefined}
        aria-label={chosen === true ? text.chosenChat(title) : undefined}
        title={tags.length === 0 ? title : `${title}\n${tags.map((tag) => `#${tag}`).join(' ')}`}
        data-rail-stop
        draggable={false}
        tabIndex={reachable ? 0 : -1}
        onClick={(event) => props.onSelect(event, id)}
      >
        {chosen !== null && <span className="check" data-on={chosen} aria-hidden />}
        <span className="conversation-title">{title}</span>
      </a>
      {conversation.generating ? (
        <Spinner label={text.generating} />
      ) : (
        conversation.unread && !current && <span className="unread-dot" role="img" aria-label={text.unread} />
      )}
      <RailMenu label={text.conversationActions} reachable={reachable}>
        <RailMenuRow icon={Pencil} label={text.rename} onSelect={() => setPanel('rename')} />
        <RailMenuRow
          icon={conversation.pinned ? PinOff : Pin}
          label={conversation.pinned ? text.unpin : text.pin}
          onSelect={() => void store.getState().pinConversation(id, !conversation.pinned)}
        />
        <FolderMenu
          conversations={[id]}
          present={conversation.folder}
          onNewFolder={() => setPanel('folder')}
        />
        <RailMenuRow icon={Tag} label={text.tags} onSelect={() => setPanel('tags')} />
        <RailMenuRow
          icon={MessageCircleMore}
          label={text.systemPrompt}
          onSelect={() => setPanel('systemPrompt')}
        />
        <DropdownMenu.Separator className="menu-line" />
        <RailMenuRow
          icon={FileDown}
          label={text.exportChat}
          onSelect={() => store.getState().patchView({ exporting: [id] })}
        />
        <RailMenuRow
          icon={CheckCheck}
          label={text.selectChats}
          onSelect={() => store.getState().select([id])}
        />
        <DropdownMenu.Separator className="menu-line" />
        <RailMenuRow
          icon={Trash2}
          label={text.delete}
          danger
          onSelect={() => void store.getState().deleteConversations([id])}
        />
      </RailMenu>
      {panel === 'rename' && (
        <NameDialog
          title={text.renameTitle}
          label={text.title}
          value={conversation.title}
          onClose={close}
          onSave={(name) => void store.getState().renameConversation(id, name)}
        />
      )}
      {panel === 'folder' && (
        <NameDialog
          title={text.newFolder}
          label={text.folderName}
          value=""
          onClose={close}
          onSave={(name) => {
            void store
              .getState()
              .createFolder(name)
              .then((folder) => {
                if (folder !== null) void store.getState().organise({ conversations: [id], folder })
              })
          }}
        />
      )}
      {panel === 'tags' && <TagsDialog conversations={[id]} onClose={close} />}
      {panel === 'systemPrompt' && <SystemPromptDialog conversation={id} onClose={close} />}
    </div>
  )
})
