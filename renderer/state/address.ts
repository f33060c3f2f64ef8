// The page and the open conversation live in the fragment of the address: they survive a reload, links are links, and
// the way back works.
import type { Page } from './app-state.ts'
import type { AppStore } from './store.ts'

export interface Route {
  readonly page: Page
  readonly conversation: string | null
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

export function routeOf(fragment: string): Route {
  const [page, id] = fragment.replace(/^#\/?/, '').split('/')
  if (page === 'documents' || page === 'models' || page === 'settings') return { page, conversation: null }
  return { page: 'chat', conversation: id !== undefined && UUID.test(id) ? id : null }
}

export function fragmentOf(page: Page, conversation: string | null = null): string {
  if (page !== 'chat') return `#/${page}`
  return conversation === null ? '#/chat' : `#/chat/${conversation}`
}

/** Keeps address and state in step, both ways. */
export function followAddress(store: AppStore): void {
  const read = (): void => {
    const route = routeOf(location.hash)
    const state = store.getState()
    const { page, conversation } = state
    if (route.page !== 'chat') {
      if (page !== route.page) state.showPage(route.page)
    } else if (page !== 'chat' || conversation !== route.conversation) {
      state.showConversation(route.conversation)
    }
  }
  read()
  addEventListener('hashchange', read)
  store.subscribe((state, before) => {
    if (state.page === before.page && state.conversation === before.conversation) return
    const fragment = fragmentOf(state.page, state.conversation)
    if (location.hash === fragment) return
    // A new chat that got its id is the same place, not a further one.
    const sameChat = state.page === 'chat' && before.page === 'chat' && before.conversation === null
    if (sameChat) history.replaceState(null, '', fragment)
    else history.pushState(null, '', fragment)
  })
}
