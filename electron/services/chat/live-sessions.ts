// States that are still in memory, by the answer they stand behind. Taking one takes it out: it is about to move on.
import type { EngineSession } from '../../engine/engine.ts'
import type { Logger } from '../../platform/log.ts'
import { errorFields } from '../../platform/log.ts'
import { startsWithTokens } from './tokens.ts'

interface LiveSession {
  readonly session: EngineSession
  readonly system: string
}

export class LiveSessions {
  readonly #limit: number
  readonly #log: Logger
  /** Oldest first. */
  readonly #sessions = new Map<string, LiveSession>()
  #partial: (LiveSession & { readonly tokens: Uint32Array }) | null = null

  constructor(limit: number, log: Logger) {
    this.#limit = limit
    this.#log = log
  }

  /** Behind a reading that was interrupted: these tokens, from the beginning of the conversation. One at most. */
  putPartial(tokens: Uint32Array, session: EngineSession, system: string): void {
    this.dropPartials()
    this.#partial = { session, system, tokens }
  }

  /** Where it has read nothing but the beginning of `wanted`, and more than any state on the disk by its making. */
  takePartial(wanted: Uint32Array, system: string): EngineSession | null {
    const partial = this.#partial
    if (partial?.system !== system || !startsWithTokens(wanted, partial.tokens)) return null
    this.#partial = null
    return partial.session
  }

  dropPartials(): void {
    if (this.#partial !== null) void closeQuietly(this.#partial.session, this.#log)
    this.#partial = null
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
    const all = [...this.#sessions.values(), ...(this.#partial === null ? [] : [this.#partial])]
    this.#sessions.clear()
    this.#partial = null
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
