// Chats out and in, backups and disk space.
import { FolderOpen } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import type { ReactElement } from 'react'
import type { Backup } from '../../electron/contract/keeping.ts'
import { Banner } from '../shared/banner.tsx'
import { ConfirmDialog, Dialog } from '../shared/dialog.tsx'
import { DialogChoice } from '../shared/dialog-choice.tsx'
import { Spinner } from '../shared/progress.tsx'
import { useApp, useAppStore } from '../state/use-app.ts'
import { errorWords, useLanguage } from '../text/language.ts'

export function ChatsSettings(): ReactElement {
  const language = useLanguage()
  const { text } = language
  const store = useAppStore()
  const busy = useApp((state) => state.archiveBusy)
  const problem = useApp((state) => (state.exporting === null ? state.problems.archive : undefined))
  const dialogs = useApp((state) => state.info?.nativeDialogs === true)
  const picker = useRef<HTMLInputElement>(null)
  useEffect(() => void store.getState().refreshArchive(), [store])
  return (
    <>
      {problem !== undefined && (
        <Banner
          tone="error"
          {...errorWords(language, problem.code, problem.detail)}
          onDismiss={() => store.getState().clearProblem('archive')}
        />
      )}
      <div className="setting">
        <div className="setting-words">
          <span>{text.exportAll}</span>
          <span className="muted">
            {text.exportMarkdown}, JSON, {text.exportHtml}
          </span>
        </div>
        <button
          type="button"
          className="button"
          disabled={busy !== null}
          onClick={() => store.getState().patchView({ exporting: 'all' })}
        >
          {text.exportButton}
        </button>
      </div>
      <div className="setting">
        <div className="setting-words">
          <span>{text.importChats}</span>
          <span className="muted">{text.importHint}</span>
        </div>
        {busy === 'importing' ? (
          <span className="muted">
            <Spinner /> {text.importing}
          </span>
        ) : (
          <button
            type="button"
            className="button"
            disabled={busy !== null}
            onClick={() => {
              if (dialogs) void store.getState().importChats(null)
              else picker.current?.click()
            }}
          >
            {text.importButton}
          </button>
        )}
        <input
          ref={picker}
          type="file"
          accept=".json,.zip"
          aria-label={text.importChats}
          hidden
          onChange={({ target }) => {
            const file = target.files?.[0]
            target.value = ''
            if (file !== undefined) void store.getState().importChats(file)
          }}
        />
      </div>
      <Backups />
      <DiskSpace />
    </>
  )
}

function Backups(): ReactElement {
  const { text, format } = useLanguage()
  const store = useAppStore()
  const backups = useApp((state) => state.backups)
  const busy = useApp((state) => state.archiveBusy)
  const [chosen, setChosen] = useState<Backup | null>(null)
  return (
    <>
      <div className="setting">
        <div className="setting-words">
          <span>{text.backups}</span>
          <span className="muted">{text.backupsHint}</span>
        </div>
        <button
          type="button"
          className="button"
          disabled={busy !== null}
          onClick={() => void store.getState().backUpNow()}
        >
          {busy === 'backingUp' && <Spinner />}
          {busy === 'backingUp' ? text.backingUp : text.backUpNow}
        </button>
      </div>
      {backups !== null && (
        <ul className="backup-list" aria-label={text.backups}>
          {backups.length === 0 && <li className="muted">{text.noBackups}</li>}
          {backups.map((backup) => (
            <li key={backup.id} className="backup">
              <span className="setting-words">
                <span>{format.dateTime(backup.createdAt)}</span>
                <span className="muted">
                  {text.backupFacts(
                    format.count(backup.conversations),
                    format.count(backup.messages),
                    format.bytes(backup.bytes),
                  )}
                </span>
              </span>
              <button
                type="button"
                className="button button-small"
                aria-label={`${text.restore}: ${text.backupOf(format.dateTime(backup.createdAt))}`}
                disabled={busy !== null}
                onClick={() => setChosen(backup)}
              >
                {text.restore}
              </button>
            </li>
          ))}
        </ul>
      )}
      {chosen !== null && (
        <ConfirmDialog
          title={text.restoreTitle}
          body={text.restoreBody(format.dateTime(chosen.createdAt))}
          confirm={text.restore}
          onConfirm={() => void store.getState().restoreBackup(chosen.id)}
          onClose={() => setChosen(null)}
        />
      )}
    </>
  )
}

function DiskSpace(): ReactElement {
  const { text, format } = useLanguage()
  const store = useAppStore()
  const usage = useApp((state) => state.usage)
  const dialogs = useApp((state) => state.info?.nativeDialogs === true)
  const [asking, setAsking] = useState(false)
  const [setAside, setSetAside] = useState(false)
  return (
    <div className="setting">
      <div className="setting-words">
        <span>{text.diskSpace}</span>
        {usage !== null && (
          <span className="muted disk-lines">
            <span>{text.diskDatabase(format.bytes(usage.databaseBytes))}</span>
            <span>{text.diskStates(format.count(usage.states.count), format.bytes(usage.states.bytes))}</span>
            <span>
              {text.diskBackups(format.count(usage.backups.count), format.bytes(usage.backups.bytes))}
            </span>
            {usage.setAside.count > 0 && (
              <span>
                {text.diskSetAside(format.count(usage.setAside.count), format.bytes(usage.setAside.bytes))}
              </span>
            )}
            <span>{text.diskFree(format.bytes(usage.freeBytes))}</span>
          </span>
        )}
      </div>
      <div className="setting-buttons">
        {dialogs && (
          <button type="button" className="button" onClick={() => void store.getState().openDataFolder()}>
            <FolderOpen aria-hidden size={15} />
            {text.openDataFolder}
          </button>
        )}
        <button type="button" className="button" disabled={usage === null} onClick={() => setAsking(true)}>
          {text.freeSpace}
        </button>
      </div>
      {asking && usage !== null && (
        <Dialog title={text.freeSpaceTitle} onClose={() => setAsking(false)} className="dialog-small">
          <p>{text.freeSpaceBody}</p>
          {usage.setAside.count > 0 && (
            <label className="check-row">
              <input
                type="checkbox"
                checked={setAside}
                onChange={({ target }) => setSetAside(target.checked)}
              />
              {text.freeSetAside(format.bytes(usage.setAside.bytes))}
            </label>
          )}
          <DialogChoice
            onCancel={() => setAsking(false)}
            confirm={text.freeSpace}
            onConfirm={() => {
              setAsking(false)
              void store.getState().freeSpace({ states: true, setAside })
            }}
            focus="cancel"
          />
        </Dialog>
      )}
    </div>
  )
}
