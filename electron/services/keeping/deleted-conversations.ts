// Deletion with a way back. A deleted conversation stays whole, out of sight, for `undoMs`; then it is removed for good,
// by a timer while Roost runs and at its next start otherwise.
import type { Deletion } from '../../contract/keeping.ts'
import type { Emit } from '../../contract/events.ts'
import type { Clock } from '../../platform/clock.ts'
import { errorFields } from '../../platform/log.ts'
import type { Logger } from '../../platform/log.ts'
import type { Storage } from '../../storage/storage.ts'

export const undoMs = 30_000
/** After the time is over for the person: a click in the last moment still finds everything there. */
const graceMs = 3_000

export interface DeletionParts {
  readonly storage: Storage
  /** See ChatService.quietly. */
  readonly quietly: <T>(conversations: readonly string[], work: () => Promise<T>) => Promise<T>
  readonly emit: Emit
  readonly clock: Clock
  readonly log: Logger
}

export class DeletedConversations {
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
      if ((await storage.read.deletedBatches()).length > 0) this.#purgeLater()
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
        // A clock that went back gives no more time than a new deletion has.
        remainingMs: Math.min(undoMs, deletedAt + undoMs - now),
      }))
      .filter(({ remainingMs }) => remainingMs > 0)
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
      log.info('deleted conversations removed for good', { count })
      if ((await storage.read.deletedBatches()).length > 0) this.#purgeLater()
    } catch (error) {
      log.warn('deleted conversations were not removed', errorFields(error))
      this.#purgeLater()
    }
  }
}
