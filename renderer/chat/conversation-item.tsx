// One conversation in the rail: a link, and a menu for what can be done to it. While chats are being chosen, a click
// chooses it.
import {
  CheckCheck,
  Ellipsis,
  FileDown,
  MessageCircleMore,
  Pencil,
  Pin,
  PinOff,
  Tag,
  Trash2,
} from 'lucide-react'
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
      <DropdownMenu.Root modal={false}>
        <DropdownMenu.Trigger asChild>
          <button
            type="button"
            className="icon-button conversation-actions"
            aria-label={text.conversationActions}
            tabIndex={reachable ? 0 : -1}
          >
            <Ellipsis aria-hidden size={16} />
          </button>
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content className="popover menu" align="start" sideOffset={4} collisionPadding={8}>
            <DropdownMenu.Item className="menu-row" onSelect={() => setPanel('rename')}>
              <Pencil aria-hidden size={15} />
              {text.rename}
            </DropdownMenu.Item>
            <DropdownMenu.Item
              className="menu-row"
              onSelect={() => void store.getState().pinConversation(id, !conversation.pinned)}
            >
              {conversation.pinned ? <PinOff aria-hidden size={15} /> : <Pin aria-hidden size={15} />}
              {conversation.pinned ? text.unpin : text.pin}
            </DropdownMenu.Item>
            <FolderMenu
              conversations={[id]}
              present={conversation.folder}
              onNewFolder={() => setPanel('folder')}
            />
            <DropdownMenu.Item className="menu-row" onSelect={() => setPanel('tags')}>
              <Tag aria-hidden size={15} />
              {text.tags}
            </DropdownMenu.Item>
            <DropdownMenu.Item className="menu-row" onSelect={() => setPanel('systemPrompt')}>
              <MessageCircleMore aria-hidden size={15} />
              {text.systemPrompt}
            </DropdownMenu.Item>
            <DropdownMenu.Separator className="menu-line" />
            <DropdownMenu.Item
              className="menu-row"
              onSelect={() => store.getState().patchView({ exporting: [id] })}
            >
              <FileDown aria-hidden size={15} />
              {text.exportChat}
            </DropdownMenu.Item>
            <DropdownMenu.Item className="menu-row" onSelect={() => store.getState().select([id])}>
              <CheckCheck aria-hidden size={15} />
              {text.selectChats}
            </DropdownMenu.Item>
            <DropdownMenu.Separator className="menu-line" />
            <DropdownMenu.Item
              className="menu-row menu-danger"
              onSelect={() => void store.getState().deleteConversations([id])}
            >
              <Trash2 aria-hidden size={15} />
              {text.delete}
            </DropdownMenu.Item>
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
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
