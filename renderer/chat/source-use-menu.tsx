// The three plain choices for a source: read it fully, search in it, quote it once.
import { Check, ChevronDown } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import type { ReactElement } from 'react'
import { sourceUses } from '../../electron/contract/source-use.ts'
import type { SourceUse } from '../../electron/contract/source-use.ts'
import { useLanguage } from '../text/language.ts'

export function SourceUseMenu(props: {
  label: string
  use: SourceUse
  onChange: (use: SourceUse) => void
}): ReactElement {
  const { text } = useLanguage()
  const names = { read: text.useRead, search: text.useSearch, quote: text.useQuote }
  const hints = { read: text.useReadHint, search: text.useSearchHint, quote: text.useQuoteHint }
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>
        <button type="button" className="use-button" aria-label={`${props.label}: ${names[props.use]}`}>
          {names[props.use]}
          <ChevronDown aria-hidden size={13} />
        </button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="popover menu use-menu" sideOffset={6} collisionPadding={12}>
          <DropdownMenu.RadioGroup
            value={props.use}
            onValueChange={(value) => {
              const use = sourceUses.find((one) => one === value)
              if (use !== undefined) props.onChange(use)
            }}
          >
            {sourceUses.map((use) => (
              <DropdownMenu.RadioItem key={use} value={use} className="menu-row use-row">
                <span className="use-check">
                  <DropdownMenu.ItemIndicator>
                    <Check aria-hidden size={15} />
                  </DropdownMenu.ItemIndicator>
                </span>
                <span className="use-words">
                  <strong>{names[use]}</strong>
                  <span>{hints[use]}</span>
                </span>
              </DropdownMenu.RadioItem>
            ))}
          </DropdownMenu.RadioGroup>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
