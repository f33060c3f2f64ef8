// The sidebar: new chat, search, the conversations by day, and the pages.
import {
  Boxes,
  FileText,
  MessageSquare,
  PanelLeftClose,
  Search,
  Settings as Gear,
  SquarePen,
  X,
} from 'lucide-react'
import { useMemo } from 'react'
import type { ReactElement } from 'react'
import { IconButton } from '../shared/icon-button.tsx'
import { RoostMark } from '../shared/roost-mark.tsx'
import { fragmentOf } from '../state/address.ts'
import type { Page } from '../state/app-state.ts'
import { useApp, useAppStore } from '../state/use-app.ts'
import { useLanguage } from '../text/language.ts'
import type { Language } from '../text/language.ts'
import { ConversationItem } from './conversation-item.tsx'
import { groupConversations } from './conversation-groups.ts'
import type { Group } from './conversation-groups.ts'
import { useToday } from '../shared/use-today.ts'
import { keyLabel } from '../shared/shortcuts.ts'

function groupTitle(group: Group, { text, format }: Language): string {
  switch (group.key) {
    case 'pinned':
      return text.pinned
    case 'today':
      return text.today
    case 'yesterday':
      return text.yesterday
    case 'lastWeek':
      return text.lastWeek
    case 'lastMonth':
      return text.lastMonth
    default:
      return format.month(group.time)
  }
}

export function Rail(props: { onHide: () => void }): ReactElement {
  const language = useLanguage()
  const { text } = language
  const store = useAppStore()
  const summaries = useApp((state) => state.summaries)
  const query = useApp((state) => state.query)
  const found = useApp((state) => state.found)
  const now = useToday()

  const groups = useMemo(() => {
    if (found === null) return groupConversations(Object.values(summaries), now)
    return []
  }, [summaries, found, now])
  const hits = useMemo(() => found?.flatMap((id) => summaries[id] ?? []) ?? [], [summaries, found])

  return (
    <nav className="rail" aria-label={text.sidebar}>
      <div className="rail-head">
        <span className="rail-brand">
          <RoostMark size={24} />
          {text.appName}
        </span>
        <IconButton
          label={text.hideSidebar}
          keys={keyLabel('B')}
          icon={PanelLeftClose}
          onClick={props.onHide}
        />
      </div>
      <button type="button" className="new-chat" onClick={() => store.getState().startNewChat()}>
        <SquarePen aria-hidden size={16} strokeWidth={1.75} />
        {text.newChat}
      </button>
      <div className="search-field">
        <Search aria-hidden size={15} />
        <input
          type="search"
          aria-label={text.searchChats}
          placeholder={text.searchChats}
          value={query}
          maxLength={200}
          onChange={(event) => void store.getState().search(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape' && query !== '') {
              event.stopPropagation()
              void store.getState().search('')
            }
          }}
        />
        {query !== '' && (
          <IconButton
            label={text.dismiss}
            icon={X}
            size={14}
            onClick={() => void store.getState().search('')}
          />
        )}
      </div>
      <div className="rail-list">
        {found === null ? (
          <ul aria-label={text.conversations} className="conversation-list">
            {groups.length === 0 && <li className="rail-empty">{text.noChatsYet}</li>}
            {groups.flatMap((group) => [
              <li key={`group ${group.key}`} className="rail-group">
                {groupTitle(group, language)}
              </li>,
              ...group.conversations.map((conversation) => (
                <ConversationItem key={conversation.id} conversation={conversation} />
              )),
            ])}
          </ul>
        ) : (
          <ul aria-label={text.conversations} className="conversation-list">
            <li className="rail-group">{text.results}</li>
            {hits.length === 0 && <li className="rail-empty">{text.noResults(query.trim())}</li>}
            {hits.map((conversation) => (
              <ConversationItem key={conversation.id} conversation={conversation} />
            ))}
          </ul>
        )}
      </div>
      <PageLinks />
    </nav>
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
