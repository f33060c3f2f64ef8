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
import { readingCost } from '../state/reading-cost.ts'
import { useApp, useAppStore } from '../state/use-app.ts'
import { useLanguage } from '../text/language.ts'
import { MessageDetails } from './message-details.tsx'
import { TokenDetails } from './token-details.tsx'

export function MessageActions(props: { message: Message; shownText: string; last: boolean }): ReactElement {
  const { message, shownText, last } = props
  const { text } = useLanguage()
  const store = useAppStore()
  const [copied, copy] = useCopied()
  const [forgetting, setForgetting] = useState(false)
  const [looking, setLooking] = useState(false)
  const ready = useApp((state) => state.engine.phase === 'ready')
  const idle = useApp((state) => runningAnswer(state.trees[message.conversation]) === null)
  const answer = message.role === 'assistant'
  const { conversation, id } = message
  const [near, setNear] = useState(false)
  const again = useCost(message, near, 'before')
  const behind = useCost(message, near, 'behind')
  /** Costs are looked up when somebody comes near: they are of no use before. */
  const comeNear = (): void => {
    if (near) return
    setNear(true)
    if (store.getState().memories[conversation] === undefined) void store.getState().openMemory(conversation)
  }
  return (
    <div
      className={last ? 'actions actions-shown' : 'actions'}
      onPointerEnter={comeNear}
      onPointerLeave={() => setNear(false)}
      onFocus={comeNear}
    >
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
            note={again}
            icon={Pencil}
            disabled={!idle}
            onClick={() => store.getState().patchView({ editing: id })}
          />
        )}
        {answer && (
          <IconButton
            label={text.regenerate}
            note={again}
            icon={RefreshCw}
            disabled={!ready || !idle}
            onClick={() => void store.getState().regenerate(conversation, id)}
          />
        )}
        {answer && !last && (
          <IconButton
            label={text.branchFromHere}
            note={behind}
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
        <IconButton
          label={text.delete}
          icon={Trash2}
          disabled={!idle}
          onClick={() => void store.getState().deleteMessage(conversation, id)}
        />
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
    </div>
  )
}

/** What has to be read again before the model can go on `behind` this answer, or write it anew: go on behind the answer
 *  `before` its question. Nothing while it is not known. */
function useCost(message: Message, wanted: boolean, where: 'before' | 'behind'): string | undefined {
  const { text, format } = useLanguage()
  const cost = useApp((state) => {
    const tree = state.trees[message.conversation]
    const memory = state.memories[message.conversation]
    if (!wanted || tree === undefined || memory === undefined || state.engine.phase !== 'ready') return null
    const question = message.role === 'user' ? message : tree.byId[message.parent ?? '']
    const point = where === 'behind' ? message.id : (question?.parent ?? null)
    return point === null ? 0 : readingCost(tree, memory, new Set(memory.ready), point)
  })
  if (cost === null) return undefined
  return cost === 0 ? text.actionInstant : text.actionReads(format.count(cost))
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
