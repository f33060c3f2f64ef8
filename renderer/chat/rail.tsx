// The sidebar: new chat, search, tags, the conversations, and the pages.
import {
  Boxes,
  FileText,
  ListFilter,
  MessageSquare,
  PanelLeftClose,
  Search,
  Settings as Gear,
  SquarePen,
  X,
} from 'lucide-react'
import { useMemo, useRef, useState } from 'react'
import type { KeyboardEvent, ReactElement } from 'react'
import { LIMITS } from '../../electron/contract/limits.ts'
import { IconButton } from '../shared/icon-button.tsx'
import { RoostMark } from '../shared/roost-mark.tsx'
import { useKeys } from '../shared/use-keys.ts'
import { useToday } from '../shared/use-today.ts'
import { fragmentOf } from '../state/address.ts'
import type { Page } from '../state/app-state.ts'
import { emptySearch } from '../state/keeping-slice.ts'
import { useApp, useAppStore } from '../state/use-app.ts'
import { useLanguage } from '../text/language.ts'
import { RailList } from './rail-list.tsx'
import { RailResults } from './rail-results.tsx'
import { railRows, tagsOf } from './rail-rows.ts'
import { RailSelection } from './rail-selection.tsx'
import { SearchFilters } from './search-filters.tsx'

export function Rail(props: { onHide: () => void }): ReactElement {
  const { text } = useLanguage()
  const store = useAppStore()
  const sidebarKeys = useKeys('sidebar')
  const searching = useApp((state) => state.results !== null)
  const choosing = useApp((state) => state.selection !== null)
  return (
    <nav className="rail" aria-label={text.sidebar}>
      <div className="rail-head">
        <span className="rail-brand">
          <RoostMark size={24} />
          {text.appName}
        </span>
        <IconButton
          label={text.hideSidebar}
          keys={sidebarKeys}
          icon={PanelLeftClose}
          onClick={props.onHide}
        />
      </div>
      <button type="button" className="new-chat" onClick={() => store.getState().startNewChat()}>
        <SquarePen aria-hidden size={16} strokeWidth={1.75} />
        {text.newChat}
      </button>
      <SearchField />
      {searching ? <RailResults /> : <Conversations />}
      {choosing && !searching && <RailSelection />}
      <PageLinks />
    </nav>
  )
}

function SearchField(): ReactElement {
  const { text } = useLanguage()
  const store = useAppStore()
  const search = useApp((state) => state.search)
  const [filters, setFilters] = useState(false)
  const field = useRef<HTMLDivElement>(null)
  const filtered =
    search.in !== 'everything' || search.since !== null || search.folder !== null || search.tag !== null
  const clear = (): void => {
    void store.getState().changeSearch(emptySearch)
    setFilters(false)
  }
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Escape' && (search.query !== '' || filters)) {
      event.stopPropagation()
      clear()
    } else if (event.key === 'ArrowDown' || event.key === 'Enter') {
      const first = field.current?.parentElement?.querySelector<HTMLElement>('[data-hit]')
      if (first === null || first === undefined) return
      event.preventDefault()
      if (event.key === 'Enter') first.click()
      else first.focus()
    }
  }
  return (
    <>
      <div className="search-field" ref={field}>
        <Search aria-hidden size={15} />
        <input
          type="search"
          aria-label={text.searchChats}
          placeholder={text.searchChats}
          value={search.query}
          maxLength={LIMITS.searchCharacters}
          onChange={(event) => void store.getState().changeSearch({ query: event.target.value })}
          onKeyDown={onKeyDown}
        />
        {search.query !== '' && (
          <IconButton
            label={text.searchFilters}
            icon={ListFilter}
            size={14}
            aria-expanded={filters}
            data-state={filters || filtered ? 'open' : 'closed'}
            onClick={() => setFilters(!filters)}
          />
        )}
        {search.query !== '' && <IconButton label={text.clearSearch} icon={X} size={14} onClick={clear} />}
      </div>
      {filters && search.query !== '' && <SearchFilters />}
    </>
  )
}

function Conversations(): ReactElement {
  const { text, tag: language } = useLanguage()
  const store = useAppStore()
  const summaries = useApp((state) => state.summaries)
  const folders = useApp((state) => state.folders)
  const tag = useApp((state) => state.tagFilter)
  const now = useToday()
  const conversations = useMemo(() => Object.values(summaries), [summaries])
  const tags = useMemo(() => tagsOf(conversations), [conversations])
  const shown = tag !== null && tags.includes(tag) ? tag : null
  const rows = useMemo(() => {
    const { compare } = new Intl.Collator(language, { numeric: true })
    return railRows({ conversations, folders, tag: shown, now, compare })
  }, [conversations, folders, shown, now, language])
  return (
    <>
      {tags.length > 0 && (
        <div className="rail-tags" role="group" aria-label={text.filterByTag}>
          {tags.map((one) => (
            <button
              key={one}
              type="button"
              className="tag tag-button"
              aria-pressed={one === shown}
              onClick={() => store.getState().filterByTag(one === shown ? null : one)}
            >
              {one}
            </button>
          ))}
        </div>
      )}
      <RailList rows={rows} />
    </>
  )
}

function PageLinks(): ReactElement {
  const { text } = useLanguage()
  const page = useApp((state) => state.page)
  const conversation = useApp((state) => state.conversation)
  const links: { page: Page; label: string; icon: typeof Gear }[] = [
    { page: 'chat', label: text.chat, icon: MessageSquare },
    { page: 'documents', label: text.documents, icon: FileText },
    { page: 'models', label: text.models, icon: Boxes },
    { page: 'settings', label: text.settings, icon: Gear },
  ]
  return (
    <ul className="page-links" aria-label={text.pages}>
      {links.map(({ page: target, label, icon: Icon }) => (
        <li key={target}>
          <a
            href={fragmentOf(target, target === 'chat' ? conversation : null)}
            aria-current={page === target ? 'page' : undefined}
          >
            <Icon aria-hidden size={17} strokeWidth={1.75} />
            <span>{label}</span>
          </a>
        </li>
      ))}
    </ul>
  )
}
