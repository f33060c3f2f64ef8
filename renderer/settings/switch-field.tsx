// A setting that is on or off.
import { Switch } from 'radix-ui'
import { useId } from 'react'
import type { ReactElement } from 'react'

export function SwitchField(props: {
  label: string
  hint: string
  checked: boolean
  onChange: (checked: boolean) => void
}): ReactElement {
  const id = useId()
  return (
    <div className="setting">
      <label className="setting-words" htmlFor={id}>
        <span>{props.label}</span>
        <span className="muted">{props.hint}</span>
      </label>
      <Switch.Root
        id={id}
        className="switch"
        aria-label={props.label}
        checked={props.checked}
        onCheckedChange={props.onChange}
      >
        <Switch.Thumb className="switch-thumb" />
      </Switch.Root>
    </div>
  )
}
