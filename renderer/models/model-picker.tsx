// The button in the header that says which model answers, and the panel in which another one is chosen.
import { ChevronDown, FolderOpen, HardDrive, Power, RotateCw } from 'lucide-react'
import { Popover } from 'radix-ui'
import type { ReactElement } from 'react'
import type { ModelSummary } from '../../electron/contract/entities.ts'
import { fragmentOf } from '../state/address.ts'
import { useApp, useAppStore } from '../state/use-app.ts'
import { Banner } from '../shared/banner.tsx'
import { ProgressBar } from '../shared/progress.tsx'
import { deviceName, hardwareName } from '../text/hardware-names.ts'
import { errorWords, useLanguage } from '../text/language.ts'

export function ModelPicker(): ReactElement {
  const language = useLanguage()
  const { text } = language
  const engine = useApp((state) => state.engine)
  const open = useApp((state) => state.modelPickerOpen)
  const store = useAppStore()
  const shown = engine.phase === 'none' ? (engine.resting ?? null) : engine.model
  const name = shown === null ? text.chooseModel : shown.title
  return (
    <Popover.Root open={open} onOpenChange={(next) => store.getState().patchView({ modelPickerOpen: next })}>
      <Popover.Trigger asChild>
        <button type="button" className="model-button" aria-label={text.modelButton(name)}>
          <span className="model-button-name">{name}</span>
          <ChevronDown aria-hidden size={15} />
        </button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className="popover model-panel"
          align="start"
          sideOffset={6}
          collisionPadding={12}
          aria-label={text.chooseModel}
        >
          <ModelPanel />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}

function ModelPanel(): ReactElement {
  const language = useLanguage()
  const { text, format } = language
  const store = useAppStore()
  const engine = useApp((state) => state.engine)
  const models = useApp((state) => state.models)
  const problem = useApp((state) => state.problems.models)
  const loadedId = engine.phase === 'ready' ? engine.model.id : null
  // What is not there is not mixed in: the page of models has it.
  const available = models.filter((model) => model.available && model.id !== loadedId)
  const fault =
    problem ?? (engine.phase === 'fault' ? { ...engine.error, detail: engine.error.detail ?? {} } : undefined)

  return (
    <>
      {engine.phase === 'loading' && (
        <div className="model-now">
          <div className="model-now-head">
            <strong>{text.loadingModel(engine.model.title)}</strong>
            <span className="figure">{format.percent(engine.fraction)}</span>
          </div>
          <ProgressBar label={text.loadingModel(engine.model.title)} fraction={engine.fraction} />
          <button type="button" className="button" onClick={() => void store.getState().cancelLoad()}>
            {text.cancel}
          </button>
        </div>
      )}
      {engine.phase === 'ready' && (
        <section className="model-group" aria-label={text.pickerLoaded}>
          <h2>{text.pickerLoaded}</h2>
          <div className="model-now">
            <div className="model-now-head">
              <strong>{engine.model.title}</strong>
              <button
                type="button"
                className="button button-quiet"
                onClick={() => void store.getState().unloadModel()}
              >
                <Power aria-hidden size={14} />
                {text.unload}
              </button>
            </div>
            <p className="model-facts">
              {text.onDevice(
                deviceName(engine.device, text),
                hardwareName(engine.isa),
                format.count(engine.threads),
              )}
              <br />
              {text.pickerMemory(format.bytes(engine.weightBytes), format.bytes(engine.stateBytes))}
            </p>
          </div>
        </section>
      )}
      {engine.phase === 'none' && engine.resting !== undefined && (
        <p className="model-now muted">{text.pickerResting(engine.resting.title)}</p>
      )}
      {fault !== undefined && (
        <Banner
          tone="error"
          {...errorWords(language, fault.code, fault.detail)}
          action={
            engine.phase === 'fault' && engine.model !== null ? (
              <button
                type="button"
                className="button"
                onClick={() => void store.getState().loadModel(engine.model?.id ?? '')}
              >
                <RotateCw aria-hidden size={14} />
                {text.reload}
              </button>
            ) : undefined
          }
        />
      )}
      {models.length === 0 && <p className="muted">{text.noModelsYet}</p>}
      <ModelGroup title={text.pickerAvailable} models={available} />
      <div className="model-panel-foot">
        <button type="button" className="menu-row" onClick={() => void store.getState().openModelFile()}>
          <FolderOpen aria-hidden size={16} />
          {text.openModelFile}
        </button>
        <a
          className="menu-row"
          href={fragmentOf('models')}
          onClick={() => store.getState().patchView({ modelPickerOpen: false })}
        >
          <HardDrive aria-hidden size={16} />
          {text.manageModels}
        </a>
      </div>
    </>
  )
}

function ModelGroup(props: { title: string; models: readonly ModelSummary[] }): ReactElement | null {
  const { text, format } = useLanguage()
  const store = useAppStore()
  const loading = useApp((state) => state.engine.phase === 'loading')
  if (props.models.length === 0) return null
  return (
    <section className="model-group" aria-label={props.title}>
      <h2>{props.title}</h2>
      {props.models.map((model) => (
        <button
          key={model.id}
          type="button"
          className="menu-row model-row"
          disabled={loading}
          onClick={() => void store.getState().loadModel(model.id)}
        >
          <span className="model-row-words">
            <span>{model.title}</span>
            <span className="muted">
              {`${model.family}, ${text.parametersOf(format.parameters(model.parameters))}, ${format.bytes(model.fileBytes)}`}
            </span>
          </span>
        </button>
      ))}
    </section>
  )
}
