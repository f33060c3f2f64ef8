// One box for chats, messages, models, settings and commands: a few letters, Enter.
import {
  FileText,
  MessageSquare,
  MessageSquareText,
  Search,
  Settings as Gear,
  Terminal,
  Boxes,
  UserRound,
  Waypoints,
} from 'lucide-react'
import { useEffect, useMemo, useRef, useState } from 'react'
import type { KeyboardEvent, ReactElement } from 'react'
import type { MessageHit } from '../../electron/contract/keeping.ts'
import { emptySearch } from '../state/keeping-slice.ts'
import { useApp, useAppStore } from '../state/use-app.ts'
import { settingNames } from '../settings/setting-names.ts'
import { useLanguage } from '../text/language.ts'
import { commands, namesOf } from './commands.ts'
import { Dialog } from './dialog.tsx'
import { ranked } from './ranking.ts'
import { keysOf, shownKeys } from './shortcuts.ts'

interface Entry {
  readonly id: string
  readonly kind: 'command' | 'chat' | 'message' | 'model' | 'state' | 'tuned' | 'setting' | 'document'
  readonly names: readonly string[]
  readonly label: string
  readonly note?: string
  readonly keys?: string
  readonly run: () => void
}

const SHOWN = { chat: 20, message: 8, model: 8, state: 8, setting: 6, document: 8 } as const
const RECENT = 12
const icons = {
  command: Terminal,
  chat: MessageSquare,
  message: MessageSquareText,
  model: Boxes,
  state: UserRound,
  tuned: Waypoints,
  setting: Gear,
  document: FileText,
}

