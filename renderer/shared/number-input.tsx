// A number that may be left empty: whole, unless `step` is a fraction. What is typed counts when the field is left or Enter is pressed; what does not
// fit is refused, and the old value stays. The frame around it, with its label and the refusal, is the caller's.
import { useState } from 'react'
import type { ReactElement } from 'react'

export function useNumberInput(props: {
  id: string
  label: string
  /** Shown while empty. */
  placeholder: string
  value: number | null
  minimum: number
  maximum: number
  step?: number
  onChange: (value: number | null) => void
}): { refused: boolean; input: ReactElement } {
  const { id, label, placeholder, value, minimum, maximum, step = 1, onChange } = props
  const counts = step < 1 ? Number.isFinite : Number.isSafeInteger
  const [written, setWritten] = useState<string | null>(null)
  const [refused, setRefused] = useState(false)

  const commit = (): void => {
    if (written === null) return
    setWritten(null)
    const next = written.trim() === '' ? null : Number(written)
    const fits = next === null || (counts(next) && next >= minimum && next <= maximum)
    setRefused(!fits)
    if (fits && next !== value) onChange(next)
  }

  const input = (
    <input
      id={id}
      className="field field-number"
      type="number"
      role="spinbutton"
      aria-label={label}
      aria-invalid={refused}
      min={minimum}
      max={maximum}
      step={step}
      placeholder={placeholder}
      value={written ?? value ?? ''}
      onChange={(event) => setWritten(event.target.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === 'Enter') commit()
      }}
    />
  )
  return { refused, input }
}
