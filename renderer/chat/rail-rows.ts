// The rail as one list of rows of known heights, so that only those in view need to be in the page: pinned chats, folders
// with what lies in them, then the rest by day.
import type { ConversationSummary } from '../../electron/contract/entities.ts'
import type { Folder } from '../../electron/contract/keeping.ts'
import { groupConversations } from './conversation-groups.ts'
import type { Group } from './conversation-groups.ts'

export type RailRow =
  | { readonly kind: 'group'; readonly key: string; readonly group: Group }
  | { readonly kind: 'folder'; readonly key: string; readonly folder: Folder; readonly count: number }
  | {
      readonly kind: 'chat'
      readonly key: string
      readonly conversation: ConversationSummary
      readonly inside: boolean
    }

/** The style sheet says the same heights. */
export const ROW_HEIGHTS = { group: 34, folder: 34, chat: 34 } as const

export interface RailContents {
  readonly conversations: readonly ConversationSummary[]
  readonly folders: readonly Folder[]
  /** Only these are listed, and of the folders those that hold one. */
  readonly tag: string | null
  readonly now: number
  /** Compares names as the language of the window does. */
  readonly compare: (a: string, b: string) => number
}

/** A pinned chat stands above, also when it lies in a folder. */
export function railRows({ conversations, folders, tag, now, compare }: RailContents): RailRow[] {
  const listed = tag === null ? conversations : conversations.filter(({ tags }) => tags.includes(tag))
  const known = new Set(folders.map(({ id }) => id))
  const filed = new Map<string, ConversationSummary[]>()
  const loose: ConversationSummary[] = []
  for (const conversation of listed) {
    const { folder, pinned } = conversation
    if (pinned || folder === null || !known.has(folder)) {
      loose.push(conversation)
      continue
    }
    const list = filed.get(folder)
    if (list === undefined) filed.set(folder, [conversation])
    else list.push(conversation)
  }
  const groups = groupConversations(loose, now)
  const rowsOf = (group: Group): RailRow[] => [
    { kind: 'group', key: `group ${group.key}`, group },
    ...group.conversations.map((conversation) => chatRow(conversation, false)),
  ]
  const folderRows = [...folders]
    .sort((a, b) => compare(a.name, b.name))
    .flatMap((folder): RailRow[] => {
      const inside = (filed.get(folder.id) ?? []).sort((a, b) => b.updatedAt - a.updatedAt)
      if (tag !== null && inside.length === 0) return []
      return [
        { kind: 'folder', key: `folder ${folder.id}`, folder, count: inside.length },
        ...(folder.open ? inside.map((conversation) => chatRow(conversation, true)) : []),
      ]
    })
  return [
    ...groups.filter(({ key }) => key === 'pinned').flatMap(rowsOf),
    ...folderRows,
    ...groups.filter(({ key }) => key !== 'pinned').flatMap(rowsOf),
  ]
}

function chatRow(conversation: ConversationSummary, inside: boolean): RailRow {
  return { kind: 'chat', key: conversation.id, conversation, inside }
}

/** Every tag in use, most used first. */
export function tagsOf(conversations: readonly ConversationSummary[]): string[] {
  const counts = new Map<string, number>()
  for (const { tags } of conversations) for (const tag of tags) counts.set(tag, (counts.get(tag) ?? 0) + 1)
  return [...counts].sort(([a, m], [b, n]) => n - m || a.localeCompare(b)).map(([tag]) => tag)
}

/** The chats from one to another, as they are listed. */
export function rangeOf(rows: readonly RailRow[], from: string, to: string): string[] {
  const chats = rows.flatMap((row) => (row.kind === 'chat' ? [row.conversation.id] : []))
  const a = chats.indexOf(from)
  const b = chats.indexOf(to)
  if (a < 0 || b < 0) return [to]
  return chats.slice(Math.min(a, b), Math.max(a, b) + 1)
}
