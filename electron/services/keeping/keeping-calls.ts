// Calls about the order of conversations: folders, tags, many at once, deletion with a way back, search.
import type { Handlers } from '../../contract/calls.ts'
import type { ConversationSummary } from '../../contract/entities.ts'
import type { Emit } from '../../contract/events.ts'
import type { Clock } from '../../platform/clock.ts'
import { errorFields } from '../../platform/log.ts'
import type { Logger } from '../../platform/log.ts'
import type { Storage } from '../../storage/storage.ts'
import type { Deletions } from './deletions.ts'

type KeepingCalls = Pick<
  Handlers,
  | 'folders.list'
  | 'folders.create'
  | 'folders.change'
  | 'folders.delete'
  | 'conversations.organise'
  | 'conversations.delete'
  | 'conversations.deleteMany'
  | 'conversations.restore'
  | 'conversations.undoable'
  | 'conversations.markRead'
  | 'messages.delete'
  | 'messages.restore'
  | 'messages.undoable'
  | 'search.run'
>

export function keepingCalls(parts: {
  readonly storage: Storage
  readonly deletions: Deletions
  readonly emit: Emit
  readonly clock: Clock
  readonly log: Logger
}): KeepingCalls {
  const { storage, deletions, emit } = parts
  const tell = (conversations: readonly ConversationSummary[]): void => {
    for (const conversation of conversations) emit('conversation.changed', { conversation })
  }
  const tellFolders = async (): Promise<void> => {
    emit('folders.changed', { folders: await storage.read.listFolders() })
  }
  const summaries = async (ids: readonly string[]): Promise<ConversationSummary[]> => {
    const wanted = new Set(ids)
    return (await storage.read.listConversations()).filter(({ id }) => wanted.has(id))
  }
  return {
    'folders.list': () => storage.read.listFolders(),
    'folders.create': async ({ folder, name }) => {
      const made = await storage.write.createFolder(folder, name)
      await tellFolders()
      return made
    },
    'folders.change': async ({ folder, ...change }) => {
      const changed = await storage.write.changeFolder(folder, change)
      await tellFolders()
      return changed
    },
    'folders.delete': async ({ folder }) => {
      tell(await summaries(await storage.write.deleteFolder(folder)))
      await tellFolders()
    },
    'conversations.organise': async (change) => tell(await storage.write.organise(change)),
    'conversations.delete': async ({ conversation }) => {
      await deletions.delete([conversation])
    },
    'conversations.deleteMany': ({ conversations }) => deletions.delete(conversations),
    'conversations.restore': async ({ conversations }) =>
      tell(await storage.write.restoreConversations(conversations)),
    'conversations.undoable': () => deletions.undoable(),
    'messages.delete': (input) => deletions.deleteMessages(input),
    'messages.restore': (input) => deletions.restoreMessages(input),
    'messages.undoable': () => deletions.undoableMessages(),
    'conversations.markRead': async ({ conversation }) => {
      const changed = await storage.write.markRead(conversation)
      if (changed !== null) tell([changed])
    },
    'search.run': async (query) => {
      const { indexDamaged, ...results } = await storage.read.searchMessages(query)
      if (indexDamaged) {
        storage.write.rebuildSearchIndex().catch((error: unknown) => {
          parts.log.error('search index was not rebuilt', errorFields(error))
        })
      }
      return results
    },
  }
}
