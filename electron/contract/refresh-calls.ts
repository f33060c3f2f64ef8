// Calls about memory refresh: a chat goes on behind a summary and its last turns, in a new branch; the old one stays.
import { z } from 'zod'
import { call, message, none } from './call.ts'
import { LIMITS } from './limits.ts'

/** How many of the last turns go on word for word. `message` is the answer at the end of the branch. */
const kept = message.extend({ turns: z.int().min(0).max(LIMITS.refreshTurns) })

export interface RefreshReport {
  /** The question at the root of the new branch; deleting it undoes the refresh. */
  root: string
  /** The answer from which the chat goes on now, and the one from which it went on before. */
  leaf: string
  before: string
  /** What the state had absorbed, and what it has now. */
  tokensBefore: number
  tokensAfter: number
  /** How well details that a person had told early are recalled: the mean probability of their tokens before and after.
   *  null: there was no detail to ask for, or it was not waited for. */
  recall: { before: number; after: number; details: number } | null
}

export const refreshCalls = {
  /** Drafts a summary of what comes before the last turns, from the words themselves and not from a state that may have
   *  lost them. Nothing is kept. Errors: no_model, not_found, bad_request where nothing comes before, cancelled. */
  'memory.summarise': call<{ summary: string }>()(kept),
  /** Goes on behind `summary`, which a person may have changed. One transaction; then the new branch is read, and both are
   *  measured: cancelling that leaves both branches. Errors: as memory.summarise, answer_running. */
  'memory.refresh': call<RefreshReport>()(
    kept.extend({ summary: z.string().trim().min(1).max(LIMITS.systemPromptCharacters) }),
  ),
  'memory.cancelRefresh': call<void>()(none),
} as const
