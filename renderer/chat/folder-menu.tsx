// "Move to": the folders, as a menu of their own or inside the menu of a chat.
import { Check, ChevronRight, FolderInput, FolderMinus, FolderPlus } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import type { ReactElement } from 'react'
import { useApp, useAppStore } from '../state/use-app.ts'
import { useLanguage } from '../text/language.ts'

interface FolderMenuProps {
  readonly conversations: readonly string[]
  /** The folder they lie in; undefined: different ones. */
  readonly present: string | null | undefined
  readonly onNewFolder: () => void
}

export function FolderMenu(props: FolderMenuProps): ReactElement {
  const { text } = useLanguage()
  return (
    <DropdownMenu.Sub>
      <DropdownMenu.SubTrigger className="menu-row">
        <FolderInput aria-hidden size={15} />
        {text.moveTo}
        <ChevronRight aria-hidden size={14} className="menu-more" />
      </DropdownMenu.SubTrigger>
      <DropdownMenu.Portal>
        <DropdownMenu.SubContent className="popover menu menu-tall" sideOffset={4} collisionPadding={8}>
          <FolderItems {...props} />
        </DropdownMenu.SubContent>
      </DropdownMenu.Portal>
    </DropdownMenu.Sub>
  )
}

export function FolderItems({ conversations, present, onNewFolder }: FolderMenuProps): ReactElement {
  const { text } = useLanguage()
  const store = useAppStore()
  const folders = useApp((state) => state.folders)
  const move = (folder: string | null): void =>
    void store.getState().organise({ conversations: [...conversations], folder })
  return (
    <>
      {[...folders]
        .sort((a, b) => a.name.localeCompare(b.name))
        .map(({ id, name }) => (
          <DropdownMenu.Item key={id} className="menu-row" onSelect={() => move(id)}>
            <Check aria-hidden size={15} className={id === present ? '' : 'menu-unmarked'} />
            <span className="palette-label">{name}</span>
          </DropdownMenu.Item>
        ))}
      {folders.length > 0 && <DropdownMenu.Separator className="menu-line" />}
      <DropdownMenu.Item className="menu-row" onSelect={onNewFolder}>
        <FolderPlus aria-hidden size={15} />
        {text.newFolderMenu}
      </DropdownMenu.Item>
      {present !== null && (
        <DropdownMenu.Item className="menu-row" onSelect={() => move(null)}>
          <FolderMinus aria-hidden size={15} />
          {text.noFolder}
        </DropdownMenu.Item>
      )}
    </>
  )
}
