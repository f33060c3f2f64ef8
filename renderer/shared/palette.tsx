// One box for chats and commands.
import { Search } from 'lucide-react'
import { useEffect, useMemo, useRef, useState } from 'react'
import type { KeyboardEvent, ReactElement } from 'react'
import { runningAnswer } from '../state/message-tree.ts'
import { useApp, useAppStore } from '../state/use-app.ts'
import { useLanguage } from '../text/language.ts'
import { Dialog } from './dialog.tsx'
import { keyLabel } from './shortcuts.ts'

interface Entry {
  readonly id: string
  readonly group: string
  readonly label: string
  readonly keys?: string
  readonly run: () => void
}

const SHOWN_CHATS = 30

export function Palette(): ReactElement {
  const { text } = useLanguage()
  const store = useAppStore()
  const summaries = useApp((state) => state.summaries)
  const [query, setQuery] = useState('')
  const [at, setAt] = useState(0)
  const list = useRef<HTMLDivElement>(null)
  const close = (): void => store.getState().patchView({ paletteOpen: false })

  const entries = useMemo<Entry[]>(() => {
    const state = store.getState()
    const running = state.conversation !== null && runningAnswer(state.trees[state.conversation]) !== null
    const commands: Entry[] = [
      { id: 'new', label: text.newChat, keys: keyLabel('N'), run: () => store.getState().startNewChat() },
      ...(running && state.conversation !== null
        ? [
            {
              id: 'stop',
              label: text.commandStop,
              keys: 'Esc',
              run: () => void store.getState().stop(state.conversation ?? ''),
            },
          ]
        : []),
      {
        id: 'model',
        label: text.chooseModel,
        run: () => store.getState().patchView({ modelPickerOpen: true }),
      },
      { id: 'file', label: text.openModelFile, run: () => void store.getState().openModelFile() },
      { id: 'models', label: text.models, run: () => store.getState().showPage('models') },
      {
        id: 'settings',
        label: text.settings,
        keys: keyLabel(','),
        run: () => store.getState().showPage('settings'),
      },
      {
        id: 'sidebar',
        label: text.shortcutSidebar,
        keys: keyLabel('B'),
        run: () => void store.getState().toggleSidebar(),
      },
      {
        id: 'light',
        label: text.commandTheme(text.themeLight),
        run: () => void store.getState().changeSettings({ theme: 'light' }),
      },
      {
        id: 'dark',
        label: text.commandTheme(text.themeDark),
        run: () => void store.getState().changeSettings({ theme: 'dark' }),
      },
      {
        id: 'system',
        label: text.commandTheme(text.themeSystem),
        run: () => void store.getState().changeSettings({ theme: 'system' }),
      },
    ].map((command) => ({ ...command, group: text.paletteCommands }))
    const chats: Entry[] = Object.values(summaries)
      .sort((a, b) => b.updatedAt - a.updatedAt)
      .map((conversation) => ({
        id: conversation.id,
        group: text.paletteChats,
        label: conversation.title === '' ? text.untitled : conversation.title,
        run: () => store.getState().showConversation(conversation.id),
      }))
    const words = query.toLowerCase().split(/\s+/).filter(Boolean)
    const fits = (entry: Entry): boolean => words.every((word) => entry.label.toLowerCase().includes(word))
    return [...commands.filter(fits), ...chats.filter(fits).slice(0, SHOWN_CHATS)]
  }, [query, summaries, store, text])

  const chosen = Math.min(at, entries.length - 1)
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' })
  }, [chosen])

  const run = (entry: Entry | undefined): void => {
    if (entry === undefined) return
    close()
    entry.run()
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      const step = event.key === 'ArrowDown' ? 1 : -1
      setAt((chosen + step + entries.length) % Math.max(1, entries.length))
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
          aria-activedescendant={entries[chosen] === undefined ? undefined : `palette-${entries[chosen].id}`}
          aria-label={text.paletteSearch}
          placeholder={text.paletteSearch}
          value={query}
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
        {entries.map((entry, index) => (
          <div key={entry.id} role="presentation">
            {entry.group !== entries[index - 1]?.group && (
              <div className="palette-group" aria-hidden>
                {entry.group}
              </div>
            )}
            <div
              id={`palette-${entry.id}`}
              role="option"
              aria-selected={index === chosen}
              className="menu-row"
              onClick={() => run(entry)}
              onPointerMove={() => setAt(index)}
            >
              <span className="palette-label">{entry.label}</span>
              {entry.keys !== undefined && <kbd>{entry.keys}</kbd>}
            </div>
          </div>
        ))}
      </div>
    </Dialog>
  )
}
