// The menu of a row in the rail: three dots that show on pointing, and rows with an icon.
import type { LucideIcon } from 'lucide-react'
import { Ellipsis } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import type { ReactElement, ReactNode } from 'react'

export function RailMenu(props: {
  label: string
  /** Tab leads here. */
  reachable: boolean
  children: ReactNode
}): ReactElement {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>
        <button
          type="button"
          className="icon-button conversation-actions"
          aria-label={props.label}
          tabIndex={props.reachable ? 0 : -1}
        >
          <Ellipsis aria-hidden size={16} />
        </button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="popover menu" align="start" sideOffset={4} collisionPadding={8}>
          {props.children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}

export function RailMenuRow(props: {
  icon: LucideIcon
  label: string
  danger?: boolean
  onSelect: () => void
}): ReactElement {
  const Icon = props.icon
  return (
    <DropdownMenu.Item
      className={props.danger === true ? 'menu-row menu-danger' : 'menu-row'}
      onSelect={props.onSelect}
    >
      <Icon aria-hidden size={15} />
      {props.label}
    </DropdownMenu.Item>
  )
}
