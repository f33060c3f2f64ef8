// Things to tell a person: toasts that pass, and problems that stay at their place until they are dealt with.
import type { ErrorDetail } from '../../electron/contract/errors.ts'
import type { RoostError } from '../../electron/contract/errors.ts'
import { withoutKey } from './without-key.ts'
import type { SliceOf } from './store.ts'

export interface Problem {
  readonly code: string
  readonly detail: ErrorDetail
}

export interface Notice extends Problem {
  readonly id: string
  /** Plain words instead of a code: "Copied". */
  readonly tone: 'notice' | 'error'
}

/** Where a problem is shown. Places that are a conversation use its id; '' is the new chat. */
export type Place = `chat:${string}` | 'models' | 'settings' | 'browser'

export interface NoticesSlice {
  notices: readonly Notice[]
  problems: Readonly<Partial<Record<Place, Problem>>>
  notify(code: string, detail: ErrorDetail, tone: Notice['tone']): void
  dismissNotice(id: string): void
  /** Shows an error at its place. A cancelled action is an outcome, not an error: nothing is shown. */
  reportProblem(place: Place, error: RoostError): void
  clearProblem(place: Place): void
}

const KEPT_NOTICES = 4

export const createNoticesSlice: SliceOf<NoticesSlice> = (set, get, tools) => ({
  notices: [],
  problems: {},
  notify(code, detail, tone) {
    const notice: Notice = { id: tools.newId(), code, detail, tone }
    set((state) => ({ notices: [...state.notices, notice].slice(-KEPT_NOTICES) }))
  },
  dismissNotice(id) {
    set((state) => ({ notices: state.notices.filter((notice) => notice.id !== id) }))
  },
  reportProblem(place, error) {
    if (error.kind === 'cancelled') return
    set((state) => ({ problems: { ...state.problems, [place]: { code: error.code, detail: error.detail } } }))
  },
  clearProblem(place) {
    if (get().problems[place] !== undefined) set((state) => ({ problems: withoutKey(state.problems, place) }))
  },
})
