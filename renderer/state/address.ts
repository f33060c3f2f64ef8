// The page and what is open on it live in the fragment of the address: they survive a reload, links are links, and the
// way back works.
//
//   #/chat   #/chat/<conversation>   #/chat/<conversation>/source/<answer>/<number>
//   #/documents   #/documents/all   #/documents/loose   #/documents/in/<collection>   each of them with /search
//   #/documents/file/<document>   #/documents/file/<document>/<start>-<end>
//   #/models   #/settings
import type { AppState, Page, ViewState } from './app-state.ts'
import type { AppStore } from './store.ts'

type Source = NonNullable<ViewState['sourceShown']>

/** What the page of documents shows. A document leaves the list behind it as it is. */
type DocumentsPlace =
  | Pick<ViewState, 'documentsScope' | 'documentsTab'>
  | { readonly documentShown: NonNullable<ViewState['documentShown']> }

export type Route =
  | { readonly page: 'chat'; readonly conversation: string | null; readonly source?: Source }
  | { readonly page: 'documents'; readonly conversation: null; readonly place?: DocumentsPlace }
  | { readonly page: 'models' | 'settings'; readonly conversation: null }

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const STRETCH = /^(\d{1,9})-(\d{1,9})$/
const NUMBER = /^[1-9]\d{0,5}$/

/** What an address can't mean leads to the nearest thing that it can. */
export function routeOf(fragment: string): Route {
  const [page, ...rest] = fragment.replace(/^#\/?/, '').split('/')
  if (page === 'models' || page === 'settings') return { page, conversation: null }
  if (page === 'documents') {
    const place = documentsPlace(rest)
    return { page, conversation: null, ...(place === null ? {} : { place }) }
  }
  const [conversation, kind, answer = '', number = ''] = rest
  if (conversation === undefined || !UUID.test(conversation)) return { page: 'chat', conversation: null }
  return kind === 'source' && UUID.test(answer) && NUMBER.test(number)
    ? { page: 'chat', conversation, source: { answer, number: Number(number) } }
    : { page: 'chat', conversation }
}

function documentsPlace([kind, ...rest]: readonly string[]): DocumentsPlace | null {
  const [id = ''] = rest
  switch (kind) {
    case 'file': {
      if (!UUID.test(id)) return null
      const [, start, end] = STRETCH.exec(rest[1] ?? '') ?? []
      return {
        documentShown:
          start === undefined || end === undefined
            ? { document: id }
            : { document: id, start: Number(start), end: Number(end) },
      }
    }
    case 'in':
      return UUID.test(id)
        ? { documentsScope: { kind: 'collection', id }, documentsTab: tabOf(rest[1]) }
        : null
    case 'all':
    case 'loose':
      return { documentsScope: { kind }, documentsTab: tabOf(rest[0]) }
    case undefined:
    default:
      return null
  }
}

function tabOf(word: string | undefined): ViewState['documentsTab'] {
  return word === 'search' ? 'search' : 'list'
}

/** Of a page as a link names it. */
export function fragmentOf(page: Page, conversation: string | null = null): string {
  if (page !== 'chat') return `#/${page}`
  return conversation === null ? '#/chat' : `#/chat/${conversation}`
}

type Shown = Pick<
  AppState,
  'page' | 'conversation' | 'sourceShown' | 'documentsScope' | 'documentsTab' | 'documentShown'
>

/** Of everything that is open. */
export function addressOf(state: Shown): string {
  const { page, conversation, sourceShown, documentsScope: scope, documentsTab, documentShown } = state
  const fragment = fragmentOf(page, conversation)
  if (page === 'chat' && conversation !== null && sourceShown !== null)
    return `${fragment}/source/${sourceShown.answer}/${sourceShown.number}`
  if (page !== 'documents') return fragment
  if (documentShown !== null) {
    const { document, start, end } = documentShown
    const stretch = start === undefined || end === undefined ? '' : `/${start}-${end}`
    return `${fragment}/file/${document}${stretch}`
  }
  const place = scope.kind === 'collection' ? `in/${scope.id}` : scope.kind
  return `${fragment}/${place}${documentsTab === 'search' ? '/search' : ''}`
}

/** The same place, seen a little differently: the way back does not stop there. */
function isSamePlace(state: Shown, before: Shown): boolean {
  if (state.page !== before.page) return false
  if (state.page === 'documents')
    return state.documentShown === before.documentShown && state.documentsScope === before.documentsScope
  if (state.page !== 'chat') return false
  // A new chat that got its id; and a source that was closed, or the next one of the same answer.
  return (
    before.conversation === null ||
    (state.conversation === before.conversation && before.sourceShown !== null)
  )
}

/** Keeps address and state in step, both ways. */
export function followAddress(store: AppStore): void {
  let reading = false

  const show = (): void => {
    const route = routeOf(location.hash)
    const state = store.getState()
    const { page, conversation } = state
    if (route.page === 'chat') {
      if (page !== 'chat' || conversation !== route.conversation) state.showConversation(route.conversation)
      // A chat that is opened closes the source of another one: the source comes after it.
      if (addressOf(store.getState()) !== location.hash)
        state.patchView({ sourceShown: route.source ?? null })
      return
    }
    // "Documents" of the side bar leads back to what was left; and from one document to the list.
    if (route.page === 'documents') {
      if (route.place !== undefined) state.patchView({ documentShown: null, ...route.place })
      else if (page === 'documents') state.patchView({ documentShown: null })
    }
    if (page !== route.page) state.showPage(route.page)
  }
  const read = (): void => {
    reading = true
    try {
      show()
    } finally {
      reading = false
    }
    const address = addressOf(store.getState())
    if (location.hash !== '' && location.hash !== address) history.replaceState(null, '', address)
  }
  read()
  addEventListener('hashchange', read)
  store.subscribe((state, before) => {
    if (reading) return
    const address = addressOf(state)
    if (address === addressOf(before) || address === location.hash) return
    if (isSamePlace(state, before)) history.replaceState(null, '', address)
    else history.pushState(null, '', address)
  })
}
