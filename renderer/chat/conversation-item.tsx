// One line of the rail: a link, and a menu for what can be done to the conversation.
import { Ellipsis, MessageCircleMore, Pencil, Pin, PinOff, Trash2 } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { memo, useState } from 'react'
import type { ReactElement, SyntheticEvent } from 'react'
import type { ConversationSummary } from '../../electron/contract/entities.ts'
import { LIMITS } from '../../electron/contract/limits.ts'
import { ConfirmDialog, Dialog } from '../shared/dialog.tsx'
import { Spinner } from '../shared/progress.tsx'
import { fragmentOf } from '../state/address.ts'
import { useApp, useAppStore } from '../state/use-app.ts'
import { useLanguage } from '../text/language.ts'
import { SystemPromptDialog } from './system-prompt-dialog.tsx'

type Panel = 'rename' | 'delete' | 'systemPrompt'

export const ConversationItem = memo(function ConversationItem(props: {
  conversation: ConversationSummary
}): ReactElement {
  const { conversation } = props
  const { text } = useLanguage()
  const store = useAppStore()
  const current = useApp((state) => state.page === 'chat' && state.conversation === conversation.id)
  const [panel, setPanel] = useState<Panel | null>(null)
  const title = conversation.title === '' ? text.untitled : conversation.title
  const close = (): void => setPanel(null)
  return (
    <li className="conversation-item" data-current={current}>
      <a href={fragmentOf('chat', conversation.id)} aria-current={current ? 'page' : undefined} title={title}>
        {title}
      </a>
      {conversation.generating && <Spinner label={text.generating} />}
      <DropdownMenu.Root modal={false}>
        <DropdownMenu.Trigger asChild>
          <button
            type="button"
            className="icon-button conversation-actions"
            aria-label={text.conversationActions}
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
              onSelect={() => void store.getState().pinConversation(conversation.id, !conversation.pinned)}
            >
              {conversation.pinned ? <PinOff aria-hidden size={15} /> : <Pin aria-hidden size={15} />}
              {conversation.pinned ? text.unpin : text.pin}
            </DropdownMenu.Item>
            <DropdownMenu.Item className="menu-row" onSelect={() => setPanel('systemPrompt')}>
              <MessageCircleMore aria-hidden size={15} />
              {text.systemPrompt}
            </DropdownMenu.Item>
            <DropdownMenu.Separator className="menu-line" />
            <DropdownMenu.Item className="menu-row menu-danger" onSelect={() => setPanel('delete')}>
              <Trash2 aria-hidden size={15} />
              {text.delete}
            </DropdownMenu.Item>
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
      {panel === 'rename' && (
        <RenameDialog
          title={conversation.title}
          onClose={close}
          onRename={(name) => void store.getState().renameConversation(conversation.id, name)}
        />
      )}
      {panel === 'systemPrompt' && <SystemPromptDialog conversation={conversation.id} onClose={close} />}
      {panel === 'delete' && (
        <ConfirmDialog
          title={text.deleteChatTitle}
          body={text.deleteChatBody(title)}
          confirm={text.delete}
          onConfirm={() => void store.getState().deleteConversation(conversation.id)}
          onClose={close}
        />
      )}
    </li>
  )
})

function RenameDialog(props: {
  title: string
  onRename: (title: string) => void
  onClose: () => void
}): ReactElement {
  const { text } = useLanguage()
  const [title, setTitle] = useState(props.title)
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault()
    const name = title.trim()
    if (name === '') return
    props.onRename(name)
    props.onClose()
  }
  return (
    <Dialog title={text.renameTitle} onClose={props.onClose} className="dialog-small">
      <form onSubmit={submit}>
        <input
          className="field"
          aria-label={text.title}
          value={title}
          maxLength={LIMITS.titleCharacters}
          data-first-focus
          onFocus={(event) => event.target.select()}
          onChange={(event) => setTitle(event.target.value)}
        />
        <div className="dialog-actions">
          <button type="button" className="button" onClick={props.onClose}>
            {text.cancel}
          </button>
          <button type="submit" className="button button-primary" disabled={title.trim() === ''}>
            {text.save}
          </button>
        </div>
      </form>
    </Dialog>
  )
}
