// One model: what it is, whether it fits, what can be done with it, and what is being done.
import { ChevronDown, Power } from 'lucide-react'
import { useId, useState } from 'react'
import type { ReactElement } from 'react'
import type { InstalledModel } from '../../electron/contract/library-entities.ts'
import { ConfirmDialog } from '../shared/dialog.tsx'
import { ProgressBar } from '../shared/progress.tsx'
import { useApp, useAppStore } from '../state/use-app.ts'
import { useLanguage } from '../text/language.ts'
import { ConvertDialog } from './convert-dialog.tsx'
import { FitLabel, FitSentence } from './fit-label.tsx'
import { ModelFacts } from './model-facts.tsx'
import { ModelJob } from './model-job.tsx'

export function InstalledModelCard({ installed }: { installed: InstalledModel }): ReactElement {
  const { text, format } = useLanguage()
  const store = useAppStore()
  const { model } = installed
  const engine = useApp((state) => state.engine)
  const jobs = useApp((state) => state.jobs)
  const [open, setOpen] = useState(false)
  const [dialog, setDialog] = useState<'delete' | 'convert' | null>(null)
  const heading = useId()
  const details = useId()
  const mine = engine.phase !== 'none' && engine.model?.id === model.id
  const loading = mine && engine.phase === 'loading' ? engine : null
  const loaded = mine && engine.phase === 'ready'
  const own = jobs.filter((job) => job.model === model.id)
  const working = own.some(({ phase }) => phase === 'running')
  const actions = store.getState
  return (
    <li className="card model-card" data-loaded={loaded} aria-labelledby={heading}>
      <div className="model-card-head">
        <div className="model-card-words">
          <h3 id={heading}>{model.title}</h3>
          <p className="muted">
            {[
              model.family,
              text.parametersOf(format.parameters(model.parameters)),
              model.format,
              format.bytes(model.fileBytes),
            ]
              .filter((word) => word !== '')
              .join(', ')}
          </p>
        </div>
        <div className="model-card-actions">
          {loaded && <span className="badge">{text.badgeLoaded}</span>}
          {model.available && <FitLabel fit={installed.fit} />}
          {loading !== null ? (
            <>
              <div className="model-card-progress">
                <span className="figure">{format.percent(loading.fraction)}</span>
                <ProgressBar label={text.loadingModel(model.title)} fraction={loading.fraction} />
              </div>
              <button type="button" className="button" onClick={() => void actions().cancelLoad()}>
                {text.cancel}
              </button>
            </>
          ) : loaded ? (
            <button type="button" className="button" onClick={() => void actions().unloadModel()}>
              <Power aria-hidden size={14} />
              {text.unload}
            </button>
          ) : (
            <button
              type="button"
              className="button button-primary"
              disabled={!model.available || engine.phase === 'loading'}
              onClick={() => void actions().loadModel(model.id)}
            >
              {text.load}
            </button>
          )}
        </div>
      </div>
      <p className="model-card-note">
        {model.available ? <FitSentence fit={installed.fit} /> : <span>{text.absentModel}</span>}
      </p>
      {installed.content === 'changed' && <p className="model-card-note warning">{text.changedModel}</p>}
      {own.map((job) => (
        <ModelJob key={job.id} job={job} published={installed.content === 'published'} />
      ))}
      <div className="model-card-foot">
        <button
          type="button"
          className="button button-small button-quiet details-button"
          aria-expanded={open}
          aria-controls={details}
          onClick={() => setOpen(!open)}
        >
          <ChevronDown aria-hidden size={14} data-open={open} />
          {text.modelDetails}
        </button>
        <span className="model-card-space" />
        <button
          type="button"
          className="button button-small"
          disabled={!model.available || working}
          onClick={() => void actions().verifyModel(model.id)}
        >
          {text.verify}
        </button>
        <button
          type="button"
          className="button button-small"
          disabled={!model.available || working}
          onClick={() => setDialog('convert')}
        >
          {text.convert}
        </button>
        {model.origin !== 'starter' && (
          <button
            type="button"
            className="button button-small"
            disabled={loading !== null}
            onClick={() => setDialog('delete')}
          >
            {installed.deletableBytes === null ? text.removeModel : text.deleteModel}
          </button>
        )}
      </div>
      <div id={details} hidden={!open}>
        {open && <ModelFacts installed={installed} />}
      </div>
      {dialog === 'convert' && <ConvertDialog installed={installed} onClose={() => setDialog(null)} />}
      {dialog === 'delete' && <DeleteDialog installed={installed} onClose={() => setDialog(null)} />}
    </li>
  )
}

function DeleteDialog(props: { installed: InstalledModel; onClose: () => void }): ReactElement {
  const { text, format } = useLanguage()
  const store = useAppStore()
  const { model, deletableBytes, places } = props.installed
  const remove = (): void => void store.getState().deleteModel(model.id)
  if (deletableBytes === null) {
    return (
      <ConfirmDialog
        title={text.removeModelTitle}
        body={text.removeModelBody}
        confirm={text.removeModelConfirm}
        onConfirm={remove}
        onClose={props.onClose}
      />
    )
  }
  const size = format.bytes(deletableBytes)
  const elsewhere = places.some(({ own }) => !own)
  return (
    <ConfirmDialog
      title={text.deleteModelTitle(model.title)}
      body={[text.deleteModelBody(size), ...(elsewhere ? [text.deleteModelElsewhere] : [])].join(' ')}
      confirm={text.deleteModelConfirm(size)}
      onConfirm={remove}
      onClose={props.onClose}
    />
  )
}
