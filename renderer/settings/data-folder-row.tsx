// Where everything lies, and moving it to another place.
import { useEffect, useState } from 'react'
import type { ReactElement } from 'react'
import type { DataFolderState } from '../../electron/contract/data-folder.ts'
import { Browser } from '../models/file-browser.tsx'
import { ConfirmDialog } from '../shared/dialog.tsx'
import { ProgressBar } from '../shared/progress.tsx'
import { useApp, useAppStore } from '../state/use-app.ts'
import { useLanguage } from '../text/language.ts'

export function DataFolderRow(): ReactElement {
  const { text, format } = useLanguage()
  const store = useAppStore()
  const folder = useApp((state) => state.dataFolder)
  const chosen = useApp((state) => state.dataFolderChosen)
  const dialogs = useApp((state) => state.info?.nativeDialogs === true)
  const [browsing, setBrowsing] = useState(false)
  const [deleting, setDeleting] = useState(false)
  useEffect(() => void store.getState().refreshDataFolder(), [store])
  const old = folder?.old ?? null
  return (
    <>
      <div className="setting">
        <div className="setting-words">
          <span>{text.dataFolderMoveTitle}</span>
          {old !== null && (
            <span className="muted">{text.dataFolderOld(old.path, format.bytes(old.bytes))}</span>
          )}
        </div>
        <div className="setting-buttons">
          {old !== null && folder?.work === null && (
            <button type="button" className="button" onClick={() => setDeleting(true)}>
              {text.dataFolderDeleteOld}
            </button>
          )}
          <button
            type="button"
            className="button"
            disabled={folder === null || folder.work !== null}
            onClick={() => (dialogs ? void store.getState().chooseDataFolder() : setBrowsing(true))}
          >
            {text.dataFolderMove}
          </button>
        </div>
      </div>
      {folder !== null && folder.work !== null && <MoveProgress work={folder.work} />}
      {browsing && (
        <Browser
          title={text.dataFolderBrowseTitle}
          hint={text.dataFolderBrowseHint}
          confirm={text.dataFolderBrowseChoose}
          choose="folder"
          take={(handle) => store.getState().inspectDataFolder(handle)}
          onClose={() => setBrowsing(false)}
        />
      )}
      {chosen !== null && !browsing && (
        <ConfirmDialog
          title={text.dataFolderMoveTitle}
          body={text.dataFolderMoveBody(
            chosen.label,
            format.bytes(chosen.neededBytes),
            format.bytes(chosen.freeBytes),
          )}
          confirm={text.dataFolderMoveConfirm}
          onConfirm={() => void store.getState().moveDataFolder()}
          onClose={() => store.getState().dropDataFolderChoice()}
        />
      )}
      {deleting && old !== null && (
        <ConfirmDialog
          title={text.dataFolderDeleteOld}
          body={text.dataFolderDeleteOldBody(old.path)}
          confirm={text.dataFolderDeleteOld}
          onConfirm={() => void store.getState().deleteOldDataFolder()}
          onClose={() => setDeleting(false)}
        />
      )}
    </>
  )
}

function MoveProgress({ work }: { work: NonNullable<DataFolderState['work']> }): ReactElement {
  const { text, format } = useLanguage()
  const store = useAppStore()
  const name = {
    copying: text.dataFolderCopying,
    verifying: text.dataFolderVerifying,
    switching: text.dataFolderSwitching,
  }[work.phase]
  return (
    <div className="setting">
      <div className="setting-words">
        <span>{name}</span>
        <ProgressBar label={name} fraction={work.totalBytes === 0 ? 0 : work.doneBytes / work.totalBytes} />
        {work.totalBytes > 0 && (
          <span className="muted">
            {text.dataFolderDone(format.bytes(work.doneBytes), format.bytes(work.totalBytes))}
          </span>
        )}
      </div>
      {work.phase !== 'switching' && (
        <button type="button" className="button" onClick={() => void store.getState().cancelDataFolderMove()}>
          {text.cancel}
        </button>
      )}
    </div>
  )
}
