// What can be done to a message: a row of small buttons below it, and the way between its versions.
import {
  Binary,
  Check,
  ChevronLeft,
  ChevronRight,
  Columns3,
  Copy,
  Ellipsis,
  Eraser,
  GitBranch,
  Info,
  Pencil,
  RefreshCw,
  Trash2,
} from 'lucide-react'
import { DropdownMenu, Popover } from 'radix-ui'
import { useState } from 'react'
import type { ReactElement } from 'react'
import type { Message } from '../../electron/contract/entities.ts'
import { ConfirmDialog } from '../shared/dialog.tsx'
import { IconButton } from '../shared/icon-button.tsx'
import { useCopied } from '../shared/use-copied.ts'
import { runningAnswer, siblingsOf } from '../state/message-tree.ts'
import { useApp, useAppStore } from '../state/use-app.ts'
import { useLanguage } from '../text/language.ts'
import { MessageDetails } from './message-details.tsx'
import { TokenDetails } from './token-details.tsx'

export function MessageActions(props: { message: Message; shownText: string; last: boolean }): ReactElement {
  const { message, shownText, last } = props
  const { text } = useLanguage()
  const store = useAppStore()
  const [copied, copy] = useCopied()
  const [deleting, setDeleting] = useState(false)
  const [forgetting, setForgetting] = useState(false)
  const [looking, setLooking] = useState(false)
  const ready = useApp((state) => state.engine.phase === 'ready')
  const idle = useApp((state) => runningAnswer(state.trees[message.conversation]) === null)
  const answer = message.role === 'assistant'
  const { conversation, id } = message
  return (
    <div className={last ? 'actions actions-shown' : 'actions'}>
      <Versions message={message} />
      <div className="actions-row">
        <IconButton
          label={copied ? text.copied : text.copy}
          icon={copied ? Check : Copy}
          onClick={() => void copy(shownText)}
        />
        {!answer && (
          <IconButton
            label={text.edit}
            icon={Pencil}
            disabled={!idle}
            onClick={() => store.getState().patchView({ editing: id })}
          />
        )}
        {answer && (
          <IconButton
            label={text.regenerate}
            icon={RefreshCw}
            disabled={!ready || !idle}
            onClick={() => void store.getState().regenerate(conversation, id)}
          />
        )}
        {answer && !last && (
          <IconButton
            label={text.branchFromHere}
            icon={GitBranch}
            disabled={!idle}
            onClick={() => store.getState().branchFrom(conversation, id)}
          />
        )}
        {answer && (
          <Popover.Root>
            <Popover.Trigger asChild>
              <button type="button" className="icon-button" aria-label={text.details} title={text.details}>
                <Info aria-hidden size={16} strokeWidth={1.75} />
              </button>
            </Popover.Trigger>
            <Popover.Portal>
              <Popover.Content
                className="popover details"
                sideOffset={6}
                collisionPadding={12}
                aria-label={text.details}
              >
                <MessageDetails message={message} />
              </Popover.Content>
            </Popover.Portal>
          </Popover.Root>
        )}
        <IconButton label={text.delete} icon={Trash2} disabled={!idle} onClick={() => setDeleting(true)} />
        {answer && (
          <DropdownMenu.Root modal={false}>
            <DropdownMenu.Trigger asChild>
              <button
                type="button"
                className="icon-button"
                aria-label={text.moreActions}
                title={text.moreActions}
              >
                <Ellipsis aria-hidden size={16} strokeWidth={1.75} />
              </button>
            </DropdownMenu.Trigger>
            <DropdownMenu.Portal>
              <DropdownMenu.Content className="popover menu" sideOffset={6} collisionPadding={12}>
                <DropdownMenu.Item
                  className="menu-row"
                  disabled={!ready || !idle}
                  onSelect={() => setLooking(true)}
                >
                  <Binary aria-hidden size={15} />
                  {text.showTokens}
                </DropdownMenu.Item>
                <DropdownMenu.Item
                  className="menu-row menu-danger"
                  disabled={!idle}
                  onSelect={() => setForgetting(true)}
                >
                  <Eraser aria-hidden size={15} />
                  {text.forget}
                </DropdownMenu.Item>
              </DropdownMenu.Content>
            </DropdownMenu.Portal>
          </DropdownMenu.Root>
        )}
      </div>
      {looking && <TokenDetails message={message} onClose={() => setLooking(false)} />}
      {forgetting && (
        <ConfirmDialog
          title={text.forgetTitle}
          body={text.forgetBody}
          confirm={text.forgetConfirm}
          onConfirm={() => void store.getState().forget(conversation, id)}
          onClose={() => setForgetting(false)}
        />
      )}
      {deleting && (
        <ConfirmDialog
          title={text.deleteMessageTitle}
          body={text.deleteMessageBody}
          confirm={text.delete}
          onConfirm={() => void store.getState().deleteMessage(conversation, id)}
          onClose={() => setDeleting(false)}
        />
      )}
    </div>
  )
}

/** Arrows between a message and those beside it; nothing while it is the only one. */
function Versions({ message }: { message: Message }): ReactElement | null {
  const { text, format } = useLanguage()
  const store = useAppStore()
  const siblings = useApp((state) => {
    const tree = state.trees[message.conversation]
    return tree === undefined ? NONE : siblingsOf(tree, message.id)
  })
  const at = siblings.indexOf(message.id)
  const idle = useApp((state) => runningAnswer(state.trees[message.conversation]) === null)
  if (siblings.length < 2 || at === -1) return null
  const show = (index: number): void => {
    const id = siblings[index]
    if (id !== undefined) void store.getState().showVersion(message.conversation, id)
  }
  return (
    <div className="versions">
      <IconButton
        label={text.previousVersion}
        icon={ChevronLeft}
        disabled={at === 0 || !idle}
        onClick={() => show(at - 1)}
      />
      <span className="figure">{text.versionOf(format.count(at + 1), format.count(siblings.length))}</span>
      <IconButton
        label={text.nextVersion}
        icon={ChevronRight}
        disabled={at === siblings.length - 1 || !idle}
        onClick={() => show(at + 1)}
      />
      {message.role === 'assistant' && message.parent !== null && (
        <IconButton
          label={text.compareVersions}
          icon={Columns3}
          size={15}
          onClick={() => store.getState().compare(message.parent ?? '', true)}
        />
      )}
    </div>
  )
}

const NONE: readonly string[] = []
