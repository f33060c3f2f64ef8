// Where a state comes from, the quickest way first:
//   1. a session still in memory behind the answer;
//   2. the nearest snapshot on the way up: what came after it is read again;
//   3. an empty state: everything is read again.
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
import { stateRange } from './reading-plan.ts'
import type { ReadingPlan } from './reading-plan.ts'

export interface SessionSourceParts {
  readonly storage: Storage
  readonly live: LiveSessions
  readonly log: Logger
  onDiscarded(message: string, code: string): void
}

/** The session's tokenCount says how much of the plan it holds. The caller closes it. */
export async function sessionFor(
  parts: SessionSourceParts,
  model: ActiveModel,
  plan: ReadingPlan,
): Promise<EngineSession> {
  const last = plan.turns.at(-1)
  if (last === undefined) return await model.loaded.openSession()
  const live = parts.live.take(last.answer, plan.system)
  if (live !== null) {
    if (fits(plan, last.answer, live.tokenCount)) return live
    parts.log.warn('live session does not fit its transcript', {
      answer: last.answer,
      tokens: live.tokenCount,
    })
    await closeQuietly(live, parts.log)
  }
  const fingerprint = model.loaded.description.fingerprint
  while (true) {
    const point = await parts.storage.read.resumePoint(last.answer, fingerprint, plan.system)
    if (point === null) return await model.loaded.openSession()
    const session = await model.loaded.openSession()
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

function fits(plan: ReadingPlan, answer: string, tokenCount: number): boolean {
  const range = stateRange(plan, answer)
  return range !== null && tokenCount >= range.least && tokenCount <= range.most
}

function isBadSnapshot(error: RoostError): boolean {
  return error.code === 'snapshot_damaged' || error.code === 'snapshot_mismatch'
}
