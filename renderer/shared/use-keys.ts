// The keys of a command as they are to be shown now: with a person's own ones, and none while shortcuts are off.
import { useApp } from '../state/use-app.ts'
import { keysOf, shownKeys } from './shortcuts.ts'
import type { BoundCommand } from './shortcuts.ts'

export function useKeys(command: BoundCommand): string | undefined {
  return useApp((state) => {
    if (state.settings?.shortcutsOn === false) return undefined
    const first = keysOf(command, state.settings?.shortcuts ?? {})[0]
    return first === undefined ? undefined : shownKeys(first)
  })
}
