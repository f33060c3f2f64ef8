// Several answers, each with values of its own: a row for each answer. What a row leaves alone is as in the chat.
import { ChevronDown, RotateCcw } from 'lucide-react'
import { useEffect, useId, useState } from 'react'
import type { ReactElement } from 'react'
import { defaultParameters } from '../../electron/contract/default-parameters.ts'
import { LIMITS } from '../../electron/contract/limits.ts'
import type { Sampling, SamplingChoice } from '../../electron/contract/sampling.ts'
import { Dialog } from '../shared/dialog.tsx'
import { IconButton } from '../shared/icon-button.tsx'
import { useNumberInput } from '../shared/number-input.tsx'
import { SAMPLING_RANGES } from '../shared/sampling-values.ts'
import { samplingNames } from '../shared/sampling-names.ts'
import { useApp, useAppStore } from '../state/use-app.ts'
import { useLanguage } from '../text/language.ts'
import {
  ALIKE,
  anyOwn,
  changedSlot,
  replacedSlot,
  sameChoice,
  slotsOf,
  spreadTemperature,
} from './answer-slots.ts'

const COUNTS = Array.from({ length: LIMITS.parallelAnswers - 1 }, (_, index) => index + 2)
const FIRST = ['temperature', 'topP', 'seed'] as const
const REST = ['topK', 'minP', 'presencePenalty', 'frequencyPenalty', 'penaltyDecay', 'maximumTokens'] as const
type Key = keyof Sampling

/** Ends of the spread that is offered: from sober to wild, whatever the model. */
const SPREAD = { from: 0.4, to: 1.6 }

export function AnswerValuesDialog(props: { onClose: () => void }): ReactElement {
  const { text, format } = useLanguage()
  const store = useAppStore()
  const count = useApp((state) => state.answerCount)
  const slots = useApp((state) => state.answerSlots)
  const countId = useId()
  useEffect(() => {
    void store.getState().openShelf()
  }, [store])
  const put = (next: readonly SamplingChoice[]): void => store.getState().patchView({ answerSlots: next })
  return (
    <Dialog title={text.slotsTitle} onClose={props.onClose} className="dialog-slots">
      <p className="panel-note">{text.slotsHint}</p>
      <div className="slots-head">
        <label htmlFor={countId}>{text.slotsCount}</label>
        <select
          id={countId}
          className="field"
          data-first-focus
          value={count}
          onChange={(event) => store.getState().patchView({ answerCount: Number(event.target.value) })}
        >
          {COUNTS.map((one) => (
            <option key={one} value={one}>
              {format.count(one)}
            </option>
          ))}
        </select>
        <button
          type="button"
          className="button button-small"
          title={text.slotsSpreadHint(String(SPREAD.from), String(SPREAD.to))}
          onClick={() => put(spreadTemperature(slots, count, SPREAD.from, SPREAD.to))}
        >
          {text.slotsSpread}
        </button>
        <button
          type="button"
          className="button button-quiet button-small"
          disabled={!anyOwn(slots, count)}
          onClick={() => put([])}
        >
          {text.slotsAlike}
        </button>
      </div>
      <ol className="slots">
        {slotsOf(slots, count).map((slot, index) => (
          <Slot
            key={index}
            index={index}
            slot={slot}
            onChange={(key, value) => put(changedSlot(slots, count, index, key, value))}
            onReplace={(next) => put(replacedSlot(slots, count, index, next))}
          />
        ))}
      </ol>
      <div className="dialog-actions">
        <button type="button" className="button button-primary" onClick={props.onClose}>
          {text.done}
        </button>
      </div>
    </Dialog>
  )
}

function Slot(props: {
  index: number
  slot: SamplingChoice
  onChange: <K extends Key>(key: K, value: Sampling[K] | null) => void
  onReplace: (slot: SamplingChoice) => void
}): ReactElement {
  const { index, slot, onChange, onReplace } = props
  const { text, format } = useLanguage()
  const presets = useApp((state) => state.presets)
  const [open, setOpen] = useState(() => REST.some((key) => slot[key] !== undefined))
  const more = useId()
  const name = text.columnOf(format.count(index + 1))
  const preset = sameChoice(slot, ALIKE)
    ? 'alike'
    : (presets.find(({ sampling }) => sameChoice(sampling, slot))?.id ?? 'own')
  const field = (key: Key): ReactElement => (
    <SlotNumber
      key={key}
      answer={name}
      name={key}
      value={slot[key] ?? null}
      onChange={(value) => onChange(key, value)}
    />
  )
  return (
    <li className="slot" aria-label={name} data-own={preset !== 'alike'}>
      <div className="slot-row">
        <span className="slot-name">{name}</span>
        <label className="slot-field slot-preset">
          <span>{text.presets}</span>
          <select
            className="field"
            aria-label={`${name}: ${text.presets}`}
            value={preset}
            onChange={(event) => {
              const chosen = presets.find(({ id }) => id === event.target.value)
              onReplace(chosen?.sampling ?? ALIKE)
            }}
          >
            <option value="alike">{text.slotAlike}</option>
            {presets.map((one) => (
              <option key={one.id} value={one.id}>
                {one.name}
              </option>
            ))}
            {preset === 'own' && <option value="own">{text.presetNone}</option>}
          </select>
        </label>
        {FIRST.map(field)}
        <IconButton
          label={`${name}: ${text.slotMore}`}
          icon={ChevronDown}
          className={open ? 'slot-open' : ''}
          aria-expanded={open}
          {...(open ? { 'aria-controls': more } : {})}
          onClick={() => setOpen(!open)}
        />
        <IconButton
          label={`${name}: ${text.reset}`}
          icon={RotateCcw}
          size={14}
          disabled={preset === 'alike'}
          onClick={() => onReplace(ALIKE)}
        />
      </div>
      {open && (
        <div className="slot-more" id={more}>
          {REST.map(field)}
        </div>
      )}
    </li>
  )
}

/** Empty: as in the chat, which stands in the empty field. */
function SlotNumber(props: {
  answer: string
  name: Key
  value: number | null
  onChange: (value: number | null) => void
}): ReactElement {
  const { text } = useLanguage()
  const id = useId()
  const label = samplingNames(text)[props.name]
  const { minimum, maximum, step } = SAMPLING_RANGES[props.name]
  const follows = useApp((state) => {
    const own = state.conversation === null ? undefined : state.trees[state.conversation]?.parameters.sampling
    const recommended = state.engine.phase === 'ready' ? state.engine.sampling : null
    return { ...recommended, ...state.settings?.sampling, ...(own ?? defaultParameters.sampling) }[props.name]
  })
  const { refused, input } = useNumberInput({
    id,
    label: `${props.answer}: ${label}`,
    placeholder: typeof follows === 'number' ? String(follows) : text.random,
    value: props.value,
    minimum,
    maximum,
    step,
    onChange: props.onChange,
  })
  return (
    <label className="slot-field" htmlFor={id}>
      <span>
        {label}
        {refused && (
          <span className="warning" role="alert">
            {' '}
            {text.notSaved}
          </span>
        )}
      </span>
      {input}
    </label>
  )
}
