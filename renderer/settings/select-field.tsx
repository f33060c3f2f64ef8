// A setting with a few values to choose from.
import { useId } from 'react'
import type { ReactElement } from 'react'

export function SelectField<V extends string>(props: {
  label: string
  hint?: string
  value: V
  options: readonly (readonly [value: V, label: string])[]
  onChange: (value: V) => void
}): ReactElement {
  const id = useId()
  return (
    <div className="setting">
      <label className="setting-words" htmlFor={id}>
        <span>{props.label}</span>
        {props.hint !== undefined && <span className="muted">{props.hint}</span>}
      </label>
      <select
        id={id}
        className="field"
        aria-label={props.label}
        value={props.value}
        onChange={(event) => {
          const chosen = props.options.find(([value]) => value === event.target.value)
          if (chosen !== undefined) props.onChange(chosen[0])
        }}
      >
        {props.options.map(([value, label]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
    </div>
  )
}
