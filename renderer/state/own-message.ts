// A row that only this window knows so far.
import type { Message } from '../../electron/contract/entities.ts'
import type { Tools } from './app-state.ts'

/** Every committed revision is greater. */
export const OWN_REVISION = -1

export function ownMessage(
  tools: Pick<Tools, 'now'>,
  conversation: string,
  id: string,
  parent: string | null,
  role: Message['role'],
  text: string,
): Message {
  return {
    id,
    conversation,
    parent,
    role,
    text,
    state: role === 'user' ? 'complete' : 'generating',
    createdAt: tools.now(),
    revision: OWN_REVISION,
    model: null,
    figures: null,
    error: null,
    resumable: false,
  }
}
