// The keys: shown, changed, taken away, set back, switched off.
import { Pencil, RotateCcw, X } from 'lucide-react'
import { Switch } from 'radix-ui'
import { useState } from 'react'
import type { KeyboardEvent, ReactElement } from 'react'
import type { Settings } from '../../electron/contract/entities.ts'
import { commands } from '../shared/commands.ts'
import { IconButton } from '../shared/icon-button.tsx'
import { boundCommands, combinationOf, conflictOf, isFree, keysOf, shownKeys } from '../shared/shortcuts.ts'
import type { BoundCommand } from '../shared/shortcuts.ts'
import { useAppStore } from '../state/use-app.ts'
import { useLanguage } from '../text/language.ts'
import type { Text } from '../text/en.ts'

function nameOf(command: BoundCommand, text: Text): string {
  if (command === 'palette') return text.palette
  return commands.find(({ bound }) => bound === command)?.label(text) ?? command
}

export function ShortcutSettings({ settings }: { settings: Settings }): ReactElement {
  const { text } = useLanguage()
  const store = useAppStore()
  const own = settings.shortcuts
  const [changing, setChanging] = useState<BoundCommand | null>(null)
  const save = (patch: Settings['shortcuts']): void =>
    void store.getState().changeSettings({ shortcuts: { ...own, ...patch } })
  const reset = (command: BoundCommand): void => {
    const { [command]: _gone, ...rest } = own
    void store.getState().changeSettings({ shortcuts: rest })
  }
  const fixed: (readonly [name: string, keys: string])[] = [
    [text.shortcutStop, 'Esc'],
    [text.shortcutNewLine, 'Shift+Enter'],
    [text.shortcutRecall, '↑'],
  ]
  return (
    <>
      <div className="setting">
        <div className="setting-words">
          <span>{text.shortcutsOn}</span>
          <span className="muted">{text.shortcutsOnHint}</span>
        </div>
        <Switch.Root
          className="switch"
          aria-label={text.shortcutsOn}
          checked={settings.shortcutsOn}
          onCheckedChange={(shortcutsOn) => void store.getState().changeSettings({ shortcutsOn })}
        >
          <Switch.Thumb className="switch-thumb" />
        </Switch.Root>
      </div>
      <ul className="key-list" aria-label={text.shortcutList} data-off={!settings.shortcutsOn}>
        {boundCommands.map((command) => {
          const name = nameOf(command, text)
          const keys = keysOf(command, own)
          return (
            <li key={command}>
              <span className="key-name">{name}</span>
              {changing === command ? (
                <KeyField
                  command={command}
                  settings={settings}
                  onDone={(patch) => {
                    setChanging(null)
                    if (patch !== null) save(patch)
                  }}
                />
              ) : (
                <>
                  <span className="key-keys">
                    {keys.length === 0 && <span className="muted">{text.shortcutNone}</span>}
                    {keys.map((one) => (
                      <kbd key={one}>{shownKeys(one)}</kbd>
                    ))}
                  </span>
                  <span className="key-buttons">
                    {Object.hasOwn(own, command) && (
                      <IconButton
                        label={text.shortcutReset(name)}
                        icon={RotateCcw}
                        size={14}
                        onClick={() => reset(command)}
                      />
                    )}
                    {keys.length > 0 && (
                      <IconButton
                        label={text.shortcutRemove(name)}
                        icon={X}
                        size={14}
                        onClick={() => save({ [command]: null })}
                      />
                    )}
                    <IconButton
                      label={text.shortcutChange(name)}
                      icon={Pencil}
                      size={14}
                      onClick={() => setChanging(command)}
                    />
                  </span>
                </>
              )}
            </li>
          )
        })}
        {fixed.map(([name, keys]) => (
          <li key={name}>
            <span className="key-name">{name}</span>
            <span className="key-keys">
              <kbd>{keys}</kbd>
            </span>
            <span className="key-buttons" />
          </li>
        ))}
      </ul>
    </>
  )
}

/** Takes the next press. Keys that mean something already ask before they are taken from there. */
function KeyField(props: {
  command: BoundCommand
  settings: Settings
  onDone: (patch: Settings['shortcuts'] | null) => void
}): ReactElement {
  const { command, settings, onDone } = props
  const { text } = useLanguage()
  const [pressed, setPressed] = useState<string | null>(null)
  const own = settings.shortcuts
  const conflict = pressed === null ? null : conflictOf(command, pressed, own)
  const note =
    pressed === null
      ? ''
      : !isFree(pressed)
        ? text.shortcutTaken(shownKeys(pressed))
        : conflict === null
          ? ''
          : text.shortcutConflict(shownKeys(pressed), nameOf(conflict, text))
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Tab') return
    event.preventDefault()
    event.stopPropagation()
    if (event.key === 'Escape') return onDone(null)
    if (event.key === 'Enter' && pressed !== null && conflict !== null && isFree(pressed)) {
      return onDone({ [command]: pressed, [conflict]: null })
    }
    const keys = combinationOf(event.nativeEvent)
    if (keys === null) return
    if (isFree(keys) && conflictOf(command, keys, own) === null) return onDone({ [command]: keys })
    setPressed(keys)
  }
  return (
    <>
      <input
        className="field key-field"
        aria-label={text.shortcutChange(nameOf(command, text))}
        value={pressed === null ? text.shortcutPress : shownKeys(pressed)}
        readOnly
        autoFocus
        onKeyDown={onKeyDown}
        onBlur={() => onDone(null)}
      />
      <span className="key-note" role="status">
        {note}
      </span>
    </>
  )
}
