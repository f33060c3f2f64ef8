// The folders that are looked through for models.
import { Folder, Trash2 } from 'lucide-react'
import { useState } from 'react'
import type { ReactElement } from 'react'
import type { ModelFolder } from '../../electron/contract/library-entities.ts'
import { ConfirmDialog } from '../shared/dialog.tsx'
import { IconButton } from '../shared/icon-button.tsx'
import { useApp, useAppStore } from '../state/use-app.ts'
import { useLanguage } from '../text/language.ts'

export function FolderList(): ReactElement | null {
  const { text } = useLanguage()
  const store = useAppStore()
  const folders = useApp((state) => state.library?.folders)
  const [removing, setRemoving] = useState<ModelFolder | null>(null)
  if (folders === undefined) return null
  return (
    <section className="models-section" aria-label={text.folders}>
      <h2 className="section-title">{text.folders}</h2>
      <ul className="card folder-list" aria-label={text.folders}>
        {folders.map((folder) => (
          <li key={folder.id} className="folder-row" data-present={folder.present}>
            <Folder aria-hidden size={17} />
            <span className="folder-words">
              <code className="path">{folder.label}</code>
              <span className="muted">
                {!folder.present
                  ? text.folderAbsent
                  : folder.own
                    ? text.folderOwn
                    : text.folderModels(folder.models)}
              </span>
            </span>
            {!folder.own && (
              <IconButton label={text.removeFolder} icon={Trash2} onClick={() => setRemoving(folder)} />
            )}
          </li>
        ))}
      </ul>
      <p className="muted page-note">{text.foldersHint}</p>
      {removing !== null && (
        <ConfirmDialog
          title={text.removeFolderTitle}
          body={text.removeFolderBody(removing.label)}
          confirm={text.removeModelConfirm}
          onConfirm={() => void store.getState().removeModelFolder(removing.id)}
          onClose={() => setRemoving(null)}
        />
      )}
    </section>
  )
}
