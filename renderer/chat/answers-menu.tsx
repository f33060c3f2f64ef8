// How many answers the next message gets.
import { Columns3 } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import type { ReactElement } from 'react'
import { LIMITS } from '../../electron/contract/limits.ts'
import { useApp, useAppStore } from '../state/use-app.ts'
import { useLanguage } from '../text/language.ts'

const COUNTS = [1, 2, 3, 4, 6, 8, 12, LIMITS.parallelAnswers]

export function AnswersMenu(): ReactElement {
  const { text, format } = useLanguage()
  const store = useAppStore()
  const count = useApp((state) => state.answerCount)
  const stateBytes = useApp((state) => (state.engine.phase === 'ready' ? state.engine.stateBytes : 0))
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>
        <button
          type="button"
          className="answers-button"
          data-many={count > 1}
          aria-label={text.answersCount(format.count(count))}
          title={text.answersMenu}
        >
          <Columns3 aria-hidden size={15} />
          {count > 1 && format.count(count)}
        </button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="popover menu" sideOffset={6} collisionPadding={12} align="end">
          <DropdownMenu.RadioGroup
            value={String(count)}
            onValueChange={(value) => store.getState().patchView({ answerCount: Number(value) })}
          >
            {COUNTS.map((one) => (
              <DropdownMenu.RadioItem key={one} value={String(one)} className="menu-row answers-choice">
                {one === 1 ? text.answersOne : text.answersMany(format.count(one))}
                {one > 1 && stateBytes > 0 && (
                  <span className="panel-note figure">{format.bytes(one * stateBytes)}</span>
                )}
              </DropdownMenu.RadioItem>
            ))}
          </DropdownMenu.RadioGroup>
          <p className="panel-note answers-note">{text.answersHint}</p>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
