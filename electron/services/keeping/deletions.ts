// Deletion with a way back. A deleted conversation, and a deleted message with what was below it, stays whole, out of sight,
// for LIMITS.undoMs; then it is removed for good, by a timer while Roost runs and at its next start otherwise.
import type { Conversation } from '../../contract/entities.ts'
import type { DeletedBranch, Deletion, MessageDeletion } from '../../contract/keeping.ts'
import { LIMITS } from '../../contract/limits.ts'
import type { Emit } from '../../contract/events.ts'
import type { Clock } from '../../platform/clock.ts'
import { errorFields } from '../../platform/log.ts'
import type { Logger } from '../../platform/log.ts'
import type { DeletedMessages } from '../../storage/keeping-types.ts'
import type { Storage } from '../../storage/storage.ts'

const { undoMs } = LIMITS
/** After the time is over for the person: a click in the last moment still finds everything there. */
const graceMs = 3_000

interface MessageInput {
  readonly conversation: string
  readonly message: string
}

export interface DeletionParts {
  readonly storage: Storage
  /** See ChatService.quietly. */
  readonly quietly: <T>(conversations: readonly string[], work: () => Promise<T>) => Promise<T>
  /** Those of ChatService. */
  readonly deleteMessages: (input: MessageInput) => Promise<DeletedMessages>
  readonly restoreMessages: (input: MessageInput) => Promise<Conversation>
  readonly emit: Emit
  readonly clock: Clock
  readonly log: Logger
}

export class Deletions {
  readonly #parts: DeletionParts
  #timer: NodeJS.Timeout | undefined

  constructor(parts: DeletionParts) {
    this.#parts = parts
  }

  /** What was left of the last run: imports that never ended, deletions whose time is over. */
  async begin(): Promise<void> {
    const { storage, clock, log } = this.#parts
    try {
      await storage.write.purge(clock.now() - undoMs - graceMs, true)
      if (await this.#anyLeft()) this.#purgeLater()
    } catch (error) {
      log.warn('deleted conversations were not removed', errorFields(error))
    }
  }

  end(): void {
    clearTimeout(this.#timer)
  }

  delete(conversations: readonly string[]): Promise<Deletion> {
    const { storage, quietly, emit, clock } = this.#parts
    return quietly(conversations, async () => {
      const marked = await storage.write.deleteConversations(conversations, clock.now())
      for (const conversation of marked.conversations) emit('conversation.deleted', { conversation })
      if (marked.undoable) this.#purgeLater()
      return { conversations: marked.conversations, remainingMs: marked.undoable ? undoMs : 0 }
    })
  }

  async undoable(): Promise<Deletion[]> {
    const { storage, clock } = this.#parts
    const now = clock.now()
    return (await storage.read.deletedBatches())
      .map(({ conversations, deletedAt }) => ({
        conversations: [...conversations],
        remainingMs: remaining(deletedAt, now),
      }))
      .filter(({ remainingMs }) => remainingMs > 0)
  }

  async deleteMessages(input: MessageInput): Promise<MessageDeletion> {
    const { conversation, deleted, undoable } = await this.#parts.deleteMessages(input)
    if (undoable) this.#purgeLater()
    return { conversation, messages: deleted.length, remainingMs: undoable ? undoMs : 0 }
  }

  /** Errors: not_found. */
  restoreMessages(input: MessageInput): Promise<Conversation> {
    return this.#parts.restoreMessages(input)
  }

  async undoableMessages(): Promise<DeletedBranch[]> {
    const { storage, clock } = this.#parts
    const now = clock.now()
    return (await storage.read.deletedBranches())
      .map(({ deletedAt, ...branch }) => ({ ...branch, remainingMs: remaining(deletedAt, now) }))
      .filter(({ remainingMs }) => remainingMs > 0)
  }

  async #anyLeft(): Promise<boolean> {
    const { read } = this.#parts.storage
    return (await read.deletedBatches()).length > 0 || (await read.deletedBranches()).length > 0
  }

  /** One timer for all: it comes again while anything is left. */
  #purgeLater(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#purge(), undoMs + graceMs)
    this.#timer.unref()
  }

  async #purge(): Promise<void> {
    const { storage, clock, log } = this.#parts
    try {
      const count = await storage.write.purge(clock.now() - undoMs, false)
      log.info('removed for good', { count })
      if (await this.#anyLeft()) this.#purgeLater()
    } catch (error) {
      log.warn('deleted conversations were not removed', errorFields(error))
      this.#purgeLater()
    }
  }
}

/** A clock that went back gives no more time than a new deletion has. */
function remaining(deletedAt: number, now: number): number {
  return Math.min(undoMs, deletedAt + undoMs - now)
}
