// Files may be dropped anywhere: on the page of documents they become documents, anywhere else sources of the chat.
import { FileDown } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { ReactElement } from 'react'
import { LIMITS } from '../../electron/contract/limits.ts'
import type { Destination } from '../state/documents-state.ts'
import { chosenUse } from '../state/source-list.ts'
import type { AppStore } from '../state/store.ts'
import { useApp, useAppStore } from '../state/use-app.ts'
import { useLanguage } from '../text/language.ts'
import { droppedFiles } from './dropped-files.ts'
import type { Dropped } from './dropped-files.ts'

export function DropOverlay(): ReactElement | null {
  const { text } = useLanguage()
  const store = useAppStore()
  const [over, setOver] = useState(false)
  const page = useApp((state) => state.page)
  const scope = useApp((state) => state.documentsScope)
  const collection = useApp((state) =>
    scope.kind === 'collection' ? state.collections.find(({ id }) => id === scope.id) : undefined,
  )

  useEffect(() => {
    const holdsFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') === true
    // What a dialog asks comes first, and a notebook takes no documents.
    const blocked = (): boolean => {
      const { page: now, conversation, trees } = store.getState()
      const tree = now === 'chat' && conversation !== null ? trees[conversation] : undefined
      return tree?.parameters.mode === 'notebook' || document.querySelector('dialog[open]') !== null
    }
    const onEnter = (event: DragEvent): void => {
      if (holdsFiles(event) && !blocked()) setOver(true)
    }
    const onLeave = (event: DragEvent): void => {
      // From one element into another one: still over the window. Not counted: an element that goes away under the
      // pointer is entered and never left.
      if (event.relatedTarget === null) setOver(false)
    }
    const onOver = (event: DragEvent): void => {
      if (!holdsFiles(event) || event.dataTransfer === null) return
      event.preventDefault()
      event.dataTransfer.dropEffect = blocked() ? 'none' : 'copy'
    }
    const onDrop = (event: DragEvent): void => {
      setOver(false)
      if (!holdsFiles(event) || event.dataTransfer === null) return
      event.preventDefault()
      if (blocked()) return
      const state = store.getState()
      const to: Destination =
        state.page === 'documents'
          ? {
              kind: 'library',
              collection: state.documentsScope.kind === 'collection' ? state.documentsScope.id : null,
            }
          : { kind: 'chat', conversation: state.conversation, use: chosenUse(state) }
      void droppedFiles(event.dataTransfer, LIMITS.documentsAtOnce).then((dropped) => {
        tellWhatIsMissing(store, dropped)
        const { files } = dropped
        if (files.length === 0) return
        const now = store.getState()
        if (to.kind === 'chat' && now.page !== 'chat') now.showPage('chat')
        if (to.kind === 'library') now.patchView({ documentShown: null, documentsTab: 'list' })
        void now.addFiles(files, to)
      })
    }
    addEventListener('dragenter', onEnter)
    addEventListener('dragleave', onLeave)
    addEventListener('dragover', onOver)
    addEventListener('drop', onDrop)
    return () => {
      removeEventListener('dragenter', onEnter)
      removeEventListener('dragleave', onLeave)
      removeEventListener('dragover', onOver)
      removeEventListener('drop', onDrop)
    }
  }, [store])

  if (!over) return null
  const library = page === 'documents'
  return (
    <div className="drop-overlay" role="status">
      <div className="drop-card">
        <FileDown aria-hidden size={40} strokeWidth={1.25} />
        <strong>{library ? text.dropIntoLibrary : text.dropHere}</strong>
        <span>
          {!library
            ? text.dropHereHint
            : collection === undefined
              ? text.dropIntoLoose
              : text.dropIntoCollection(collection.name)}
        </span>
      </div>
    </div>
  )
}

/** Nothing that was dropped goes away without a word. */
function tellWhatIsMissing(store: AppStore, { files, leftOut, unreadable, more }: Dropped): void {
  const state = store.getState()
  if (unreadable > 0) state.notify('drop_unreadable', { count: unreadable }, 'notice')
  if (more) state.notify('drop_too_many', { limit: LIMITS.documentsAtOnce }, 'notice')
  if (files.length === 0 && unreadable === 0) state.notify('drop_nothing', {}, 'notice')
  else if (leftOut > 0) state.notify('drop_left_out', { count: leftOut }, 'notice')
}
