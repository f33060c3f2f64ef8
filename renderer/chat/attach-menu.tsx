// "Attach document": files from this computer, or documents that are here already.
import { Paperclip } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import type { ReactElement } from 'react'
import { attachFiles } from '../documents/add-documents.ts'
import { useApp, useAppStore } from '../state/use-app.ts'
import { useLanguage } from '../text/language.ts'

export function AttachMenu(): ReactElement {
  const { text } = useLanguage()
  const store = useAppStore()
  const known = useApp((state) => (state.documents?.size ?? 0) > 0)
  const button = (
    <button
      type="button"
      className="icon-button"
      aria-label={text.attachDocument}
      title={text.attachDocument}
      {...(known ? {} : { onClick: () => void attachFiles(store) })}
    >
      <Paperclip aria-hidden size={17} strokeWidth={1.75} />
    </button>
  )
  // With nothing to choose from there is one way only.
  if (!known) return button
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{button}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          className="popover menu"
          sideOffset={8}
          collisionPadding={12}
          side="top"
          align="start"
        >
          <DropdownMenu.Item className="menu-row" onSelect={() => void attachFiles(store)}>
            {text.attachFiles}
          </DropdownMenu.Item>
          <DropdownMenu.Item
            className="menu-row"
            onSelect={() => store.getState().patchView({ sourcePickerOpen: true })}
          >
            {text.attachKnown}
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
