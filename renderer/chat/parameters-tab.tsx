// Values of one chat: what the model is told first, how it thinks, how the next token is drawn. What is not set here follows
// Settings, and those the recommendation of the model.
import { Switch } from 'radix-ui'
import { useEffect, useId, useState } from 'react'
import type { ReactElement } from 'react'
import type { ThinkingMode } from '../../electron/contract/chat-templates.ts'
import type { Sampling } from '../../electron/contract/entities.ts'
import { LIMITS } from '../../electron/contract/limits.ts'
import { defaultParameters } from '../../electron/contract/default-parameters.ts'
import type { SamplingChoice } from '../../electron/contract/sampling.ts'
import { SAMPLING_RANGES, SCALED_VALUES, SHOWN_WITHOUT_MODEL } from '../shared/sampling-values.ts'
import { samplingNames } from '../shared/sampling-names.ts'
import { useApp, useAppStore } from '../state/use-app.ts'
import { useLanguage } from '../text/language.ts'
import { ALIKE, sameChoice } from './answer-slots.ts'
import { AddTunedState } from './carry.tsx'
import { NameDialog } from './name-dialog.tsx'
import { PanelNumber, PanelSelect, PanelSlider } from './panel-fields.tsx'
import { TemplateField } from './template-field.tsx'

export function ParametersTab(): ReactElement {
  const { text, format } = useLanguage()
  const store = useAppStore()
  const parameters = useApp((state) => {
    const tree = state.conversation === null ? undefined : state.trees[state.conversation]
    return tree?.parameters ?? defaultParameters
  })
  const settings = useApp((state) => state.settings?.sampling ?? null)
  const engine = useApp((state) => state.engine)
  const models = useApp((state) => state.models)
  const tunedStates = useApp((state) => state.tunedStates)
  const own = parameters.sampling
  const recommended = engine.phase === 'ready' ? engine.sampling : null
  const follows = { ...SHOWN_WITHOUT_MODEL, ...recommended, ...settings }
  const thinking = engine.phase === 'ready' ? engine.template.template.thinking : null

  const change = <K extends keyof Sampling>(key: K, value: Sampling[K] | null): void => {
    const next: SamplingChoice = { ...own }
    if (value === null) Reflect.deleteProperty(next, key)
    else next[key] = value
    void store.getState().setParameters({ sampling: next })
  }
  const labels = samplingNames(text)
  return (
    <div className="panel-body">
      <SystemPrompt />
      <PanelSelect
        label={text.panelModel}
        value={parameters.model ?? ''}
        onChange={(model) => void store.getState().setParameters({ model: model === '' ? null : model })}
      >
        <option value="">{text.panelModelAny}</option>
        {models
          .filter(({ available, id }) => available || id === parameters.model)
          .map(({ id, title }) => (
            <option key={id} value={id}>
              {title}
            </option>
          ))}
      </PanelSelect>
      <TemplateField />
      {thinking !== null && (
        <>
          <PanelSelect
            label={text.panelThinking}
            value={parameters.thinking ?? ''}
            onChange={(mode) =>
              void store.getState().setParameters({ thinking: mode === '' ? null : (mode as ThinkingMode) })
            }
          >
            <option value="">{text.thinkingDefault(text.thinkingModes[thinking.default])}</option>
            {thinking.modes.map((mode) => (
              <option key={mode} value={mode}>
                {text.thinkingModes[mode]}
              </option>
            ))}
          </PanelSelect>
          <ForgetThinking remember={parameters.rememberThinking} />
        </>
      )}
      {tunedStates.length > 0 && (
        <PanelSelect
          label={text.tunedState}
          value={parameters.tunedState ?? ''}
          hint={text.tunedStateHint}
          onChange={(id) => void store.getState().setParameters({ tunedState: id === '' ? null : id })}
        >
          <option value="">{text.tunedStateNone}</option>
          {tunedStates.map(({ id, name, fits }) => (
            <option key={id} value={id} disabled={fits === false}>
              {fits === false ? `${name} (${text.tunedStateOther})` : name}
            </option>
          ))}
        </PanelSelect>
      )}
      {engine.phase === 'ready' && <AddTunedState />}
      <section aria-label={text.settingsSampling} className="panel-section">
        <div className="panel-section-head">
          <h2>{text.settingsSampling}</h2>
          <button
            type="button"
            className="button button-quiet button-small"
            disabled={Object.keys(own).length === 0}
            onClick={() => void store.getState().setParameters({ sampling: {} })}
          >
            {text.reset}
          </button>
        </div>
        <p className="panel-note">{text.parametersOfChat}</p>
        <Presets own={own} />
        {SCALED_VALUES.map((key) => (
          <PanelSlider
            key={key}
            label={labels[key]}
            value={own[key] ?? null}
            follows={follows[key] ?? SHOWN_WITHOUT_MODEL[key]}
            {...SAMPLING_RANGES[key]}
            onChange={(value) => change(key, value)}
          />
        ))}
        <PanelNumber
          label={text.topK}
          placeholder={follows.topK === undefined ? text.recommended : format.count(follows.topK)}
          value={own.topK ?? null}
          {...SAMPLING_RANGES.topK}
          onChange={(value) => change('topK', value)}
        />
        <PanelNumber
          label={text.seed}
          placeholder={typeof follows.seed === 'number' ? String(follows.seed) : text.random}
          value={own.seed ?? null}
          {...SAMPLING_RANGES.seed}
          onChange={(value) => change('seed', value)}
        />
        <PanelNumber
          label={text.maximumTokens}
          placeholder={
            follows.maximumTokens === undefined ? text.recommended : format.count(follows.maximumTokens)
          }
          value={own.maximumTokens ?? null}
          {...SAMPLING_RANGES.maximumTokens}
          onChange={(value) => change('maximumTokens', value)}
        />
      </section>
    </div>
  )
}

