// A number that may be left empty. What is typed counts when the field is left or Enter is pressed; what does not fit is
// said beside the field, and the old value stays.
import { useId, useState } from 'react'
import type { ReactElement } from 'react'
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
  const { label, hint, placeholder, value, minimum, maximum, onChange } = props
  const { text } = useLanguage()
  const id = useId()
  const [written, setWritten] = useState<string | null>(null)
  const [refused, setRefused] = useState(false)

  const commit = (): void => {
    if (written === null) return
    setWritten(null)
    if (written.trim() === '') {
      setRefused(false)
      if (value !== null) onChange(null)
      return
    }
    const next = Number(written)
    if (!Number.isSafeInteger(next) || next < minimum || next > maximum) {
      setRefused(true)
      return
    }
    setRefused(false)
    if (next !== value) onChange(next)
  }

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
      <input
        id={id}
        className="field field-number"
        type="number"
        role="spinbutton"
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
