// The tree of a conversation as the panel lists it: one row per turn, in the order of reading, stepped in only where the
// ways part. A chat without branches is a plain list, however long it is.
import { childrenOf, pathOf } from './message-tree.ts'
import type { Tree } from './message-tree.ts'

export interface BranchRow {
  /** The answer of the turn; of a question without answers, the question. */
  readonly id: string
  readonly question: string
  readonly answer: string
  /** How many times the ways have parted above. */
  readonly depth: number
  /** On the path that is shown. */
  readonly shown: boolean
  readonly isLeaf: boolean
}

interface Turn {
  readonly question: string
  readonly answer: string | null
}

const WORDS = 90

function beginning(text: string): string {
  return text
    .slice(0, WORDS * 2)
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, WORDS)
}

/** Parents before children; each version is followed at once by what came after it. */
export function branchRows(tree: Tree): BranchRow[] {
  const shown = new Set(pathOf(tree))
  const rows: BranchRow[] = []
  // Turns still to be listed, the next one last. A stack of one's own: a chat may be deeper than functions can be.
  const open: (Turn & { depth: number })[] = []
  const follow = (questions: readonly string[], depth: number): void => {
    const turns = questions.flatMap((question): Turn[] => {
      const answers = childrenOf(tree, question)
      return answers.length === 0
        ? [{ question, answer: null }]
        : answers.map((answer) => ({ question, answer }))
    })
    const inner = turns.length > 1 ? depth + 1 : depth
    for (const turn of turns.toReversed()) open.push({ ...turn, depth: inner })
  }
  const roots = tree.order.filter((id) => tree.byId[id]?.parent === null)
  follow(roots, 0)
  for (let turn = open.pop(); turn !== undefined; turn = open.pop()) {
    const { question, answer, depth } = turn
    const id = answer ?? question
    const replies = answer === null ? [] : childrenOf(tree, answer)
    rows.push({
      id,
      question: beginning(tree.byId[question]?.text ?? ''),
      answer: answer === null ? '' : beginning(tree.byId[answer]?.text ?? ''),
      depth,
      shown: shown.has(id),
      isLeaf: replies.length === 0,
    })
    follow(replies, depth)
  }
  return rows
}
