// A button that shows an icon and tells its name to those who can't see it, or hover.
import type { LucideIcon } from 'lucide-react'
import { Tooltip } from 'radix-ui'
import type { ComponentProps, ReactElement } from 'react'

interface IconButtonProps extends Omit<ComponentProps<'button'>, 'children'> {
  readonly label: string
  readonly icon: LucideIcon
  readonly size?: number
  /** Keys shown after the name. */
  readonly keys?: string | undefined
  /** What it costs, or another word about it; read out after the name. */
  readonly note?: string | undefined
}

export function IconButton({
  label,
  icon: Icon,
  size = 16,
  keys,
  note,
  className,
  ...rest
}: IconButtonProps): ReactElement {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger asChild>
        <button
          type="button"
          aria-label={label}
          aria-description={note}
          className={className === undefined ? 'icon-button' : `icon-button ${className}`}
          {...rest}
        >
          <Icon aria-hidden size={size} strokeWidth={1.75} />
        </button>
      </Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Content className="tooltip" sideOffset={6} collisionPadding={8}>
          {label}
          {note !== undefined && <span className="tooltip-note">{note}</span>}
          {keys !== undefined && <kbd>{keys}</kbd>}
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  )
}