export function Palette(): ReactElement {
  const { text, format } = useLanguage()
  const store = useAppStore()
  const summaries = useApp((state) => state.summaries)
  const models = useApp((state) => state.models)
  const personas = useApp((state) => state.personas)
  const tunedStates = useApp((state) => state.tunedStates)
  const tunedChosen = useApp((state) =>
    state.conversation === null ? null : (state.trees[state.conversation]?.parameters.tunedState ?? null),
  )
  const documents = useApp((state) => state.documents)
  const settings = useApp((state) => state.settings)
  const [query, setQuery] = useState('')
  const [at, setAt] = useState(0)
  const hits = useHits(query)
  const list = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (!store.getState().shelfKnown) void store.getState().openShelf()
  }, [store])
  const close = (): void => store.getState().patchView({ paletteOpen: false })

  const entries = useMemo<Entry[]>(() => {
    const state = store.getState()
    const own = settings?.shortcuts ?? {}
    const on = settings?.shortcutsOn !== false
    const recent = settings?.recentCommands ?? []
    const all: Entry[] = commands
      .filter((command) => command.when?.(state) !== false)
      .map((command) => {
        const keys = command.bound === undefined || !on ? undefined : keysOf(command.bound, own)[0]
        return {
          id: command.id,
          kind: 'command',
          names: namesOf(command, text),
          label: command.label(text),
          ...(keys === undefined ? {} : { keys: shownKeys(keys) }),
          run: () => command.run(store),
        }
      })
    const modelEntries: Entry[] = models
      .filter(({ available }) => available)
      .map(({ id, title }) => ({
        id: `model ${id}`,
        kind: 'model',
        names: [title, text.loadModel(title)],
        label: text.loadModel(title),
        run: () => void store.getState().loadModel(id),
      }))
    const chats: Entry[] = Object.values(summaries)
      .sort((a, b) => b.updatedAt - a.updatedAt)
      .map((conversation) => ({
        id: `chat ${conversation.id}`,
        kind: 'chat',
        names: [conversation.title === '' ? text.untitled : conversation.title, ...conversation.tags],
        label: conversation.title === '' ? text.untitled : conversation.title,
        run: () => store.getState().showConversation(conversation.id),
      }))
    const settingEntries: Entry[] = settingNames(text).map(({ id, name, section }) => ({
      id: `setting ${id}`,
      kind: 'setting',
      names: [name],
      label: name,
      note: section,
      run: () => store.getState().showSetting(id),
    }))
    const documentEntries: Entry[] = [...(documents?.values() ?? [])].map(({ id, name }) => ({
      id: `document ${id}`,
      kind: 'document',
      names: [name],
      label: name,
      run: () => {
        store.getState().patchView({ documentShown: { document: id } })
        store.getState().showPage('documents')
      },
    }))
    const stateEntries: Entry[] = personas.map(({ id, name, ready, bytes }) => ({
      id: `state ${id}`,
      kind: 'state',
      names: [name, text.personaStart(name)],
      label: text.personaStart(name),
      ...(ready === true ? { note: `${text.branchReady} · ${format.bytes(bytes)}` } : {}),
      run: () => void store.getState().startFrom(id),
    }))
    // Only those that fit the loaded model: of the others the parameters of the chat tell why they do not.
    const tunedEntries: Entry[] = tunedStates
      .filter(({ id, fits }) => fits === true || id === tunedChosen)
      .map(({ id, name }) => ({
        id: `tuned ${id}`,
        kind: 'tuned',
        names: [name, text.tunedState],
        label: id === tunedChosen ? text.tunedStateStop(name) : text.tunedStateUse(name),
        ...(id === tunedChosen ? { note: text.tunedStateInUse } : {}),
        run: () => {
          if (store.getState().page !== 'chat') store.getState().showPage('chat')
          void store.getState().setParameters({ tunedState: id === tunedChosen ? null : id })
        },
      }))
    if (query.trim() === '') {
      const known = new Map(
        [
          ...all,
          ...modelEntries,
          ...stateEntries,
          ...tunedEntries,
          ...chats,
          ...settingEntries,
          ...documentEntries,
        ].map((one) => [one.id, one]),
      )
      const lately = recent.flatMap((id) => known.get(id) ?? []).slice(0, 5)
      const shown = new Set(lately.map(({ id }) => id))
      return [
        ...lately,
        ...all.filter(({ id }) => !shown.has(id)),
        ...chats.filter(({ id }) => !shown.has(id)).slice(0, SHOWN.chat),
      ]
    }
    const messages: Entry[] = hits.map((hit) => ({
      id: `message ${hit.message}`,
      kind: 'message',
      names: [],
      label: hit.snippet.text,
      note: hit.title === '' ? text.untitled : hit.title,
      run: () => void store.getState().jumpTo(hit.conversation, hit.message, query.trim().split(/\s+/u)),
    }))
    return [
      ...ranked(all, query, recent),
      ...ranked(modelEntries, query, recent).slice(0, SHOWN.model),
      ...ranked([...stateEntries, ...tunedEntries], query, recent).slice(0, SHOWN.state),
      ...ranked(chats, query, recent).slice(0, SHOWN.chat),
      ...ranked(documentEntries, query, recent).slice(0, SHOWN.document),
      ...ranked(settingEntries, query, recent).slice(0, SHOWN.setting),
      ...messages,
    ]
  }, [
    query,
    hits,
    summaries,
    models,
    personas,
    tunedStates,
    tunedChosen,
    documents,
    settings,
    store,
    text,
    format,
  ])

  const recentCount =
    query.trim() === ''
      ? (settings?.recentCommands ?? []).filter((id) => entries.slice(0, 5).some((one) => one.id === id))
          .length
      : 0
  const groupOf = (entry: Entry, index: number): string =>
    index < Math.min(5, recentCount)
      ? text.paletteRecent
      : {
          command: text.paletteCommands,
          chat: text.paletteChats,
          message: text.paletteMessages,
          model: text.paletteModels,
          state: text.paletteStates,
          tuned: text.paletteStates,
          setting: text.paletteSettings,
          document: text.paletteDocuments,
        }[entry.kind]

  const chosen = Math.min(at, entries.length - 1)
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' })
  }, [chosen])

  const run = (entry: Entry | undefined): void => {
    if (entry === undefined) return
    close()
    entry.run()
    if (entry.kind === 'message') return
    const before = store.getState().settings?.recentCommands ?? []
    const recentCommands = [entry.id, ...before.filter((id) => id !== entry.id)].slice(0, RECENT)
    void store.getState().changeSettings({ recentCommands })
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key]
    if (step !== undefined) {
      event.preventDefault()
      const wrapped = (chosen + step + entries.length) % Math.max(1, entries.length)
      setAt(Math.abs(step) === 1 ? wrapped : Math.min(entries.length - 1, Math.max(0, chosen + step)))
    } else if (event.key === 'Enter') {
      event.preventDefault()
      run(entries[chosen])
    }
  }

  return (
    <Dialog title={text.palette} onClose={close} className="dialog-palette" bare>
      <div className="palette-search">
        <Search aria-hidden size={17} />
        <input
          role="combobox"
          aria-expanded
          aria-controls="palette-list"
          aria-activedescendant={entries[chosen] === undefined ? undefined : `palette-${chosen}`}
          aria-label={text.paletteSearch}
          placeholder={text.paletteSearch}
          value={query}
          maxLength={200}
          data-first-focus
          onChange={(event) => {
            setQuery(event.target.value)
            setAt(0)
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <div
        className="palette-list"
        id="palette-list"
        role="listbox"
        aria-label={text.palette}
        ref={list}
        tabIndex={-1}
      >
        {entries.length === 0 && <p className="muted palette-empty">{text.paletteEmpty}</p>}
        {entries.map((entry, index) => {
          const Icon = icons[entry.kind]
          const group = groupOf(entry, index)
          const before = entries[index - 1]
          return (
            <div key={entry.id} role="presentation">
              {(before === undefined || groupOf(before, index - 1) !== group) && (
                <div className="palette-group" aria-hidden>
                  {group}
                </div>
              )}
              <div
                id={`palette-${index}`}
                role="option"
                aria-selected={index === chosen}
                className="menu-row"
                onClick={() => run(entry)}
                onPointerMove={() => setAt(index)}
              >
                <Icon aria-hidden size={15} />
                <span className="palette-label">{entry.label}</span>
                {entry.note !== undefined && <span className="palette-note">{entry.note}</span>}
                {entry.keys !== undefined && <kbd>{entry.keys}</kbd>}
              </div>
            </div>
          )
        })}
      </div>
    </Dialog>
  )
}

/** Messages with the words, a moment after the last letter. */
function useHits(query: string): readonly MessageHit[] {
  const store = useAppStore()
  const [hits, setHits] = useState<{ query: string; messages: readonly MessageHit[] }>({
    query: '',
    messages: [],
  })
  const wanted = query.trim()
  useEffect(() => {
    if (Array.from(wanted).length < 2) return
    let current = true
    const timer = setTimeout(() => {
      void store
        .getState()
        .findMessages({ ...emptySearch, query: wanted, in: 'messages' })
        .then((messages) => {
          if (current) setHits({ query: wanted, messages: messages.slice(0, SHOWN.message) })
        })
    }, 120)
    return () => {
      current = false
      clearTimeout(timer)
    }
  }, [wanted, store])
  return hits.query === wanted ? hits.messages : []
}
