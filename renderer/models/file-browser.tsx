// The window's own file chooser, for a host without the system's: folders and model files by handles, never by paths.
import { ArrowUp, File, Folder } from 'lucide-react'
import { useCallback, useEffect, useState } from 'react'
import type { ReactElement } from 'react'
import type { FolderListing } from '../../electron/contract/entities.ts'
import { Banner } from '../shared/banner.tsx'
import { Dialog } from '../shared/dialog.tsx'
import { Spinner } from '../shared/progress.tsx'
import { useApp, useAppStore } from '../state/use-app.ts'
import { errorWords, useLanguage } from '../text/language.ts'

export function FileBrowser(): ReactElement {
  const language = useLanguage()
  const { text, format } = language
  const store = useAppStore()
  const problem = useApp((state) => state.problems.browser)
  const [listing, setListing] = useState<FolderListing | null>(null)
  const [chosen, setChosen] = useState<string | null>(null)
  const [opening, setOpening] = useState(false)

  const close = (): void => {
    store.getState().clearProblem('browser')
    store.getState().patchView({ fileBrowserOpen: false })
  }

  const visit = useCallback(
    async (folder: string | null): Promise<void> => {
      setChosen(null)
      const next = await store.getState().browse(folder)
      if (next !== null) setListing(next)
    },
    [store],
  )

  useEffect(() => {
    // The first folder is fetched from the host, which is outside of React.
    // eslint-disable-next-line react-hooks/set-state-in-effect
    void visit(null)
  }, [visit])

  const open = async (file: string | null): Promise<void> => {
    if (file === null || opening) return
    setOpening(true)
    const begun = await store.getState().addModelFile(file)
    setOpening(false)
    if (begun) close()
  }

  return (
    <Dialog title={text.browseTitle} onClose={close} className="dialog-browser">
      <div className="browser-bar">
        <button
          type="button"
          className="button button-quiet"
          disabled={(listing?.parent ?? null) === null}
          onClick={() => void visit(listing?.parent ?? null)}
        >
          <ArrowUp aria-hidden size={15} />
          {text.browseUp}
        </button>
        <span className="browser-place" title={listing?.label}>
          {listing?.label ?? ''}
        </span>
      </div>
      <div
        className="browser-list"
        role="listbox"
        aria-label={text.browseEntries}
        tabIndex={-1}
        data-first-focus
      >
        {listing === null && problem === undefined && <Spinner />}
        {listing?.entries.length === 0 && <p className="muted browser-empty">{text.browseEmpty}</p>}
        {listing?.entries.map((entry) => (
          <button
            key={entry.handle}
            type="button"
            role="option"
            aria-selected={chosen === entry.handle}
            className="browser-entry"
            onClick={() => (entry.kind === 'folder' ? void visit(entry.handle) : setChosen(entry.handle))}
            onDoubleClick={() => {
              if (entry.kind === 'file') void open(entry.handle)
            }}
          >
            {entry.kind === 'folder' ? (
              <Folder aria-hidden size={17} className="browser-folder" />
            ) : (
              <File aria-hidden size={17} />
            )}
            <span className="browser-name">{entry.name}</span>
            <span className="muted figure">{entry.bytes === null ? '' : format.bytes(entry.bytes)}</span>
          </button>
        ))}
      </div>
      {problem !== undefined && (
        <Banner tone="error" {...errorWords(language, problem.code, problem.detail)} />
      )}
      <div className="dialog-actions">
        <span className="muted dialog-note">{text.browseHint}</span>
        <button type="button" className="button" onClick={close}>
          {text.cancel}
        </button>
        <button
          type="button"
          className="button button-primary"
          disabled={chosen === null || opening}
          onClick={() => void open(chosen)}
        >
          {opening && <Spinner />}
          {text.browseOpen}
        </button>
      </div>
    </Dialog>
  )
}
