// Downloads on their way: how far, how fast, how long, and what stands in the way.
import { ArrowUp, Check, Pause, Play, X } from 'lucide-react'
import { useId, useState } from 'react'
import type { ReactElement } from 'react'
import type { Download } from '../../electron/contract/download-entities.ts'
import { Banner } from '../shared/banner.tsx'
import { ConfirmDialog } from '../shared/dialog.tsx'
import { IconButton } from '../shared/icon-button.tsx'
import { ProgressBar } from '../shared/progress.tsx'
import { useApp, useAppStore } from '../state/use-app.ts'
import { errorWords, useLanguage } from '../text/language.ts'

/** Less than this is gone without a question. */
const worthAsking = 10_000_000

export function DownloadList(): ReactElement | null {
  const { text } = useLanguage()
  const downloads = useApp((state) => state.downloads)
  if (downloads.length === 0) return null
  return (
    <section className="models-section" aria-label={text.downloads}>
      <h2 className="section-title">{text.downloads}</h2>
      <ul className="card-list" aria-label={text.downloads}>
        {downloads.map((download, index) => (
          <DownloadCard key={download.id} download={download} above={downloads[index - 1] ?? null} />
        ))}
      </ul>
    </section>
  )
}

function DownloadCard(props: { download: Download; above: Download | null }): ReactElement {
  const { download, above } = props
  const language = useLanguage()
  const { text, format } = language
  const store = useAppStore()
  const heading = useId()
  const [asking, setAsking] = useState(false)
  const { id, title, state, doneBytes, totalBytes, error } = download
  const finished = state === 'finished'
  const moving = state === 'running' || state === 'queued' || state === 'verifying'
  const cancel = (): void => void store.getState().cancelDownload(id)
  const stopped = state === 'paused' && error !== null
  const canRise = above !== null && above.state !== 'finished' && !finished
  return (
    <li className="card model-card download-card" data-state={state} aria-labelledby={heading}>
      <div className="model-card-head">
        <div className="model-card-words">
          <h3 id={heading}>{title}</h3>
          <p className="muted file-name" title={download.fileName}>
            {download.fileName} {text.fromHost(download.source)}
          </p>
        </div>
        <div className="model-card-actions">
          {canRise && (
            <IconButton
              label={text.downloadEarlier}
              icon={ArrowUp}
              size={15}
              onClick={() => void store.getState().moveDownload(id, above.id)}
            />
          )}
          {moving && (
            <button type="button" className="button" onClick={() => void store.getState().pauseDownload(id)}>
              <Pause aria-hidden size={14} />
              {text.pauseDownload}
            </button>
          )}
          {(state === 'waiting' || (state === 'paused' && !stopped)) && (
            <button type="button" className="button" onClick={() => void store.getState().resumeDownload(id)}>
              <Play aria-hidden size={14} />
              {text.resumeDownload}
            </button>
          )}
          {finished ? (
            <IconButton label={text.dismissDownload} icon={X} size={15} onClick={cancel} />
          ) : (
            <button
              type="button"
              className="button"
              onClick={() => (doneBytes < worthAsking ? cancel() : setAsking(true))}
            >
              {text.cancelDownload}
            </button>
          )}
        </div>
      </div>
      {!finished && (
        <ProgressBar
          label={text.downloadingName(title)}
          fraction={totalBytes === null ? 0 : doneBytes / totalBytes}
        />
      )}
      <DownloadState download={download} />
      {stopped && (
        <Banner
          tone="error"
          {...errorWords(language, error.code, error.detail)}
          action={
            <button type="button" className="button" onClick={() => void store.getState().resumeDownload(id)}>
              {error.code === 'size_changed' && typeof error.detail?.['foundBytes'] === 'number'
                ? text.downloadSize(format.bytes(error.detail['foundBytes']))
                : text.tryAgain}
            </button>
          }
        />
      )}
      {asking && (
        <ConfirmDialog
          title={text.cancelDownloadTitle}
          body={text.cancelDownloadBody(title, format.bytes(doneBytes))}
          confirm={text.cancelDownloadConfirm}
          onConfirm={cancel}
          onClose={() => setAsking(false)}
        />
      )}
    </li>
  )
}

/** One line: the figures, or what it is doing. */
function DownloadState({ download }: { download: Download }): ReactElement {
  const language = useLanguage()
  const { text, format } = language
  const { state, doneBytes, totalBytes, bytesPerSecond, secondsLeft, error, retryAt } = download
  const amount = totalBytes === null ? '' : text.doneOf(format.bytes(doneBytes), format.bytes(totalBytes))
  const words: string[] = []
  if (state === 'finished') {
    words.push(download.hash === 'published' ? text.stateFinished : text.stateFinishedOwn)
    if (totalBytes !== null) words.push(format.bytes(totalBytes))
  } else {
    words.push(amount)
    if (state === 'running') {
      if (bytesPerSecond === null) words.push(text.stateConnecting)
      else words.push(text.perSecond(format.bytes(bytesPerSecond)))
      if (secondsLeft !== null) words.push(text.secondsLeft(secondsLeft))
    }
    if (state === 'queued') words.push(text.stateQueued)
    if (state === 'paused') words.push(text.statePaused)
    if (state === 'verifying') words.push(text.stateVerifying)
    if (state === 'waiting') {
      const title = error === null ? '' : errorWords(language, error.code, error.detail).title
      words.push(text.stateWaiting(title, format.time(retryAt ?? 0)))
    }
  }
  return (
    <p className="model-card-note figure">
      {state === 'finished' && <Check aria-hidden size={14} className="download-check" />}
      {words.filter((word) => word !== '').join(' · ')}
    </p>
  )
}
