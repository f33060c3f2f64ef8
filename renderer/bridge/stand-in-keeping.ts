// The scripted host's answers about order: folders, tags, deletion with a way back, search. Never part of the application.
import type { CallName, Input, Output } from '../../electron/contract/calls.ts'
import type { Conversation } from '../../electron/contract/entities.ts'
import { RoostError } from '../../electron/contract/errors.ts'
import type { Emit } from '../../electron/contract/events.ts'
import type { Folder, SearchResults } from '../../electron/contract/keeping.ts'

type Answers<N extends CallName> = { [K in N]: (input: Input<K>) => Output<K> | Promise<Output<K>> }

export interface StandInConversations {
  readonly all: Map<string, Conversation>
  change(id: string, patch: Partial<Conversation>): Conversation
  readonly emit: Emit
}

export function standInKeeping(
  host: StandInConversations,
  folders: Folder[],
): Answers<
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
  | 'search.run'
> {
  const deleted = new Map<string, Conversation>()
  const remove = (ids: readonly string[]): string[] =>
    ids.filter((id) => {
      const found = host.all.get(id)
      if (found === undefined) return false
      deleted.set(id, found)
      host.all.delete(id)
      host.emit('conversation.deleted', { conversation: id })
      return true
    })
  const tell = (): void => host.emit('folders.changed', { folders: [...folders] })
  return {
    'folders.list': () => [...folders],
    'folders.create': ({ folder, name }) => {
      const made = { id: folder, name, open: true }
      folders.push(made)
      tell()
      return made
    },
    'folders.change': ({ folder, name, open }) => {
      const index = folders.findIndex(({ id }) => id === folder)
      const known = folders[index]
      if (known === undefined) throw new RoostError('not_found')
      const changed = { ...known, name: name ?? known.name, open: open ?? known.open }
      folders[index] = changed
      tell()
      return changed
    },
    'folders.delete': ({ folder }) => {
      folders.splice(0, folders.length, ...folders.filter(({ id }) => id !== folder))
      for (const one of host.all.values()) if (one.folder === folder) host.change(one.id, { folder: null })
      tell()
    },
    'conversations.organise': ({ conversations, pinned, folder, addTags = [], removeTags = [] }) => {
      for (const id of conversations) {
        const known = host.all.get(id)
        if (known === undefined) continue
        const tags = [...new Set([...known.tags, ...addTags])].filter((tag) => !removeTags.includes(tag))
        host.change(id, {
          tags: tags.sort(),
          ...(pinned === undefined ? {} : { pinned }),
          ...(folder === undefined ? {} : { folder }),
        })
      }
    },
    'conversations.delete': ({ conversation }) => void remove([conversation]),
    'conversations.deleteMany': ({ conversations }) => ({
      conversations: remove(conversations),
      remainingMs: 30_000,
    }),
    'conversations.restore': ({ conversations }) => {
      for (const id of conversations) {
        const known = deleted.get(id)
        if (known === undefined) continue
        host.all.set(id, known)
        host.change(id, {})
      }
    },
    'conversations.undoable': () => [],
    'conversations.markRead': ({ conversation }) => {
      if (host.all.get(conversation)?.unread === true) host.change(conversation, { unread: false })
    },
    'search.run': ({ query }) => found([...host.all.values()], query.toLowerCase()),
  }
}

function found(conversations: readonly Conversation[], word: string): SearchResults {
  const markOf = (text: string): [number, number][] => {
    const at = text.toLowerCase().indexOf(word)
    return at < 0 ? [] : [[at, at + word.length]]
  }
  return {
    titles: conversations
      .filter(({ title }) => markOf(title).length > 0)
      .map(({ id, title }) => ({ conversation: id, title: { text: title, marks: markOf(title) } })),
    messages: conversations.flatMap((one) =>
      one.messages
        .filter(({ text }) => markOf(text).length > 0)
        .slice(-50)
        .map(({ id, role, text, createdAt }) => {
          const from = Math.max(0, (markOf(text)[0]?.[0] ?? 0) - 40)
          const piece = text.slice(from, from + 160).replaceAll(/\s/g, ' ')
          return {
            conversation: one.id,
            title: one.title,
            message: id,
            role,
            createdAt,
            snippet: { text: piece, marks: markOf(piece) },
          }
        }),
    ),
    more: false,
  }
}
