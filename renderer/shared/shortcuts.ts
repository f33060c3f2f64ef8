// Keys and what they mean, once: the handler, the list in the settings and what is shown beside a command come from here.
// Keys are written "Mod+Shift+O"; Mod is Ctrl, on a Mac Command.
export const isMac = typeof navigator !== 'undefined' && /mac/i.test(navigator.userAgent)

/** The usual keys. '' : none. The first of several is shown. Stop is fixed: Esc closes and stops, everywhere. */
export const usualKeys = {
  // A browser keeps Ctrl+N to itself; the same with Shift+O works everywhere.
  newChat: ['Mod+N', 'Mod+Shift+O'],
  palette: ['Mod+K'],
  search: ['Mod+Shift+F'],
  sidebar: ['Mod+B'],
  settings: ['Mod+,'],
  nextChat: ['Alt+ArrowDown'],
  previousChat: ['Alt+ArrowUp'],
  focusMessage: ['Mod+Shift+M'],
  chooseModel: ['Mod+Shift+L'],
  regenerate: ['Mod+Shift+R'],
  copyAnswer: ['Mod+Shift+C'],
  renameChat: [],
  pinChat: [],
  tagChat: [],
  exportChat: [],
  deleteChat: ['Mod+Shift+Backspace'],
  shortcutList: ['Mod+/'],
} as const satisfies Record<string, readonly string[]>

export type BoundCommand = keyof typeof usualKeys
export const boundCommands = Object.keys(usualKeys) as BoundCommand[]

/** Command -> its own keys, or null for none; what is missing has the usual ones. */
export type OwnKeys = Readonly<Record<string, string | null | undefined>>

export function keysOf(command: BoundCommand, own: OwnKeys): readonly string[] {
  const chosen = Object.hasOwn(own, command) ? own[command] : undefined
  if (chosen === undefined) return usualKeys[command]
  return chosen === null ? [] : [chosen]
}

export interface KeyPress {
  readonly key: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly shiftKey: boolean
  readonly altKey: boolean
  readonly isComposing: boolean
  /** The key by its place; on a Mac Alt changes the letter. */
  readonly code?: string
}

/** How a press is written; null while an input method composes, and for a modifier alone. */
export function combinationOf(event: KeyPress, mac = isMac): string | null {
  if (event.isComposing || ['Control', 'Meta', 'Shift', 'Alt', 'Dead', 'Process'].includes(event.key))
    return null
  // Ctrl on a Mac and the Windows key elsewhere belong to the system.
  if (mac ? event.ctrlKey : event.metaKey) return null
  const main = mac ? event.metaKey : event.ctrlKey
  const byPlace = /^(?:Key([A-Z])|Digit(\d))$/.exec(event.code ?? '')
  const key = event.altKey && byPlace !== null ? (byPlace[1] ?? byPlace[2] ?? event.key) : event.key
  const name = key === ' ' ? 'Space' : key.length === 1 ? key.toUpperCase() : key
  const parts = [main ? 'Mod' : '', event.altKey ? 'Alt' : '', event.shiftKey ? 'Shift' : '', name]
  return parts.filter((part) => part !== '').join('+')
}

/** Which command a press asks for; null for none. */
export function commandOf(event: KeyPress, own: OwnKeys = {}, mac = isMac): BoundCommand | 'stop' | null {
  const keys = combinationOf(event, mac)
  if (keys === null) return null
  if (keys === 'Escape') return 'stop'
  return boundCommands.find((command) => keysOf(command, own).includes(keys)) ?? null
}

/** Keys that nobody may give another meaning: they edit, or belong to the system or the browser. */
const taken = new Set(
  Array.from('ACVXZYQWRTP')
    .map((letter) => `Mod+${letter}`)
    .concat(
      [
        'Mod+Shift+Z',
        'Mod+Shift+V',
        'Mod+Shift+T',
        'Mod+Shift+W',
        'Mod+Shift+N',
        'Mod+Shift+P',
        'Mod+Shift+Q',
      ],
      ['Mod+Enter', 'Mod+Tab', 'Alt+F4', 'Alt+Tab', 'Alt+Space', 'Alt+ArrowLeft', 'Alt+ArrowRight'],
      ['F5', 'F11', 'F12'],
    ),
)

/** Of the others those that type nothing: with Mod or Alt, or a function key. */
export function isFree(keys: string): boolean {
  if (taken.has(keys)) return false
  return /^(?:Mod|Alt)\+./.test(keys) || /^(?:Shift\+)?F\d+$/.test(keys)
}

/** The other command that these keys mean. */
export function conflictOf(command: BoundCommand, keys: string, own: OwnKeys): BoundCommand | null {
  return boundCommands.find((other) => other !== command && keysOf(other, own).includes(keys)) ?? null
}

const names: Readonly<Record<string, string>> = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
  Backspace: '⌫',
  Delete: 'Del',
}

/** "Ctrl+Shift+O", or "⇧⌘O" on a Mac. */
export function shownKeys(keys: string, mac = isMac): string {
  const parts = keys.split('+')
  // "Mod++" ends in the key itself.
  const name = keys.endsWith('+') ? '+' : (parts.at(-1) ?? '')
  const shown = names[name] ?? name
  const has = (part: string): boolean => parts.includes(part)
  if (mac) return `${has('Alt') ? '⌥' : ''}${has('Shift') ? '⇧' : ''}${has('Mod') ? '⌘' : ''}${shown}`
  return [has('Mod') ? 'Ctrl' : '', has('Alt') ? 'Alt' : '', has('Shift') ? 'Shift' : '', shown]
    .filter((part) => part !== '')
    .join('+')
}
