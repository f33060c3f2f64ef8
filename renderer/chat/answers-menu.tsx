// How many answers the next message gets, and with which values.
import { Columns3, SlidersHorizontal } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { useState } from 'react'
import type { ReactElement } from 'react'
import { LIMITS } from '../../electron/contract/limits.ts'
import { useApp, useAppStore } from '../state/use-app.ts'
import { useLanguage } from '../text/language.ts'
import { anyOwn } from './answer-slots.ts'
import { AnswerValuesDialog } from './answer-values-dialog.tsx'

const COUNTS = [1, 2, 3, 4, 6, 8, 12, LIMITS.parallelAnswers]

export function AnswersMenu(): ReactElement {
  const { text, format } = useLanguage()
  const store = useAppStore()
  const count = useApp((state) => state.answerCount)
  const own = useApp((state) => anyOwn(state.answerSlots, state.answerCount)) && count > 1
  const [choosing, setChoosing] = useState(false)
  const stateBytes = useApp((state) => (state.engine.phase === 'ready' ? state.engine.stateBytes : 0))
  return (
    <>
      <DropdownMenu.Root modal={false}>
        <DropdownMenu.Trigger asChild>
          <button
            type="button"
            className="answers-button"
            data-many={count > 1}
            aria-label={text.answersCount(format.count(count))}
            aria-description={own ? text.answersOwn : undefined}
            title={own ? text.answersOwn : text.answersMenu}
          >
            <Columns3 aria-hidden size={15} />
            {count > 1 && format.count(count)}
            {own && <SlidersHorizontal aria-hidden size={13} />}
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
            <DropdownMenu.Separator className="menu-line" />
            <DropdownMenu.Item
              className="menu-row"
              onSelect={() => {
                if (count < 2) store.getState().patchView({ answerCount: 3 })
                setChoosing(true)
              }}
            >
              <SlidersHorizontal aria-hidden size={15} />
              {text.slotsOpen}
            </DropdownMenu.Item>
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
      {choosing && <AnswerValuesDialog onClose={() => setChoosing(false)} />}
    </>
  )
}
