// Where a state comes from, the quickest way first:
//   1. a session still in memory behind the answer;
//   2. one that was interrupted while it read this conversation in the background;
//   3. the nearest snapshot on the way up: what came after it is read again;
//   4. the state behind the opening, where a persona with the same text was read before, or behind the first document of
//      the opening, as far as it was read;
//   5. an empty state: everything is read again.
// A snapshot is never trusted blindly: the engine checks its checksum and its weights, here its count of tokens is
// compared with the transcript's. A bad one is dropped, the person is told, and the next way is taken.
import { RoostError } from '../../contract/errors.ts'
import type { EngineSession } from '../../engine/engine.ts'
import type { Logger } from '../../platform/log.ts'
import { errorFields } from '../../platform/log.ts'
import type { Storage } from '../../storage/storage.ts'
import type { ActiveModel } from './active-model.ts'
import type { LiveSessions } from './live-sessions.ts'
import { closeQuietly } from './live-sessions.ts'
import type { Opening } from './opening.ts'
import { planTokens, stateRange } from './reading-plan.ts'
import type { ReadingPlan } from './reading-plan.ts'
import { startsWithTokens } from './tokens.ts'

export interface SessionSourceParts {
  readonly storage: Storage
  readonly live: LiveSessions
  readonly log: Logger
  onDiscarded(message: string, code: string): void
}

/**
 * The session's tokenCount says how much of the plan it holds: turns as far as they go, or the opening of `next`, the
 * tokens that will be read behind the plan. The caller closes it.
 */
export async function sessionFor(
  parts: SessionSourceParts,
  model: ActiveModel,
  opening: Opening,
  plan: ReadingPlan,
  next: Uint32Array,
): Promise<EngineSession> {
  const last = plan.turns.at(-1)
  if (last !== undefined) {
    const live = parts.live.take(last.answer, plan.key)
    if (live !== null) {
      if (fits(plan, last.answer, live.tokenCount)) return live
      parts.log.warn('live session does not fit its transcript', {
        answer: last.answer,
        tokens: live.tokenCount,
      })
      await closeQuietly(live, parts.log)
    }
    const partial = parts.live.takePartial(planTokens(plan), plan.key)
    if (partial !== null) return partial
    const snapshot = await fromSnapshot(parts, model, opening, plan, last.answer)
    if (snapshot !== null) return snapshot
  }
  return await fromOpening(parts, model, opening, plan, plan.turns[0]?.prompt ?? next)
}

function openSession(model: ActiveModel, opening: Opening): Promise<EngineSession> {
  const { tunedState } = opening
  return model.loaded.openSession(tunedState === null ? {} : { tunedState: tunedState.path })
}

async function fromSnapshot(
  parts: SessionSourceParts,
  model: ActiveModel,
  opening: Opening,
  plan: ReadingPlan,
  answer: string,
): Promise<EngineSession | null> {
  const { fingerprint } = model.loaded.description
  while (true) {
    const point = await parts.storage.read.resumePoint(answer, fingerprint, plan.key)
    if (point === null) return null
    const session = await openSession(model, opening)
    try {
      await session.restore(point.bytes)
      if (fits(plan, point.message, session.tokenCount)) return session
      throw new RoostError('snapshot_mismatch', { reason: 'the state holds another number of tokens' })
    } catch (error) {
      await closeQuietly(session, parts.log)
      if (!(error instanceof RoostError) || !isBadSnapshot(error)) throw error
      parts.log.error('snapshot dropped', { message: point.message, ...errorFields(error) })
      await parts.storage.write.dropSnapshot(point.message)
      parts.onDiscarded(point.message, error.code)
    }
  }
}

/** A state behind the opening counts only where the first turn really begins with the opening's tokens. */
async function fromOpening(
  parts: SessionSourceParts,
  model: ActiveModel,
  opening: Opening,
  plan: ReadingPlan,
  first: Uint32Array,
): Promise<EngineSession> {
  const session = await openSession(model, opening)
  if (plan.opening.length === 0 || !startsWithTokens(first, plan.opening)) return session
  const kept = await keptOpening(parts, model, opening, plan)
  if (kept === null) return session
  try {
    await session.restore(kept.bytes)
    if (session.tokenCount === kept.tokens) return session
  } catch (error) {
    if (!(error instanceof RoostError) || !isBadSnapshot(error)) {
      await closeQuietly(session, parts.log)
      throw error
    }
    parts.log.warn('the state behind an opening is of no use', errorFields(error)) // it is read again
  }
  await closeQuietly(session, parts.log)
  return await openSession(model, opening)
}

async function keptOpening(
  { storage }: SessionSourceParts,
  model: ActiveModel,
  opening: Opening,
  plan: ReadingPlan,
): Promise<{ tokens: number; bytes: Uint8Array } | null> {
  const { fingerprint } = model.loaded.description
  const whole = await storage.read.openingState(fingerprint, plan.key)
  if (whole?.tokens === plan.opening.length) return whole
  const document = opening.documents?.[0]
  if (document === undefined) return null
  const begun = await storage.read.readingState(document.id, fingerprint, document.key)
  return begun === null || begun.tokens > plan.opening.length ? null : begun
}

function fits(plan: ReadingPlan, answer: string, tokenCount: number): boolean {
  const range = stateRange(plan, answer)
  return range !== null && tokenCount >= range.least && tokenCount <= range.most
}

function isBadSnapshot(error: RoostError): boolean {
  return error.code === 'snapshot_damaged' || error.code === 'snapshot_mismatch'
}
