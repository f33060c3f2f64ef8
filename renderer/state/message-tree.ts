// The tree of one conversation as the window holds it, and the questions it answers: which messages are on the shown
// path, which stand beside one another. Pure functions; trees are never changed in place.
import type { Conversation, Message } from '../../electron/contract/entities.ts'
import { defaultParameters } from '../../electron/contract/default-parameters.ts'
import type { Parameters, QueuedMessage } from '../../electron/contract/memory.ts'

export interface Tree {
  readonly conversation: string
  readonly byId: Readonly<Record<string, Message>>
  /** Ids in the order of the host; siblings are shown in this order. */
  readonly order: readonly string[]
  readonly activeLeaf: string | null
  readonly systemPrompt: string
  readonly parameters: Parameters
  /** Messages that wait for an answer to end, first to go first. */
  readonly queue: readonly QueuedMessage[]
}

export function treeOf(conversation: Conversation): Tree {
  return {
    conversation: conversation.id,
    byId: Object.fromEntries(conversation.messages.map((message) => [message.id, message])),
    order: conversation.messages.map((message) => message.id),
    activeLeaf: conversation.activeLeaf,
    systemPrompt: conversation.systemPrompt,
    parameters: conversation.parameters,
    queue: conversation.queue,
  }
}

export function emptyTree(conversation: string): Tree {
  return {
    conversation,
    byId: {},
    order: [],
    activeLeaf: null,
    systemPrompt: '',
    parameters: defaultParameters,
    queue: [],
  }
}

/** Adds or replaces messages. An older revision never replaces a newer one. */
export function withMessages(tree: Tree, messages: readonly Message[]): Tree {
  const byId = { ...tree.byId }
  const added: string[] = []
  for (const message of messages) {
    const known = byId[message.id]
    if (known === undefined) added.push(message.id)
    else if (known.revision > message.revision) continue
    byId[message.id] = message
  }
  return { ...tree, byId, order: added.length > 0 ? [...tree.order, ...added] : tree.order }
}

export function withActiveLeaf(tree: Tree, activeLeaf: string | null): Tree {
  return tree.activeLeaf === activeLeaf ? tree : { ...tree, activeLeaf }
}

/** Removes a message and everything below it. The leaf moves up to the parent when it was among them. */
export function withoutMessage(tree: Tree, message: string): Tree {
  const root = tree.byId[message]
  if (root === undefined) return tree
  const gone = new Set([message])
  // Parents precede their children in `order`.
  for (const id of tree.order) {
    const parent = tree.byId[id]?.parent
    if (typeof parent === 'string' && gone.has(parent)) gone.add(id)
  }
  const order = tree.order.filter((id) => !gone.has(id))
  const byId: Record<string, Message> = {}
  for (const id of order) {
    const kept = tree.byId[id]
    if (kept) byId[id] = kept
  }
  const activeLeaf = tree.activeLeaf !== null && gone.has(tree.activeLeaf) ? root.parent : tree.activeLeaf
  return { ...tree, byId, order, activeLeaf }
}

interface Derived {
  readonly path: readonly string[]
  /** Key '' stands for the top. */
  readonly children: ReadonlyMap<string, readonly string[]>
  /** Answers that are being written, in the order of the host. */
  readonly running: readonly string[]
}

/** Derived once per tree value: nothing derivable is stored, and nothing is computed twice. */
const derivedOf = new WeakMap<Tree, Derived>()

function derive(tree: Tree): Derived {
  const known = derivedOf.get(tree)
  if (known) return known
  const children = new Map<string, string[]>()
  const running: string[] = []
  for (const id of tree.order) {
    const message = tree.byId[id]
    if (message?.state === 'generating') running.push(id)
    const parent = message?.parent ?? ''
    const list = children.get(parent)
    if (list) list.push(id)
    else children.set(parent, [id])
  }
  const path: string[] = []
  const seen = new Set<string>()
  let at = tree.activeLeaf
  while (at !== null && !seen.has(at)) {
    const message: Message | undefined = tree.byId[at]
    if (message === undefined) break
    seen.add(at)
    path.push(at)
    at = message.parent
  }
  const derived: Derived = { path: path.reverse(), children, running }
  derivedOf.set(tree, derived)
  return derived
}

/** From the first message to the active leaf. The same array as long as the tree is the same. */
export function pathOf(tree: Tree): readonly string[] {
  return derive(tree).path
}

/** The message and those beside it, in order. */
export function siblingsOf(tree: Tree, message: string): readonly string[] {
  return derive(tree).children.get(tree.byId[message]?.parent ?? '') ?? []
}

export function childrenOf(tree: Tree, message: string): readonly string[] {
  return derive(tree).children.get(message) ?? []
}

/** Down from a message, always along the newest child: where the host's selectBranch will end, too. */
export function newestLeafUnder(tree: Tree, message: string): string {
  let at = message
  for (;;) {
    const next = childrenOf(tree, at).at(-1)
    if (next === undefined) return at
    at = next
  }
}

/** The answer that is being written, if there is one; of several, the newest. */
export function runningAnswer(tree: Tree | undefined): string | null {
  return runningAnswers(tree).at(-1) ?? null
}

/** Every answer that is being written in this conversation. */
export function runningAnswers(tree: Tree | undefined): readonly string[] {
  return tree === undefined ? NONE : derive(tree).running
}

const NONE: readonly string[] = []
