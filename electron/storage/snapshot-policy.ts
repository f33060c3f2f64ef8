// The policy of kept states, all of it: what is written when, what goes when room is short, what is read again by itself.
// Only decisions; snapshots.ts asks here and does it, services/chat/background-reader.ts does the reading.
//
// What always holds:
//   1. The transcript is the truth. No decision here touches a message or its tokens; without any state every
//      conversation opens, reads and goes on.
//   2. Writing is incremental. A state is written once, with the row of the answer that it stands behind and in the same
//      transaction. Nothing is written at quitting, and no state is written a second time.
//   3. After every transaction the states of conversations fit the budget; only the very newest one stays even if it alone
//      is larger. States of personas and of documents that were read whole are few and chosen by a person: they
//      count as used space, and are never dropped.
//   4. What goes first, when room is short:
//        rest     oldest first
//        branch   states that more than one way goes on from, and newest leaves of a model that the conversation was not
//                 spoken to last; oldest first
//        leaf     where a conversation goes on: behind its newest answer and behind the one that is shown; the
//                 conversation that was longest without a turn first
//      Of `rest`, a little more than needed goes at once, so that a full budget is not tidied after every single answer.
//   5. Reading again by itself never costs a state that is worth more: it is done for leaves only, newest conversation
//      first, for as many as half of the budget holds; an idle machine does not fill the disk. A person who types or sends
//      interrupts it at once; it goes on where it was.
//   6. A state is never trusted because it is here: fingerprint, checksum and count of tokens decide when it is used. A bad
//      one is dropped, with a note, and the conversation is read again.

export type Worth = 'rest' | 'branch' | 'leaf'

/** What is known of a state without reading it. */
export interface SnapshotFacts {
  readonly sequence: number
  readonly bytes: number
  /** Grows with every turn of any conversation; of the state's conversation. */
  readonly activity: number
  /** The newest state of its conversation for its model, or behind the message that is shown. */
  readonly isLeaf: boolean
  /** Of the model that its conversation was spoken to last. */
  readonly ofLastModel: boolean
  /** Questions that follow, and answers to them: more than one way on. */
  readonly waysOn: number
}

export function worthOf(facts: SnapshotFacts): Worth {
  if (facts.isLeaf) return facts.ofLastModel ? 'leaf' : 'branch'
  return facts.waysOn > 1 ? 'branch' : 'rest'
}

const rank: Readonly<Record<Worth, number>> = { rest: 0, branch: 1, leaf: 2 }

/** Of the budget; only `rest` goes beyond what is needed. */
const slack = 1 / 32

/**
 * Sequences of what goes, in order, so that no more than `budgetBytes` stay. `usedBytes` counts everything that takes
 * room, also what may not go.
 */
export function toDrop(all: readonly SnapshotFacts[], usedBytes: number, budgetBytes: number): number[] {
  const excess = usedBytes - budgetBytes
  if (excess <= 0) return []
  const newest = all.reduce((most, { sequence }) => Math.max(most, sequence), 0)
  const inOrder = all
    .filter(({ sequence }) => sequence !== newest)
    .map((facts) => ({ facts, worth: worthOf(facts) }))
    .sort((a, b) => rank[a.worth] - rank[b.worth] || ageOf(a.facts, a.worth) - ageOf(b.facts, b.worth))
  const dropped: number[] = []
  let freed = 0
  for (const { facts, worth } of inOrder) {
    if (freed >= excess + (worth === 'rest' ? budgetBytes * slack : 0)) break
    dropped.push(facts.sequence)
    freed += facts.bytes
  }
  return dropped
}

function ageOf(facts: SnapshotFacts, worth: Worth): number {
  return worth === 'leaf' ? facts.activity : facts.sequence
}

/** What a person may drop at will: everything but the leaves, which would have to be read again at the next word. */
export function toFree(all: readonly SnapshotFacts[]): number[] {
  return all.filter((facts) => worthOf(facts) !== 'leaf').map(({ sequence }) => sequence)
}

/** For how many conversations a state is read again by itself. */
export function rebuildLimit(budgetBytes: number, stateBytes: number): number {
  const most = 32
  return Math.max(1, Math.min(most, Math.floor(budgetBytes / 2 / Math.max(1, stateBytes))))
}
