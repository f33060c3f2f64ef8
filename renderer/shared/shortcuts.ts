// The keys of the window, once: the handler and what is shown beside a command come from the same table.
export const isMac = typeof navigator !== 'undefined' && /mac/i.test(navigator.userAgent)

export type Command = 'newChat' | 'palette' | 'sidebar' | 'settings' | 'stop'

/** "⌘B" or "Ctrl+B". */
export function keyLabel(key: string): string {
  return isMac ? `⌘${key}` : `Ctrl+${key}`
}

export interface KeyPress {
  readonly key: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly shiftKey: boolean
  readonly altKey: boolean
  readonly isComposing: boolean
}

/** Which command a key press asks for; null for none. Nothing is taken while an input method composes. */
export function commandOf(event: KeyPress, mac = isMac): Command | null {
  if (event.isComposing || event.altKey) return null
  const main = mac ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey
  const key = event.key.toLowerCase()
  if (key === 'escape' && !event.ctrlKey && !event.metaKey && !event.shiftKey) return 'stop'
  if (!main) return null
  // A browser keeps Ctrl+N to itself; the same with Shift+O works everywhere.
  if ((key === 'n' && !event.shiftKey) || (key === 'o' && event.shiftKey)) return 'newChat'
  if (event.shiftKey) return null
  if (key === 'k') return 'palette'
  if (key === 'b') return 'sidebar'
  if (key === ',') return 'settings'
  return null
}
