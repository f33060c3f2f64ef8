// A value on a scale. It follows the pointer at once and is saved when it is let go.
import { RotateCcw } from 'lucide-react'
import { Slider } from 'radix-ui'
import { useState } from 'react'
import type { ReactElement } from 'react'
import { IconButton } from '../shared/icon-button.tsx'
import { useLanguage } from '../text/language.ts'

export function SliderField(props: {
  label: string
  hint: string
  /** null: the recommendation counts. */
  value: number | null
  recommended: number
  minimum: number
  maximum: number
  step: number
  onChange: (value: number | null) => void
}): ReactElement {
  const { label, hint, value, recommended, minimum, maximum, step, onChange } = props
  const { text } = useLanguage()
  // Only while the value is the one that the movement began with: what was let go comes back as the new value.
  const [moving, setMoving] = useState<{ from: number | null; to: number } | null>(null)
  if (moving !== null && moving.from !== value) setMoving(null)
  const shown = moving?.to ?? value ?? recommended
  return (
    <div className="setting setting-slider">
      <div className="setting-words">
        <span>{label}</span>
        <span className="muted">{hint}</span>
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
      <output className="figure slider-value" data-own={value !== null}>
        {shown.toFixed(step < 0.01 ? 3 : 2)}
      </output>
      <IconButton
        label={`${text.reset}: ${label}`}
        icon={RotateCcw}
        size={14}
        disabled={value === null}
        onClick={() => onChange(null)}
      />
    </div>
  )
}
