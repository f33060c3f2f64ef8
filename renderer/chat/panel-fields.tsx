// Fields of the side panel: narrow, each with its own value or the one it follows.
import { RotateCcw } from 'lucide-react'
import { useId } from 'react'
import type { ReactElement, ReactNode } from 'react'
import { IconButton } from '../shared/icon-button.tsx'
import { useNumberInput } from '../shared/number-input.tsx'
import { useValueSlider } from '../shared/value-slider.tsx'
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
  const { figures, slider } = useValueSlider({
    label,
    value,
    otherwise: follows,
    minimum,
    maximum,
    step,
    onChange,
  })
  return (
    <div className="panel-field">
      <div className="panel-field-head">
        <span>{label}</span>
        <output className="figure slider-value" data-own={value !== null}>
          {figures}
        </output>
        <IconButton
          label={`${text.reset}: ${label}`}
          icon={RotateCcw}
          size={13}
          disabled={value === null}
          onClick={() => onChange(null)}
        />
      </div>
      {slider}
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
  const { label } = props
  const { text } = useLanguage()
  const id = useId()
  const { refused, input } = useNumberInput({ id, ...props })

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
      {input}
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
