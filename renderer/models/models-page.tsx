// The models that Roost knows: load, unload, take off the list, add a file.
import { FolderOpen, Power, Trash2 } from 'lucide-react'
import { useState } from 'react'
import type { ReactElement } from 'react'
import type { ModelSummary } from '../../electron/contract/entities.ts'
import { Banner } from '../shared/banner.tsx'
import { ConfirmDialog } from '../shared/dialog.tsx'
import { IconButton } from '../shared/icon-button.tsx'
import { ProgressBar } from '../shared/progress.tsx'
import { useApp, useAppStore } from '../state/use-app.ts'
import { errorWords, useLanguage } from '../text/language.ts'

export function ModelsPage(): ReactElement {
  const language = useLanguage()
  const { text } = language
  const store = useAppStore()
  const models = useApp((state) => state.models)
  const problem = useApp((state) => state.problems.models)
  return (
    <main className="page">
      <div className="page-inside">
        <header className="page-head">
          <div>
            <h1>{text.models}</h1>
            <p className="muted">{text.modelsIntro}</p>
          </div>
          <button
            type="button"
            className="button button-primary"
            onClick={() => void store.getState().openModelFile()}
          >
            <FolderOpen aria-hidden size={16} />
            {text.addModelFile}
          </button>
        </header>
        {problem !== undefined && (
          <Banner
            tone="error"
            {...errorWords(language, problem.code, problem.detail)}
            onDismiss={() => store.getState().clearProblem('models')}
          />
        )}
        <h2 className="section-title">{text.installed}</h2>
        {models.length === 0 && <p className="muted">{text.noModelsYet}</p>}
        <ul className="card-list" aria-label={text.installed}>
          {models.map((model) => (
            <ModelCard key={model.id} model={model} />
          ))}
        </ul>
        <p className="muted page-note">{text.modelsOtherWays}</p>
      </div>
    </main>
  )
}

function ModelCard({ model }: { model: ModelSummary }): ReactElement {
  const { text, format } = useLanguage()
  const store = useAppStore()
  const engine = useApp((state) => state.engine)
  const [forgetting, setForgetting] = useState(false)
  const mine = engine.phase !== 'none' && engine.model?.id === model.id
  const loading = mine && engine.phase === 'loading' ? engine : null
  const loaded = mine && engine.phase === 'ready'
  return (
    <li className="card model-card" data-loaded={loaded}>
      <div className="model-card-words">
        <h3>{model.title}</h3>
        <p className="muted">
          {model.family}, {text.parametersOf(format.parameters(model.parameters))}, {model.format},{' '}
          {format.bytes(model.fileBytes)}
        </p>
        <p className="muted file-name" title={model.fileName}>
          {model.available ? model.fileName : text.unavailableFile}
        </p>
      </div>
      <div className="model-card-actions">
        {loading !== null ? (
          <>
            <div className="model-card-progress">
              <span className="figure">{format.percent(loading.fraction)}</span>
              <ProgressBar label={text.loadingModel(model.title)} fraction={loading.fraction} />
            </div>
            <button type="button" className="button" onClick={() => void store.getState().cancelLoad()}>
              {text.cancel}
            </button>
          </>
        ) : loaded ? (
          <>
            <span className="badge">{text.loaded}</span>
            <button type="button" className="button" onClick={() => void store.getState().unloadModel()}>
              <Power aria-hidden size={14} />
              {text.unload}
            </button>
          </>
        ) : (
          <button
            type="button"
            className="button"
            disabled={!model.available || engine.phase === 'loading'}
            onClick={() => void store.getState().loadModel(model.id)}
          >
            {text.load}
          </button>
        )}
        {model.origin === 'local' && (
          <IconButton
            label={text.forget}
            icon={Trash2}
            disabled={mine && engine.phase !== 'fault'}
            onClick={() => setForgetting(true)}
          />
        )}
      </div>
      {forgetting && (
        <ConfirmDialog
          title={text.forgetTitle}
          body={text.forgetBody(model.fileName)}
          confirm={text.forget}
          onConfirm={() => void store.getState().forgetModel(model.id)}
          onClose={() => setForgetting(false)}
        />
      )}
    </li>
  )
}
