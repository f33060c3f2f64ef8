// Things to tell a person: toasts that pass, and problems that stay at their place until they are dealt with.
import type { Notice, NoticesSlice, SliceOf } from './app-state.ts'
import { withoutKey } from './without-key.ts'

const KEPT_NOTICES = 4

export const createNoticesSlice: SliceOf<NoticesSlice> = (set, get, tools) => ({
  notices: [],
  problems: {},
  notify(code, detail, tone, action) {
    const notice: Notice = {
      id: tools.newId(),
      code,
      detail,
      tone,
      ...(action === undefined ? {} : { action }),
    }
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
