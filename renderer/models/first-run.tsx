// The first steps: language, what this computer can do, one model for it. Not a dialog: who wants to chat at once writes
// below, and the starter model answers. Gone for good once it was skipped or a first message was sent.
import { Download, X } from 'lucide-react'
import { useEffect, useMemo } from 'react'
import type { ReactElement } from 'react'
import { Banner } from '../shared/banner.tsx'
import { IconButton } from '../shared/icon-button.tsx'
import { ProgressBar, Spinner } from '../shared/progress.tsx'
import { fileKey } from '../state/downloads-slice.ts'
import { useApp, useAppStore } from '../state/use-app.ts'
import { errorWords, languages, useLanguage } from '../text/language.ts'
import { FitLabel, FitSentence } from './fit-label.tsx'
import { recommend } from './recommended.ts'

export function FirstRun(): ReactElement | null {
  const store = useAppStore()
  const done = useApp((state) => state.settings?.firstRunDone !== false)
  const hasTalked = useApp((state) => Object.keys(state.summaries).length > 0)
  useEffect(() => {
    if (!done && hasTalked) void store.getState().changeSettings({ firstRunDone: true })
  }, [done, hasTalked, store])
  return done || hasTalked ? null : <Steps />
}

function Steps(): ReactElement {
  const language = useLanguage()
  const { text } = language
  const store = useAppStore()
  const preference = useApp((state) => state.settings?.language ?? 'system')
  const problem = useApp((state) => state.problems.catalogue)
  useEffect(() => {
    void store.getState().readHardware(false)
    void store.getState().openDownloads()
  }, [store])
  return (
    <section className="card first-run" aria-label={text.firstRun}>
      <div className="first-run-head">
        <h2>{text.firstRun}</h2>
        <IconButton
          label={text.firstRunSkip}
          icon={X}
          onClick={() => void store.getState().changeSettings({ firstRunDone: true })}
        />
      </div>
      <div className="first-run-row">
        <label className="first-run-label" htmlFor="first-run-language">
          {text.language}
        </label>
        <select
          id="first-run-language"
          className="field"
          value={preference}
          onChange={(event) => {
            const chosen = (['system', 'en', 'zh'] as const).find((one) => one === event.target.value)
            if (chosen !== undefined) void store.getState().changeSettings({ language: chosen })
          }}
        >
          <option value="system">{text.languageSystem}</option>
          <option value="en">{languages.en.languageName}</option>
          <option value="zh">{languages.zh.languageName}</option>
        </select>
      </div>
      <Computer />
      <Suggestion />
      {problem !== undefined && (
        <Banner tone="error" {...errorWords(language, problem.code, problem.detail)} />
      )}
    </section>
  )
}

function Computer(): ReactElement {
  const { text, format } = useLanguage()
  const report = useApp((state) => state.hardware)
  const plenty = report !== null && report.totalMemoryBytes >= 7e9
  return (
    <div className="first-run-row">
      <span className="first-run-label">{text.firstRunHardwareTitle}</span>
      {report === null ? (
        <Spinner />
      ) : (
        <span className="first-run-words">
          {text.coresOf(format.count(report.physicalCores), format.count(report.logicalCores))},{' '}
          {text.memoryOf(format.bytes(report.freeMemoryBytes), format.bytes(report.totalMemoryBytes))}
          <br />
          <span className="muted">{plenty ? text.firstRunHardwareFine : text.firstRunHardwareSmall}</span>
        </span>
      )}
    </div>
  )
}

function Suggestion(): ReactElement {
  const { text, format } = useLanguage()
  const store = useAppStore()
  const catalogue = useApp((state) => state.catalogue)
  const fits = useApp((state) => state.fits)
  const downloads = useApp((state) => state.downloads)
  const engine = useApp((state) => state.engine)
  const found = useMemo(
    () =>
      catalogue === null
        ? null
        : recommend(catalogue.entries, (entry, file) => fits[fileKey(entry.id, file.name)]),
    [catalogue, fits],
  )
  const known = Object.keys(fits).length > 0
  const download = downloads.find(({ entry }) => found !== null && entry === found.entry.id)
  const starter = engine.phase === 'ready' && engine.model.origin === 'starter' ? engine.model.title : null
  return (
    <div className="first-run-row">
      <span className="first-run-label">{text.firstRunModelTitle}</span>
      {found === null ? (
        <span className="first-run-words">{known ? text.firstRunNoneFits : <Spinner />}</span>
      ) : (
        <>
          <span className="first-run-words">
            <strong>{found.entry.title}</strong> <FitLabel fit={found.fit} />
            <br />
            <span className="muted">
              <FitSentence fit={found.fit} />
            </span>
          </span>
          {download === undefined ? (
            <button
              type="button"
              className="button button-primary"
              onClick={() =>
                void store.getState().beginDownload('catalogue', found.entry.id, found.file.name, found.bytes)
              }
            >
              <Download aria-hidden size={15} />
              {text.downloadSize(format.bytes(found.bytes))}
            </button>
          ) : (
            <span className="first-run-download">
              {download.state === 'finished' ? text.alreadyInstalled : text.inQueue}
              <ProgressBar
                label={text.downloadingName(download.title)}
                fraction={
                  download.totalBytes === null ? 0 : download.doneBytes / Math.max(1, download.totalBytes)
                }
              />
            </span>
          )}
        </>
      )}
      {starter !== null && (
        <span className="muted first-run-starter">{text.firstRunStarterReady(starter)}</span>
      )}
    </div>
  )
}
