// Some things are done to a chat before its first message: the chat then comes into being with them.
import type { AppState, Tools } from './app-state.ts'
import { emptyTree } from './message-tree.ts'

/** The open conversation, or one that is opened now, with the draft of the new chat. */
export function openChat(
  set: (change: (state: AppState) => Partial<AppState>) => void,
  get: () => AppState,
  tools: Pick<Tools, 'newId'>,
): string {
  const open = get().conversation
  if (open !== null) return open
  const made = tools.newId()
  const draft = get().drafts[''] ?? ''
  set((state) => ({
    conversation: made,
    trees: { ...state.trees, [made]: emptyTree(made) },
    drafts: { ...state.drafts, [made]: draft, '': '' },
  }))
  return made
}
