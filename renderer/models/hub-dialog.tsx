// Models from anywhere: the files of any repository of the hub with their sizes, or one file by its address.
import { Download as DownloadIcon } from 'lucide-react'
import { useEffect, useId, useState } from 'react'
import type { ReactElement } from 'react'
import { REPOSITORY_NAME } from '../../electron/contract/repository-name.ts'
import type { AddressFacts, CatalogueEntry } from '../../electron/contract/download-entities.ts'
import { Banner } from '../shared/banner.tsx'
import { Dialog } from '../shared/dialog.tsx'
import { Spinner } from '../shared/progress.tsx'
import { useApp, useAppStore } from '../state/use-app.ts'
import { errorWords, useLanguage } from '../text/language.ts'
import { FileButton } from './catalogue-card.tsx'

export function HubDialog(props: { repository: string; onClose: () => void }): ReactElement {
  const language = useLanguage()
  const { text, format } = language
  const store = useAppStore()
  const problem = useApp((state) => state.problems.hub)
  const kept = useApp((state) => state.catalogue?.entries)
  const [repository, setRepository] = useState(props.repository)
  const [address, setAddress] = useState('')
  const [busy, setBusy] = useState<'repository' | 'address' | null>(null)
  const [entry, setEntry] = useState<CatalogueEntry | null>(null)
  const [facts, setFacts] = useState<AddressFacts | null>(null)
  const [refused, setRefused] = useState(false)
  const ids = { repository: useId(), address: useId() }

  const close = (): void => {
    store.getState().clearProblem('hub')
    props.onClose()
  }

  const lookUp = async (name: string): Promise<void> => {
    // What people copy is often the whole address.
    const wanted = name.trim().replace(/^https?:\/\/[^/]+\//, '')
    const fits = REPOSITORY_NAME.test(wanted)
    setRefused(!fits)
    if (!fits || busy !== null) return
    setBusy('repository')
    setFacts(null)
    setEntry(await store.getState().lookUpRepository(wanted))
    setBusy(null)
  }

  const examine = async (): Promise<void> => {
    if (address.trim() === '' || busy !== null) return
    setBusy('address')
    setEntry(null)
    setFacts(await store.getState().examineAddress(address.trim()))
    setBusy(null)
  }

  useEffect(() => {
    // Asked for by the click that opened the dialog.
    // eslint-disable-next-line react-hooks/set-state-in-effect
    if (props.repository !== '') void lookUp(props.repository)
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once, when it opens
  }, [])

  const isKept = kept?.some(({ id }) => id === entry?.id) === true
  return (
    <Dialog title={text.addFromHub} onClose={close} className="dialog-hub">
      <form
        className="hub-question"
        onSubmit={(event) => {
          event.preventDefault()
          void lookUp(repository)
        }}
      >
        <label htmlFor={ids.repository}>{text.hubRepository}</label>
        <div className="hub-row">
          <input
            id={ids.repository}
            className="field"
            data-first-focus
            placeholder="BlinkDL/rwkv7-g1"
            autoComplete="off"
            spellCheck={false}
            aria-invalid={refused}
            value={repository}
            onChange={(event) => setRepository(event.target.value)}
          />
          <button type="submit" className="button" disabled={busy !== null || repository.trim() === ''}>
            {busy === 'repository' && <Spinner />}
            {text.hubLookUp}
          </button>
        </div>
        {refused ? (
          <p className="warning" role="alert">
            {text.notANameOfRepository}
          </p>
        ) : (
          <p className="muted">{text.hubRepositoryHint}</p>
        )}
      </form>
      <form
        className="hub-question"
        onSubmit={(event) => {
          event.preventDefault()
          void examine()
        }}
      >
        <label htmlFor={ids.address}>{text.hubAddress}</label>
        <div className="hub-row">
          <input
            id={ids.address}
            className="field"
            placeholder="https://"
            autoComplete="off"
            spellCheck={false}
            value={address}
            onChange={(event) => setAddress(event.target.value)}
          />
          <button type="submit" className="button" disabled={busy !== null || address.trim() === ''}>
            {busy === 'address' && <Spinner />}
            {text.hubExamine}
          </button>
        </div>
        <p className="muted">{text.hubAddressHint}</p>
      </form>
      {problem !== undefined && (
        <Banner
          tone="error"
          {...errorWords(language, problem.code, problem.detail)}
          onDismiss={() => store.getState().clearProblem('hub')}
        />
      )}
      {facts !== null && (
        <div className="hub-file">
          <span className="hub-file-name">
            {text.hubAddressFacts(facts.fileName, format.bytes(facts.bytes), facts.host)}
          </span>
          <button
            type="button"
            className="button button-primary"
            onClick={() =>
              void store
                .getState()
                .beginAddress(facts.address, facts.bytes)
                .then((begun) => {
                  if (begun) close()
                })
            }
          >
            <DownloadIcon aria-hidden size={15} />
            {text.downloadSize(format.bytes(facts.bytes))}
          </button>
        </div>
      )}
      {entry !== null && (
        <section className="hub-files" aria-label={text.hubFilesOf(entry.repository)}>
          <div className="section-head">
            <p className="muted">
              {entry.licence === null ? text.hubNoLicence : text.hubLicence(entry.licence)}
            </p>
            <button
              type="button"
              className="button button-small"
              disabled={isKept}
              onClick={() => void store.getState().keepEntry(entry.id)}
            >
              {isKept ? text.hubKept : text.hubKeep}
            </button>
          </div>
          <ul className="hub-file-list" tabIndex={0} aria-label={text.hubFilesOf(entry.repository)}>
            {entry.files.map((file) => (
              <li key={file.folder + file.name} className="hub-file">
                <span className="hub-file-name">
                  {file.folder}
                  {file.name}
                  <span className="muted">{file.quantisation ?? text.sixteenBit}</span>
                </span>
                <FileButton entry={entry} file={file} place="hub" />
              </li>
            ))}
          </ul>
        </section>
      )}
    </Dialog>
  )
}
