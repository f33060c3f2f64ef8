// One entry of the catalogue: what it is, whether it would fit, and the button that says what it costs.
import { Check, Download as DownloadIcon, X } from 'lucide-react'
import { useId, useState } from 'react'
import type { ReactElement } from 'react'
import type { CatalogueEntry, CatalogueFile } from '../../electron/contract/download-entities.ts'
import { IconButton } from '../shared/icon-button.tsx'
import { fileKey } from '../state/downloads-slice.ts'
import type { Place } from '../state/app-state.ts'
import { useApp, useAppStore } from '../state/use-app.ts'
import { useLanguage } from '../text/language.ts'
import { FitLabel, FitSentence } from './fit-label.tsx'

export function CatalogueCard(props: { entry: CatalogueEntry; onAskForSize: () => void }): ReactElement {
  const { entry } = props
  const { text, format } = useLanguage()
  const store = useAppStore()
  const heading = useId()
  const [chosen, setChosen] = useState(0)
  const file = entry.files[chosen] ?? entry.files[0]
  const fit = useApp((state) => (file === undefined ? undefined : state.fits[fileKey(entry.id, file.name)]))
  const facts = [
    entry.parameters === null ? '' : text.parametersOf(format.parameters(entry.parameters)),
    entry.languages.map((one) => text.languageNames[one] ?? one).join(', '),
    entry.licence ?? '',
    entry.released === null ? '' : text.releasedOn(format.date(entry.released)),
    entry.trainingContext === null ? '' : text.contextOf(format.count(entry.trainingContext)),
  ].filter((word) => word !== '')
  return (
    <li className="card model-card catalogue-card" aria-labelledby={heading}>
      <div className="model-card-head">
        <div className="model-card-words">
          <h3 id={heading}>
            {entry.title}
            {entry.curated && <span className="badge">{text.recommendedModel}</span>}
            {entry.origin === 'added' && <span className="badge">{text.addedModel}</span>}
          </h3>
          <p className="muted">{facts.join(' · ')}</p>
        </div>
        <div className="model-card-actions">
          {fit !== undefined && <FitLabel fit={fit} />}
          {file !== undefined && (
            <FileButton entry={entry} file={file} place="catalogue" onAskForSize={props.onAskForSize} />
          )}
          {entry.origin === 'added' && (
            <IconButton
              label={text.removeFromCatalogue}
              icon={X}
              size={15}
              onClick={() => void store.getState().removeEntry(entry.id)}
            />
          )}
        </div>
      </div>
      <p className="model-card-note">
        {text.purposes[entry.purpose] ?? ''} {fit !== undefined && <FitSentence fit={fit} />}
      </p>
      {entry.files.length > 1 && (
        <select
          className="field catalogue-files"
          aria-label={text.chooseModelFileOf(entry.title)}
          value={chosen}
          onChange={(event) => setChosen(Number(event.target.value))}
        >
          {entry.files.map((one, index) => (
            <option key={one.name} value={index}>
              {`${one.name}, ${one.quantisation ?? text.sixteenBit}${one.bytes === null ? '' : `, ${format.bytes(one.bytes)}`}`}
            </option>
          ))}
        </select>
      )}
    </li>
  )
}

/** "Download {size}", or what has become of it. */
export function FileButton(props: {
  entry: CatalogueEntry
  file: CatalogueFile
  /** Where a problem is shown. */
  place: Place
  onAskForSize?: () => void
}): ReactElement {
  const { entry, file, place } = props
  const { text, format } = useLanguage()
  const store = useAppStore()
  const queued = useApp((state) =>
    state.downloads.some((one) => one.fileName === file.name && one.state !== 'finished'),
  )
  const installed = useApp((state) => state.models.some((one) => one.available && one.fileName === file.name))
  const { bytes } = file
  if (installed) {
    return (
      <span className="badge">
        <Check aria-hidden size={13} /> {text.alreadyInstalled}
      </span>
    )
  }
  if (queued) return <span className="badge">{text.inQueue}</span>
  if (bytes === null) {
    return (
      <button type="button" className="button" onClick={props.onAskForSize}>
        {text.askForSize}
      </button>
    )
  }
  return (
    <button
      type="button"
      className="button button-primary"
      onClick={() => void store.getState().beginDownload(place, entry.id, file.name, bytes)}
    >
      <DownloadIcon aria-hidden size={15} />
      {text.downloadSize(format.bytes(bytes))}
    </button>
  )
}
