// An answer whose last commit failed.
import type { Message } from '../../contract/entities.ts'
import { RoostError } from '../../contract/errors.ts'
import type { Emit } from '../../contract/events.ts'
import type { Clock } from '../../platform/clock.ts'
import { errorFields } from '../../platform/log.ts'
import type { Logger } from '../../platform/log.ts'
import type { CommittedAnswer, Storage } from '../../storage/storage.ts'
import type { ChatSettings } from './active-model.ts'
import type { Generation } from './generation.ts'

/** When it is tried again. */
const lateSavesMs = [500, 2000, 5000, 15_000]

export interface LateParts {
  readonly storage: Storage
  readonly settings: ChatSettings
  readonly emit: Emit
  readonly clock: Clock
  readonly log: Logger
}

/**
 * The last commit failed for another reason than a full disk: the row still says `generating`. The person is told at once
 * what is not saved. The storage thread begins anew after such a failure, so the row is ended as interrupted, whole, as
 * soon as it takes it. null: it never did; the next start ends the row with the text of its last save.
 */
export async function saveLater(
  parts: LateParts,
  generation: Generation,
  answer: Message,
  isClosing: () => boolean,
): Promise<CommittedAnswer | null> {
  const why = generation.unsavedBecause
  if (why === null) return null
  const { storage, emit, settings, clock } = parts
  const row = await storage.read.message(answer.id).catch(() => null) // then nobody knows its revision
  const message: Message = {
    ...answer,
    text: generation.text,
    state: 'interrupted',
    revision: (row?.revision ?? answer.revision + 1_000_000) + 1,
    resumable: false,
  }
  emit('message.committed', { message, activeLeaf: null })
  emit('notice', { code: why.code, detail: { unsavedAnswer: true } })
  for (const wait of lateSavesMs) {
    await new Promise((resolve) => setTimeout(resolve, wait).unref())
    if (isClosing()) return null
    try {
      return await storage.write.finishAnswer({
        ...generation.running(),
        state: 'interrupted',
        figures: null,
        error: null,
        model: generation.job.model.title,
        snapshot: null,
        budgetBytes: settings.snapshotBudgetBytes(),
        now: clock.now(),
      })
    } catch (error) {
      // Deleted meanwhile, or still refused.
      if (error instanceof RoostError && error.code === 'not_found') return null
      parts.log.warn('an answer is still not saved', { answer: answer.id, ...errorFields(error) })
    }
  }
  return null
}
