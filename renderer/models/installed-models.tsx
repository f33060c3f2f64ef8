// The list "Installed": every model that Roost knows on this machine.
import type { ReactElement } from 'react'
import { Spinner } from '../shared/progress.tsx'
import { useApp } from '../state/use-app.ts'
import { useLanguage } from '../text/language.ts'
import { InstalledModelCard } from './installed-model-card.tsx'

export function InstalledModels(): ReactElement {
  const { text } = useLanguage()
  const library = useApp((state) => state.library)
  const onlyStarter = library?.models.every(({ model }) => model.origin === 'starter') === true
  return (
    <section className="models-section" aria-label={text.installed}>
      <h2 className="section-title">{text.installed}</h2>
      {library === null && (
        <p className="muted">
          <Spinner /> {text.starting}
        </p>
      )}
      <ul className="card-list" aria-label={text.installed}>
        {library?.models.map((installed) => (
          <InstalledModelCard key={installed.model.id} installed={installed} />
        ))}
      </ul>
      {onlyStarter && <p className="muted page-note">{text.emptyLibrary}</p>}
    </section>
  )
}
