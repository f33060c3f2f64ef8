// A row of the settings with a value on a scale.
import { RotateCcw } from 'lucide-react'
import type { ReactElement } from 'react'
import { IconButton } from '../shared/icon-button.tsx'
import { useValueSlider } from '../shared/value-slider.tsx'
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
  const { figures, slider } = useValueSlider({
    label,
    value,
    otherwise: recommended,
    minimum,
    maximum,
    step,
    onChange,
  })
  return (
    <div className="setting setting-slider">
      <div className="setting-words">
        <span>{label}</span>
        <span className="muted">{hint}</span>
      </div>
      {slider}
      <output className="figure slider-value" data-own={value !== null}>
        {figures}
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
