import { useSyncExternalStore } from 'react'

/** Below this width the sidebar lies over the page; the style sheet has the same figure. */
const NARROW = '(max-width: 859px)'

function subscribe(listener: () => void): () => void {
  const query = matchMedia(NARROW)
  query.addEventListener('change', listener)
  return () => query.removeEventListener('change', listener)
}

export function useNarrow(): boolean {
  return useSyncExternalStore(subscribe, () => matchMedia(NARROW).matches)
}
