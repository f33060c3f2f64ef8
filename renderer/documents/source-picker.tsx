// Known documents and collections, as sources of the open chat.
import { Folder } from 'lucide-react'
import { useState } from 'react'
import type { ReactElement } from 'react'
import type { Source } from '../../electron/contract/evidence.ts'
import { Dialog } from '../shared/dialog.tsx'
import { chosenUse, sourceId } from '../state/source-list.ts'
import { useApp, useAppStore } from '../state/use-app.ts'
import { useLanguage } from '../text/language.ts'
import { attachFiles } from './add-documents.ts'
import { documentFacts } from './document-state.tsx'
import { KindIcon } from './kind-icon.tsx'

/** More are found by their name. */
const LISTED = 200

export function SourcePicker(): ReactElement {
  const language = useLanguage()
  const { text, format } = language
  const store = useAppStore()
  const documents = useApp((state) => state.documents)
  const collections = useApp((state) => state.collections)
  const conversation = useApp((state) => state.conversation)
  const present = useApp((state) =>
    state.conversation === null ? undefined : state.sources[state.conversation]?.sources,
  )
  const [query, setQuery] = useState('')
  const [chosen, setChosen] = useState<readonly string[]>([])
  const known = new Set(present?.map(sourceId))
  const words = query.trim().toLowerCase()
  const fits = (name: string): boolean => name.toLowerCase().includes(words)
  const groups = collections.filter(({ id, name }) => !known.has(id) && fits(name))
  const files = [...(documents?.values() ?? [])]
    .filter(({ id, name, status }) => !known.has(id) && status !== 'failed' && fits(name))
    .sort((a, b) => b.createdAt - a.createdAt)
    .slice(0, LISTED)
  const close = (): void => store.getState().patchView({ sourcePickerOpen: false })
  const toggle = (id: string): void =>
    setChosen((before) => (before.includes(id) ? before.filter((one) => one !== id) : [...before, id]))
  const take = (): void => {
    const use = chosenUse(store.getState())
    const added = chosen.map((id): Source =>
      collections.some((one) => one.id === id) ? { collection: id, use: 'search' } : { document: id, use },
    )
    close()
    void store.getState().addSources(conversation, added)
  }
  return (
    <Dialog title={text.chooseSources} onClose={close} className="dialog-picker">
      <input
        type="search"
        className="field"
        aria-label={text.filterDocuments}
        placeholder={text.filterDocuments}
        value={query}
        maxLength={200}
        data-first-focus
        onChange={({ target }) => setQuery(target.value)}
      />
      <ul className="picker-list" aria-label={text.documents}>
        {groups.length + files.length === 0 && (
          <li className="muted picker-empty">
            {words !== '' ? text.chooseSourcesNone : text.chooseSourcesEmpty}
          </li>
        )}
        {groups.map((one) => (
          <li key={one.id}>
            <label className="picker-row">
              <input type="checkbox" checked={chosen.includes(one.id)} onChange={() => toggle(one.id)} />
              <Folder aria-hidden size={17} strokeWidth={1.6} />
              <span className="picker-name">{one.name}</span>
              <span className="muted">
                {text.collectionSource(one.documents, format.count(one.documents))}
              </span>
            </label>
          </li>
        ))}
        {files.map((one) => (
          <li key={one.id}>
            <label className="picker-row">
              <input type="checkbox" checked={chosen.includes(one.id)} onChange={() => toggle(one.id)} />
              <KindIcon document={one} />
              <span className="picker-name">{one.name}</span>
              <span className="muted">{documentFacts(language, one).slice(0, 2).join(' · ')}</span>
            </label>
          </li>
        ))}
      </ul>
      <div className="dialog-actions">
        <button
          type="button"
          className="link-button dialog-note"
          onClick={() => {
            close()
            void attachFiles(store)
          }}
        >
          {text.attachFiles}
        </button>
        <button type="button" className="button" onClick={close}>
          {text.cancel}
        </button>
        <button type="button" className="button button-primary" disabled={chosen.length === 0} onClick={take}>
          {text.useAsSources(chosen.length, format.count(chosen.length))}
        </button>
      </div>
    </Dialog>
  )
}
