// Sampling values for all answers. What is not set follows the recommendation of the loaded model.
import type { ReactElement } from 'react'
import type { Sampling, Settings } from '../../electron/contract/entities.ts'
import { LIMITS } from '../../electron/contract/limits.ts'
import { useApp, useAppStore } from '../state/use-app.ts'
import { useLanguage } from '../text/language.ts'
import { NumberField } from './number-field.tsx'
import { SliderField } from './slider-field.tsx'

/** Shown while no model is loaded, so that the sliders stand somewhere sensible; never sent. */
const SHOWN_WITHOUT_MODEL = {
  temperature: 1,
  topP: 0.6,
  minP: 0,
  presencePenalty: 0.3,
  frequencyPenalty: 0.3,
  penaltyDecay: 0.996,
} as const

type SliderKey = keyof typeof SHOWN_WITHOUT_MODEL

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

  const sliders: {
    key: SliderKey
    label: string
    hint: string
    minimum: number
    maximum: number
    step: number
  }[] = [
    {
      key: 'temperature',
      label: text.temperature,
      hint: text.temperatureHint,
      minimum: 0,
      maximum: 3,
      step: 0.05,
    },
    { key: 'topP', label: text.topP, hint: text.topPHint, minimum: 0, maximum: 1, step: 0.01 },
    { key: 'minP', label: text.minP, hint: text.minPHint, minimum: 0, maximum: 1, step: 0.01 },
    {
      key: 'presencePenalty',
      label: text.presencePenalty,
      hint: text.presencePenaltyHint,
      minimum: 0,
      maximum: 2,
      step: 0.05,
    },
    {
      key: 'frequencyPenalty',
      label: text.frequencyPenalty,
      hint: text.frequencyPenaltyHint,
      minimum: 0,
      maximum: 2,
      step: 0.05,
    },
    {
      key: 'penaltyDecay',
      label: text.penaltyDecay,
      hint: text.penaltyDecayHint,
      minimum: 0.9,
      maximum: 1,
      step: 0.001,
    },
  ]
  return (
    <section className="settings-section" aria-labelledby="settings-sampling">
      <div className="section-head">
        <h2 id="settings-sampling">{text.settingsSampling}</h2>
        <button
          type="button"
          className="button button-quiet"
          disabled={own === null}
          onClick={() => void store.getState().changeSettings({ sampling: null })}
        >
          {text.reset}
        </button>
      </div>
      <p className="muted section-note">{text.samplingHint}</p>
      <div className="card">
        {sliders.map(({ key, ...rest }) => (
          <SliderField
            key={key}
            {...rest}
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
          minimum={0}
          maximum={65_536}
          onChange={(value) => change('topK', value)}
        />
        <NumberField
          label={text.seed}
          hint={text.seedHint}
          placeholder={text.random}
          value={own?.seed ?? null}
          minimum={1}
          maximum={Number.MAX_SAFE_INTEGER}
          onChange={(value) => change('seed', value)}
        />
        <NumberField
          label={text.maximumTokens}
          hint={text.maximumTokensHint}
          placeholder={recommended === null ? text.recommended : format.count(recommended.maximumTokens)}
          value={own?.maximumTokens ?? null}
          minimum={1}
          maximum={LIMITS.maximumTokens}
          onChange={(value) => change('maximumTokens', value)}
        />
      </div>
    </section>
  )
}
