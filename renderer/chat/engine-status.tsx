// How the engine is doing, in one word, with progress while a model loads.
import type { ReactElement } from 'react'
import { ProgressBar } from '../shared/progress.tsx'
import { useApp } from '../state/use-app.ts'
import { useLanguage } from '../text/language.ts'

export function EngineStatus(): ReactElement {
  const engine = useApp((state) => state.engine)
  const { text, format } = useLanguage()
  const tone =
    engine.phase === 'ready'
      ? engine.busy
        ? 'busy'
        : 'ready'
      : engine.phase === 'fault'
        ? 'fault'
        : engine.phase
  const words = {
    none: () =>
      engine.phase === 'none' && engine.resting !== undefined ? text.engineResting : text.engineNone,
    ready: () => text.engineReady,
    busy: () => text.engineBusy,
    fault: () => text.engineFault,
    loading: () => text.engineLoading(format.percent(engine.phase === 'loading' ? engine.fraction : 0)),
  }[tone]()
  return (
    <div className="engine-status" role="status" aria-label={text.engine} data-tone={tone}>
      <span className="engine-light" aria-hidden />
      <span>{words}</span>
      {engine.phase === 'loading' && (
        <ProgressBar label={text.loadingModel(engine.model.title)} fraction={engine.fraction} />
      )}
    </div>
  )
}
