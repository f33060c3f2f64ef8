// Fields of the side panel: narrow, each with its own value or the one it follows.
import { RotateCcw } from 'lucide-react'
import { Slider } from 'radix-ui'
import { useId, useState } from 'react'
import type { ReactElement, ReactNode } from 'react'
import { IconButton } from '../shared/icon-button.tsx'
import { useLanguage } from '../text/language.ts'

export function PanelSlider(props: {
  label: string
  /** null: the value of `follows` counts. */
  value: number | null
  follows: number
  minimum: number
  maximum: number
  step: number
  onChange: (value: number | null) => void
}): ReactElement {
  const { label, value, follows, minimum, maximum, step, onChange } = props
  const { text } = useLanguage()
  // Only while the value is the one that the movement began with: what was let go comes back as the new value.
  const [moving, setMoving] = useState<{ from: number | null; to: number } | null>(null)
  if (moving !== null && moving.from !== value) setMoving(null)
  const shown = moving?.to ?? value ?? follows
  return (
    <div className="panel-field">
      <div className="panel-field-head">
        <span>{label}</span>
        <output className="figure slider-value" data-own={value !== null}>
          {shown.toFixed(step < 0.01 ? 3 : 2)}
        </output>
        <IconButton
          label={`${text.reset}: ${label}`}
          icon={RotateCcw}
          size={13}
          disabled={value === null}
          onClick={() => onChange(null)}
        />
      </div>
      <Slider.Root
        className="slider"
        value={[shown]}
        min={minimum}
        max={maximum}
        step={step}
        onValueChange={([next]) => setMoving(next === undefined ? null : { from: value, to: next })}
        onValueCommit={([next]) => {
          setMoving(null)
          if (next !== undefined) onChange(next)
        }}
      >
        <Slider.Track className="slider-track">
          <Slider.Range className="slider-range" />
        </Slider.Track>
        <Slider.Thumb className="slider-thumb" aria-label={label} />
      </Slider.Root>
    </div>
  )
}

/** A whole number that may be left empty. What does not fit is said, and the old value stays. */
export function PanelNumber(props: {
  label: string
  placeholder: string
  value: number | null
  minimum: number
  maximum: number
  onChange: (value: number | null) => void
}): ReactElement {
  const { label, placeholder, value, minimum, maximum, onChange } = props
  const { text } = useLanguage()
  const id = useId()
  const [written, setWritten] = useState<string | null>(null)
  const [refused, setRefused] = useState(false)

  const commit = (): void => {
    if (written === null) return
    setWritten(null)
    const next = written.trim() === '' ? null : Number(written)
    const fits = next === null || (Number.isSafeInteger(next) && next >= minimum && next <= maximum)
    setRefused(!fits)
    if (fits && next !== value) onChange(next)
  }

  return (
    <div className="panel-field panel-field-row">
      <label htmlFor={id}>
        {label}
        {refused && (
          <span className="warning panel-note" role="alert">
            {text.notSaved}
          </span>
        )}
      </label>
      <input
        id={id}
        className="field field-number"
        type="number"
        aria-label={label}
        aria-invalid={refused}
        min={minimum}
        max={maximum}
        step={1}
        placeholder={placeholder}
        value={written ?? value ?? ''}
        onChange={(event) => setWritten(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === 'Enter') commit()
        }}
      />
    </div>
  )
}

export function PanelSelect(props: {
  label: string
  value: string
  hint?: string | undefined
  onChange: (value: string) => void
  children: ReactNode
}): ReactElement {
  const id = useId()
  return (
    <div className="panel-field">
      <label htmlFor={id}>{props.label}</label>
      <select
        id={id}
        className="field"
        value={props.value}
        onChange={(event) => props.onChange(event.target.value)}
      >
        {props.children}
      </select>
      {props.hint !== undefined && <p className="panel-note">{props.hint}</p>}
    </div>
  )
}
