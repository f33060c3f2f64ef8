// A value on a scale: it follows the pointer at once and is saved when it is let go. The frame around it, with its label
// and the way back, is the caller's.
import { Slider } from 'radix-ui'
import { useState } from 'react'
import type { ReactElement } from 'react'

export interface MovedValue {
  /** What the slider shows: while it is moved, where the pointer is. */
  figures: string
  slider: ReactElement
}

export function useValueSlider(props: {
  label: string
  /** null: `otherwise` counts. */
  value: number | null
  otherwise: number
  minimum: number
  maximum: number
  step: number
  onChange: (value: number) => void
}): MovedValue {
  const { label, value, otherwise, minimum, maximum, step, onChange } = props
  // Only while the value is the one that the movement began with: what was let go comes back as the new value.
  const [moving, setMoving] = useState<{ from: number | null; to: number } | null>(null)
  if (moving !== null && moving.from !== value) setMoving(null)
  const shown = moving?.to ?? value ?? otherwise
  const slider = (
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
  )
  return { figures: shown.toFixed(step < 0.01 ? 3 : 2), slider }
}
