// M20: the window does not grow with every chat that is looked at. Would catch: chats that are never let go, the open one or
// one that is being written let go, the newest let go before the oldest.
import { describe, expect, it } from 'vitest'
import type { Message } from '../../electron/contract/entities.ts'
import { withOpenedTree } from './kept-trees.ts'
import { emptyTree, withMessages } from './message-tree.ts'
import type { Tree } from './message-tree.ts'
import { OWN_REVISION } from './own-message.ts'

const row = (conversation: string, index: number, extra: Partial<Message> = {}): Message => ({
  id: `${conversation}${index}`,
  conversation,
  parent: index === 0 ? null : `${conversation}${index - 1}`,
  role: index % 2 === 0 ? 'user' : 'assistant',
  text: 'x',
  state: 'complete',
  createdAt: 0,
  revision: 1,
  model: null,
  figures: null,
  error: null,
  resumable: false,
  ...extra,
})
const chat = (id: string, messages: number, last: Partial<Message> = {}): Tree =>
  withMessages(
    emptyTree(id),
    Array.from({ length: messages }, (_, index) => row(id, index, index === messages - 1 ? last : {})),
  )
const open = (list: readonly Tree[], most: number, shown: string | null = null): string[] => {
  let trees: Readonly<Record<string, Tree>> = {}
  for (const tree of list) trees = withOpenedTree(trees, tree, shown ?? tree.conversation, most)
  return Object.keys(trees)
}

describe('M20: opened chats in the window', () => {
  it('after any number of chats those opened last are left, within the budget', () => {
    const names = Array.from({ length: 200 }, (_, index) => `chat-${index}`)
    expect(
      open(
        names.map((name) => chat(name, 10)),
        30,
      ),
    ).toEqual(names.slice(-4))
  })

  it('a chat that is opened again counts as new', () => {
    const list = [chat('a', 10), chat('b', 10), chat('a', 10), chat('c', 10)]
    expect(open(list, 10)).toEqual(['a', 'c'])
  })

  it('the open chat stays, and so does one that is written or not known to the host yet', () => {
    const list = [
      chat('shown', 50),
      chat('writing', 50, { state: 'generating' }),
      chat('own', 50, { revision: OWN_REVISION }),
      chat('idle', 50),
      chat('last', 2),
    ]
    expect(open(list, 10, 'shown')).toEqual(['shown', 'writing', 'own', 'last'])
  })
})
