// Where models come from: the order of sites, mirrors, the access token.
import { Trash2 } from 'lucide-react'
import { Switch } from 'radix-ui'
import { useEffect, useId, useState } from 'react'
import type { ReactElement } from 'react'
import type { HubSettings } from '../../electron/contract/download-entities.ts'
import { Banner } from '../shared/banner.tsx'
import { IconButton } from '../shared/icon-button.tsx'
import { useApp, useAppStore } from '../state/use-app.ts'
import { errorWords, useLanguage } from '../text/language.ts'

export function DownloadSettings(): ReactElement {
  const language = useLanguage()
  const { text } = language
  const store = useAppStore()
  const hub = useApp((state) => state.hub)
  const problem = useApp((state) => state.problems.hubSettings)
  const heading = useId()
  useEffect(() => {
    void store.getState().readHub()
  }, [store])
  return (
    <section className="settings-section" aria-labelledby={heading}>
      <div className="section-head">
        <h2 id={heading}>{text.settingsDownloads}</h2>
      </div>
      {problem !== undefined && (
        <Banner
          tone="error"
          {...errorWords(language, problem.code, problem.detail)}
          onDismiss={() => store.getState().clearProblem('hubSettings')}
        />
      )}
      {hub !== null && (
        <div className="card">
          <Order hub={hub} />
          <Mirrors hub={hub} />
          <Token hub={hub} />
        </div>
      )}
    </section>
  )
}

function Order({ hub }: { hub: HubSettings }): ReactElement {
  const { text } = useLanguage()
  const store = useAppStore()
  const id = useId()
  return (
    <div className="setting">
      <label className="setting-words" htmlFor={id}>
        <span>{text.hubOrder}</span>
        <span className="muted">{text.hubOrderHint}</span>
      </label>
      <select
        id={id}
        className="field"
        aria-label={text.hubOrder}
        value={hub.order}
        onChange={(event) =>
          void store.getState().setHubOrder(event.target.value === 'measured' ? 'measured' : 'official')
        }
      >
        <option value="official">{text.hubOrderOfficial}</option>
        <option value="measured">{text.hubOrderMeasured}</option>
      </select>
    </div>
  )
}

function Mirrors({ hub }: { hub: HubSettings }): ReactElement {
  const { text, format } = useLanguage()
  const store = useAppStore()
  const [address, setAddress] = useState('')
  const speedOf = (of: string): string => {
    const found = hub.measured.find((one) => one.address === of)
    return found === undefined ? '' : text.perSecond(format.bytes(found.bytesPerSecond))
  }
  return (
    <div className="setting setting-block">
      <div className="setting-words">
        <span>{text.hubMirrors}</span>
        <span className="muted">{text.hubMirrorsHint}</span>
      </div>
      <ul className="mirror-list" aria-label={text.hubMirrors}>
        <li>
          <span className="mirror-address">{hub.official}</span>
          <span className="muted">
            {[text.hubOfficial, speedOf(hub.official)].filter(Boolean).join(' · ')}
          </span>
        </li>
        {hub.mirrors.map((mirror) => (
          <li key={mirror.address}>
            <span className="mirror-address">{mirror.address}</span>
            <span className="muted">{speedOf(mirror.address)}</span>
            <Switch.Root
              className="switch"
              aria-label={text.hubMirrorUse(mirror.address)}
              checked={mirror.enabled}
              onCheckedChange={(enabled) => void store.getState().setMirror(mirror.address, enabled)}
            >
              <Switch.Thumb className="switch-thumb" />
            </Switch.Root>
            {mirror.own && (
              <IconButton
                label={text.hubMirrorRemove(mirror.address)}
                icon={Trash2}
                size={15}
                onClick={() => void store.getState().removeMirror(mirror.address)}
              />
            )}
          </li>
        ))}
      </ul>
      <form
        className="hub-row"
        onSubmit={(event) => {
          event.preventDefault()
          void store
            .getState()
            .setMirror(address, true)
            .then((added) => {
              if (added) setAddress('')
            })
        }}
      >
        <input
          className="field"
          aria-label={text.hubMirrorAddress}
          placeholder="https://"
          autoComplete="off"
          spellCheck={false}
          value={address}
          onChange={(event) => setAddress(event.target.value)}
        />
        <button type="submit" className="button" disabled={address.trim() === ''}>
          {text.hubMirrorAdd}
        </button>
      </form>
    </div>
  )
}

function Token({ hub }: { hub: HubSettings }): ReactElement {
  const { text } = useLanguage()
  const store = useAppStore()
  const id = useId()
  const [token, setToken] = useState('')
  return (
    <form
      className="setting setting-block"
      onSubmit={(event) => {
        event.preventDefault()
        void store
          .getState()
          .setHubToken(token)
          .then((kept) => {
            if (kept) setToken('')
          })
      }}
    >
      <label className="setting-words" htmlFor={id}>
        <span>{text.hubToken}</span>
        <span className="muted">{text.hubTokenHint}</span>
        {hub.token !== 'none' && (
          <span className="muted">
            {hub.token === 'keyStore' ? text.hubTokenKeyStore : text.hubTokenFile}
          </span>
        )}
      </label>
      <div className="hub-row">
        <input
          id={id}
          className="field"
          type="password"
          aria-label={text.hubToken}
          autoComplete="off"
          value={token}
          onChange={(event) => setToken(event.target.value)}
        />
        <button type="submit" className="button" disabled={token.trim() === ''}>
          {text.hubTokenSave}
        </button>
        {hub.token !== 'none' && (
          <button type="button" className="button" onClick={() => void store.getState().setHubToken(null)}>
            {text.hubTokenForget}
          </button>
        )}
      </div>
    </form>
  )
}
