// The window's own chooser of files and folders, for a host without the system's: by handles, never by paths.
import { ArrowUp, File, Folder } from 'lucide-react'
import { useCallback, useEffect, useState } from 'react'
import type { ReactElement } from 'react'
import type { FolderListing } from '../../electron/contract/entities.ts'
import { Banner } from '../shared/banner.tsx'
import { Dialog } from '../shared/dialog.tsx'
import { DialogChoice } from '../shared/dialog-choice.tsx'
import { Spinner } from '../shared/progress.tsx'
import { useApp, useAppStore } from '../state/use-app.ts'
import { errorWords, useLanguage } from '../text/language.ts'

/** Opens a model file. */
export function FileBrowser(): ReactElement {
  const { text } = useLanguage()
  const store = useAppStore()
  return (
    <Browser
      title={text.browseTitle}
      hint={text.browseHint}
      confirm={text.browseOpen}
      choose="file"
      take={(file) => store.getState().addModelFile(file)}
      onClose={() => store.getState().patchView({ fileBrowserOpen: false })}
    />
  )
}

/** Adds a folder of models. */
export function FolderBrowser(): ReactElement {
  const { text } = useLanguage()
  const store = useAppStore()
  return (
    <Browser
      title={text.browseFolderTitle}
      hint={text.browseFolderHint}
      confirm={text.browseFolderAdd}
      choose="folder"
      take={(folder) => store.getState().addModelFolder(folder)}
      onClose={() => store.getState().patchView({ folderBrowserOpen: false })}
    />
  )
}

/** The folder that a collection of documents follows. */
export function WatchedFolderBrowser(props: { collection: string }): ReactElement {
  const { text } = useLanguage()
  const store = useAppStore()
  return (
    <Browser
      title={text.watchFolderTitle}
      hint={text.watchFolderHint}
      confirm={text.watchFolderChoose}
      choose="folder"
      take={(folder) => store.getState().watchFolder(props.collection, folder)}
      onClose={() => store.getState().patchView({ watchFolderFor: null })}
    />
  )
}

export function Browser(props: {
  title: string
  hint: string
  confirm: string
  /** What is taken: a file in the folder that is shown, or that folder. */
  choose: 'file' | 'folder'
  /** False: it was not taken, and the reason stands at 'browser'. */
  take: (handle: string) => Promise<boolean>
  onClose: () => void
}): ReactElement {
  const language = useLanguage()
  const { text, format } = language
  const store = useAppStore()
  const problem = useApp((state) => state.problems.browser)
  const [listing, setListing] = useState<FolderListing | null>(null)
  const [file, setFile] = useState<string | null>(null)
  const [opening, setOpening] = useState(false)
  const chosen = props.choose === 'file' ? file : (listing?.handle ?? null)

  const close = (): void => {
    store.getState().clearProblem('browser')
    props.onClose()
  }

  const visit = useCallback(
    async (folder: string | null): Promise<void> => {
      setFile(null)
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

  const take = async (handle: string | null): Promise<void> => {
    if (handle === null || opening) return
    setOpening(true)
    const taken = await props.take(handle)
    setOpening(false)
    if (taken) close()
  }

  return (
    <Dialog title={props.title} onClose={close} className="dialog-browser">
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
            aria-selected={file === entry.handle}
            className="browser-entry"
            disabled={entry.kind === 'file' && props.choose === 'folder'}
            onClick={() => (entry.kind === 'folder' ? void visit(entry.handle) : setFile(entry.handle))}
            onDoubleClick={() => {
              if (entry.kind === 'file') void take(entry.handle)
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
      <DialogChoice
        onCancel={close}
        confirm={
          <>
            {opening && <Spinner />}
            {props.confirm}
          </>
        }
        onConfirm={() => void take(chosen)}
        disabled={chosen === null || opening}
        note={<span className="muted dialog-note">{props.hint}</span>}
      />
    </Dialog>
  )
}
