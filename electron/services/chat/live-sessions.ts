// States that are still in memory, by the answer they stand behind. Taking one takes it out: it is about to move on.
import type { EngineSession } from '../../engine/engine.ts'
import type { Logger } from '../../platform/log.ts'
import { errorFields } from '../../platform/log.ts'

interface LiveSession {
  readonly session: EngineSession
  readonly system: string
}

export class LiveSessions {
  readonly #limit: number
  readonly #log: Logger
  /** Oldest first. */
  readonly #sessions = new Map<string, LiveSession>()

  constructor(limit: number, log: Logger) {
    this.#limit = limit
    this.#log = log
  }

  take(answer: string, system: string): EngineSession | null {
    const live = this.#sessions.get(answer)
    if (live?.system !== system) return null
    this.#sessions.delete(answer)
    return live.session
  }

  put(answer: string, session: EngineSession, system: string): void {
    this.drop([answer])
    this.#sessions.set(answer, { session, system })
    const oldest = this.#sessions.keys().next()
    if (this.#sessions.size > this.#limit && oldest.done !== true) this.drop([oldest.value])
  }

  drop(answers: readonly string[]): void {
    for (const answer of answers) {
      const live = this.#sessions.get(answer)
      this.#sessions.delete(answer)
      if (live !== undefined) void closeQuietly(live.session, this.#log)
    }
  }

  async clear(): Promise<void> {
    const all = [...this.#sessions.values()]
    this.#sessions.clear()
    await Promise.all(all.map(({ session }) => closeQuietly(session, this.#log)))
  }
}

export async function closeQuietly(session: EngineSession, log: Logger): Promise<void> {
  try {
    await session.close()
  } catch (error) {
    log.warn('session did not close', errorFields(error)) // its memory goes with the model
  }
}
