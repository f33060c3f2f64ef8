// Sampling values for all answers. What is not set follows the recommendation of the loaded model.
import { RotateCcw } from 'lucide-react'
import type { ReactElement } from 'react'
import type { Sampling, Settings } from '../../electron/contract/entities.ts'
import { SAMPLING_RANGES, SCALED_VALUES, SHOWN_WITHOUT_MODEL } from '../shared/sampling-values.ts'
import type { ScaledValue } from '../shared/sampling-values.ts'
import { useApp, useAppStore } from '../state/use-app.ts'
import { useLanguage } from '../text/language.ts'
import { NumberField } from './number-field.tsx'
import { SliderField } from './slider-field.tsx'

export function SamplingSettings(): ReactElement {
  const { text, format } = useLanguage()
  const store = useAppStore()
  const own = useApp((state) => state.settings?.sampling ?? null)
  const engine = useApp((state) => state.engine)
  const recommended = engine.phase === 'ready' ? engine.sampling : null

  const change = <K extends keyof Sampling>(key: K, value: Sampling[K] | null): void => {
    const next: NonNullable<Settings['sampling']> = { ...own }
    if (value === null) Reflect.deleteProperty(next, key)
    else next[key] = value
    void store.getState().changeSettings({ sampling: Object.keys(next).length === 0 ? null : next })
  }

  const words: Record<ScaledValue, readonly [label: string, hint: string]> = {
    temperature: [text.temperature, text.temperatureHint],
    topP: [text.topP, text.topPHint],
    minP: [text.minP, text.minPHint],
    presencePenalty: [text.presencePenalty, text.presencePenaltyHint],
    frequencyPenalty: [text.frequencyPenalty, text.frequencyPenaltyHint],
    penaltyDecay: [text.penaltyDecay, text.penaltyDecayHint],
  }
  return (
    <section className="settings-section" aria-labelledby="settings-sampling">
      <div className="section-head">
        <h2 id="settings-sampling">{text.settingsSampling}</h2>
        <button
          type="button"
          className="button button-quiet button-small"
          disabled={own === null}
          onClick={() => void store.getState().changeSettings({ sampling: null })}
        >
          <RotateCcw aria-hidden size={14} />
          {text.reset}
        </button>
      </div>
      <p className="muted section-note">{text.samplingHint}</p>
      <div className="card">
        {SCALED_VALUES.map((key) => (
          <SliderField
            key={key}
            label={words[key][0]}
            hint={words[key][1]}
            {...SAMPLING_RANGES[key]}
            value={own?.[key] ?? null}
            recommended={recommended?.[key] ?? SHOWN_WITHOUT_MODEL[key]}
            onChange={(value) => change(key, value)}
          />
        ))}
        <NumberField
          label={text.topK}
          hint={text.topKHint}
          placeholder={recommended === null ? text.recommended : format.count(recommended.topK)}
          value={own?.topK ?? null}
          {...SAMPLING_RANGES.topK}
          onChange={(value) => change('topK', value)}
        />
        <NumberField
          label={text.seed}
          hint={text.seedHint}
          placeholder={text.random}
          value={own?.seed ?? null}
          {...SAMPLING_RANGES.seed}
          onChange={(value) => change('seed', value)}
        />
        <NumberField
          label={text.maximumTokens}
          hint={text.maximumTokensHint}
          placeholder={recommended === null ? text.recommended : format.count(recommended.maximumTokens)}
          value={own?.maximumTokens ?? null}
          {...SAMPLING_RANGES.maximumTokens}
          onChange={(value) => change('maximumTokens', value)}
        />
      </div>
    </section>
  )
}