function SystemPrompt(): ReactElement {
  const { text } = useLanguage()
  const store = useAppStore()
  const id = useId()
  const conversation = useApp((state) => state.conversation)
  const tree = useApp((state) => (conversation === null ? undefined : state.trees[conversation]))
  const personas = useApp((state) => state.personas)
  const [written, setWritten] = useState<{ conversation: string | null; words: string } | null>(null)
  const saved = tree?.systemPrompt ?? ''
  const mine = written?.conversation === conversation ? written.words : null
  const shown = mine ?? saved
  const changed = mine !== null && mine !== saved
  const persona = personas.find((one) => one.id === tree?.parameters.persona)
  return (
    <div className="panel-field">
      <label htmlFor={id}>{text.systemPrompt}</label>
      <textarea
        id={id}
        className="field field-tall"
        rows={4}
        maxLength={LIMITS.systemPromptCharacters}
        placeholder={text.systemPromptOf}
        value={shown}
        onChange={(event) => setWritten({ conversation, words: event.target.value })}
      />
      <div className="panel-field-foot">
        <p className="panel-note">
          {persona !== undefined && !changed
            ? text.personaOfChat(persona.name)
            : changed && (tree?.order.length ?? 0) > 0
              ? text.systemPromptCost
              : ''}
        </p>
        {changed ? (
          <button
            type="button"
            className="button button-small"
            onClick={() => {
              void store.getState().writeSystemPrompt(shown)
              setWritten(null)
            }}
          >
            {text.saveSystemPrompt}
          </button>
        ) : (
          <button
            type="button"
            className="link-button panel-link"
            onClick={() => store.getState().patchView({ personasOpen: true })}
          >
            {text.personaManage}
          </button>
        )}
      </div>
    </div>
  )
}

function ForgetThinking({ remember }: { remember: boolean }): ReactElement {
  const { text } = useLanguage()
  const store = useAppStore()
  const id = useId()
  return (
    <div className="panel-field">
      <div className="panel-field-head">
        <label htmlFor={id}>{text.rememberThinking}</label>
        <Switch.Root
          id={id}
          className="switch"
          checked={!remember}
          onCheckedChange={(forget) => void store.getState().setParameters({ rememberThinking: !forget })}
        >
          <Switch.Thumb className="switch-thumb" />
        </Switch.Root>
      </div>
      <p className="panel-note">{text.rememberThinkingHint}</p>
    </div>
  )
}

/** Sets of values with a name. The one whose values are those of the chat is shown as chosen. */
function Presets({ own }: { own: SamplingChoice }): ReactElement {
  const { text } = useLanguage()
  const store = useAppStore()
  const presets = useApp((state) => state.presets)
  const [naming, setNaming] = useState(false)
  useEffect(() => {
    void store.getState().openShelf()
  }, [store])
  const chosen = sameChoice(own, ALIKE)
    ? 'recommended'
    : (presets.find(({ sampling }) => sameChoice(sampling, own))?.id ?? 'own')
  return (
    <>
      <PanelSelect
        label={text.presets}
        value={chosen}
        onChange={(id) => {
          const preset = presets.find((one) => one.id === id)
          if (id === 'recommended') void store.getState().setParameters({ sampling: {} })
          else if (preset !== undefined) void store.getState().setParameters({ sampling: preset.sampling })
        }}
      >
        <option value="recommended">{text.presetRecommended}</option>
        {presets.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
        {chosen === 'own' && <option value="own">{text.presetNone}</option>}
      </PanelSelect>
      {chosen === 'own' && (
        <button type="button" className="link-button panel-link" onClick={() => setNaming(true)}>
          {text.presetSave}
        </button>
      )}
      {chosen !== 'own' && chosen !== 'recommended' && (
        <button
          type="button"
          className="link-button panel-link"
          onClick={() => void store.getState().deletePreset(chosen)}
        >
          {text.presetDelete}
        </button>
      )}
      {naming && (
        <NameDialog
          title={text.presetSave}
          label={text.presetName}
          value=""
          onSave={(name) => void store.getState().savePreset(name, own)}
          onClose={() => setNaming(false)}
        />
      )}
    </>
  )
}
