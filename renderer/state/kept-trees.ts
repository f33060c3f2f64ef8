// Which opened conversations stay in the window: a person who leafs through hundreds of chats must not fill it with them.
// What goes is fetched again when its chat is opened.
import { runningAnswer } from './message-tree.ts'
import type { Tree } from './message-tree.ts'
import { OWN_REVISION } from './own-message.ts'

/** Messages of the conversations that are not looked at; some 60 MB where they are of ordinary length. */
export const KEPT_MESSAGES = 40_000

/**
 * `trees` with `tree` as the one that was opened last. Those that were opened longest ago go, until the rest hold no more than
 * `most` messages; never the open one, one with a running answer, or one with rows that the host does not know yet.
 */
export function withOpenedTree(
  trees: Readonly<Record<string, Tree>>,
  tree: Tree,
  open: string | null,
  most: number = KEPT_MESSAGES,
): Readonly<Record<string, Tree>> {
  // Keys of text keep the order in which they were put in.
  const others = Object.entries(trees).filter(([id]) => id !== tree.conversation)
  let messages = others.reduce((sum, [, { order }]) => sum + order.length, 0)
  const kept = others.filter(([id, other]) => {
    if (messages <= most || id === open || isBusy(other)) return true
    messages -= other.order.length
    return false
  })
  return Object.fromEntries([...kept, [tree.conversation, tree]])
}

function isBusy(tree: Tree): boolean {
  return runningAnswer(tree) !== null || tree.order.some((id) => tree.byId[id]?.revision === OWN_REVISION)
}
