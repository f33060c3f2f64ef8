// How many tokens would have to be read again before the model could go on behind an answer.
import type { ConversationMemory } from '../../electron/contract/memory.ts'
import type { Tree } from './message-tree.ts'

/** 0: a state is kept there. The answers above count up to the nearest one that has a state. */
export function readingCost(
  tree: Tree,
  memory: ConversationMemory,
  ready: ReadonlySet<string>,
  message: string,
): number {
  let cost = 0
  for (let at: string | null = message; at !== null; at = tree.byId[at]?.parent ?? null) {
    if (ready.has(at)) return cost
    cost += memory.turnTokens[at] ?? 0
  }
  return cost
}
