// The part of Storage that is about memory: parameters, queues, states that are kept, personas, presets, tuned states.
// The promises are those of storage.ts.
import type { Conversation, ConversationSummary, Message } from '../contract/entities.ts'
import type { ConversationSources } from '../contract/evidence.ts'
import type { Example, Parameters, Preset, QueuedMessage } from '../contract/memory.ts'
import type { KeptEvidence } from './evidence-storage.ts'
import type { TurnTokens } from './turn-tokens.ts'

export interface SnapshotUsage {
  readonly count: number
  readonly bytes: number
}

export interface ConversationStates {
  /** Parents before children. */
  readonly kept: readonly {
    readonly message: string
    readonly fingerprint: string
    readonly system: string
    readonly bytes: number
    readonly createdAt: number
  }[]
  readonly turns: readonly { readonly message: string; readonly tokens: number; readonly tokenizer: string }[]
}

export interface RestingLeaf {
  readonly conversation: string
  readonly answer: string
  readonly kept: readonly { readonly fingerprint: string; readonly system: string }[]
}

export interface KeptSnapshot {
  readonly message: string
  readonly fingerprint: string
  readonly system: string
  /** Given away: the buffer is transferred. */
  readonly bytes: Uint8Array
  readonly now: number
}

export interface StoredPersona {
  readonly id: string
  readonly name: string
  readonly systemPrompt: string
  readonly examples: Example[]
  readonly sampling: Preset['sampling']
}

export interface OpeningStateFacts {
  readonly persona: string
  readonly fingerprint: string
  readonly system: string
  readonly tokens: number
  readonly bytes: number
}

export interface NewOpeningState extends Omit<OpeningStateFacts, 'bytes'> {
  /** Given away. */
  readonly bytes: Uint8Array
  readonly now: number
}

export interface StoredTunedState {
  readonly id: string
  readonly name: string
  readonly fingerprint: string
  readonly layers: number
  readonly heads: number
  readonly headSize: number
  readonly bytes: number
}

export interface ForgottenTurn {
  readonly conversation: Conversation
  /** The question and its answers. */
  readonly messages: readonly string[]
  /** Answers whose states had seen them. */
  readonly states: readonly string[]
}

/** A message of a portable file, with everything that is kept of it. */
export interface PortableMessage extends Pick<
  Message,
  'id' | 'parent' | 'role' | 'text' | 'createdAt' | 'model' | 'figures'
> {
  readonly state: Message['state']
  readonly tokens: TurnTokens | null
  /** Of an answer that rests on documents. */
  readonly evidence?: KeptEvidence | null
}

export interface PortableConversation {
  readonly id: string
  readonly title: string
  readonly systemPrompt: string
  readonly parameters: Parameters
  readonly activeLeaf: string | null
  readonly createdAt: number
  /** Parents before children. */
  readonly messages: readonly PortableMessage[]
  /** Of a conversation that comes in: what it may look into. */
  readonly sources?: ConversationSources
}

export interface MemoryReader {
  parameters(conversation: string): Promise<Parameters>
  queue(conversation: string): Promise<QueuedMessage[]>
  conversationStates(conversation: string): Promise<ConversationStates>
  /** Where conversations rest, newest first, as far as the policy reads them again by itself. */
  restingLeaves(budgetBytes: number, stateBytes: number): Promise<RestingLeaf[]>
  snapshotUsage(): Promise<SnapshotUsage>
  snapshotBytes(message: string, fingerprint: string): Promise<{ readonly bytes: Uint8Array } | null>
  personas(): Promise<StoredPersona[]>
  openingStates(): Promise<OpeningStateFacts[]>
  /** The state behind this opening, whichever persona it was read for. */
  openingState(
    fingerprint: string,
    system: string,
  ): Promise<{ readonly tokens: number; readonly bytes: Uint8Array } | null>
  presets(): Promise<Preset[]>
  tunedStates(): Promise<StoredTunedState[]>
  /** null: no such conversation. */
  portableConversation(conversation: string): Promise<PortableConversation | null>
}

export interface MemoryWriter {
  setParameters(conversation: string, parameters: Parameters): Promise<ConversationSummary>
  /** At the end. The same id again changes nothing. */
  queueMessage(conversation: string, message: QueuedMessage, now: number): Promise<QueuedMessage[]>
  editQueued(conversation: string, message: QueuedMessage): Promise<QueuedMessage[]>
  removeQueued(conversation: string, id: string): Promise<QueuedMessage[]>
  /** A state that was read again. Returns the messages whose states were dropped to keep the budget. */
  keepSnapshot(snapshot: KeptSnapshot, budgetBytes: number): Promise<string[]>
  /** All but the leaves; of one conversation, or of all. Returns what was freed. */
  freeSnapshots(conversation: string | null): Promise<SnapshotUsage>
  putPersona(persona: StoredPersona, now: number): Promise<void>
  deletePersona(id: string): Promise<void>
  putOpeningState(state: NewOpeningState): Promise<void>
  /** Of a persona whose text changed. */
  dropOpeningStates(persona: string): Promise<void>
  putPreset(preset: Preset): Promise<void>
  deletePreset(id: string): Promise<void>
  putTunedState(state: StoredTunedState, now: number): Promise<void>
  deleteTunedState(id: string): Promise<void>
  /**
   * Takes a whole turn out of the tree: the question of `message` and all its answers. What followed the answers follows
   * what was before; every state that had seen the turn is dropped, and what it held is overwritten in the file.
   * `retitle`: the title, where it is still `from`, becomes `to`.
   */
  forgetTurn(
    conversation: string,
    message: string,
    retitle: { readonly from: string; readonly to: string },
  ): Promise<ForgottenTurn>
  /** A further branch; parents before children, every id new. `leaf` is shown afterwards. One transaction. */
  graftBranch(
    conversation: string,
    messages: readonly PortableMessage[],
    leaf: string,
    now: number,
  ): Promise<Conversation>
  /** One transaction; every id must be new. */
  importPortable(conversation: PortableConversation, now: number): Promise<ConversationSummary>
}
