// Files may be dropped anywhere: on the page of documents they become documents, anywhere else sources of the chat.
import { FileDown } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { ReactElement } from 'react'
import { LIMITS } from '../../electron/contract/limits.ts'
import type { Destination } from '../state/documents-state.ts'
import { useApp, useAppStore } from '../state/use-app.ts'
import { useLanguage } from '../text/language.ts'
import { droppedFiles } from './dropped-files.ts'

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
    const blocked = (): boolean => document.querySelector('dialog[open]') !== null
    // Entering a child comes before leaving its parent: count.
    let depth = 0
    const onEnter = (event: DragEvent): void => {
      if (!holdsFiles(event)) return
      depth += 1
      if (!blocked()) setOver(true)
    }
    const onLeave = (event: DragEvent): void => {
      if (!holdsFiles(event)) return
      depth = Math.max(0, depth - 1)
      if (depth === 0) setOver(false)
    }
    const onOver = (event: DragEvent): void => {
      if (!holdsFiles(event) || event.dataTransfer === null) return
      event.preventDefault()
      event.dataTransfer.dropEffect = blocked() ? 'none' : 'copy'
    }
    const onDrop = (event: DragEvent): void => {
      depth = 0
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
          : { kind: 'chat', conversation: state.conversation, use: 'search' }
      void droppedFiles(event.dataTransfer, LIMITS.documentsAtOnce).then((files) => {
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
