// A row of the settings with a whole number that may be left empty.
import { useId } from 'react'
import type { ReactElement } from 'react'
import { useNumberInput } from '../shared/number-input.tsx'
import { useLanguage } from '../text/language.ts'

export function NumberField(props: {
  label: string
  hint?: string
  /** Shown while empty. */
  placeholder: string
  value: number | null
  minimum: number
  maximum: number
  onChange: (value: number | null) => void
}): ReactElement {
  const { label, hint } = props
  const { text } = useLanguage()
  const id = useId()
  const { refused, input } = useNumberInput({ id, ...props })

  return (
    <div className="setting">
      <label className="setting-words" htmlFor={id}>
        <span>{label}</span>
        {hint !== undefined && <span className="muted">{hint}</span>}
        {refused && (
          <span className="warning" role="alert">
            {text.notSaved}
          </span>
        )}
      </label>
      {input}
    </div>
  )
}
