// Says that the open chat begins from a tuned state, and whether its file is still there.
import { TriangleAlert, Waypoints } from 'lucide-react'
import { useEffect } from 'react'
import type { ReactElement } from 'react'
import { useApp, useAppStore } from '../state/use-app.ts'
import { useLanguage } from '../text/language.ts'

export function TunedStateMark(): ReactElement | null {
  const { text } = useLanguage()
  const store = useAppStore()
  const chosen = useApp((state) =>
    state.page !== 'chat' || state.conversation === null
      ? null
      : (state.trees[state.conversation]?.parameters.tunedState ?? null),
  )
  const found = useApp((state) => state.tunedStates.find(({ id }) => id === chosen))
  const asked = useApp((state) => state.shelfKnown)
  useEffect(() => {
    if (chosen !== null && !asked) void store.getState().openShelf()
  }, [store, chosen, asked])
  if (chosen === null || !asked) return null
  const usable = found !== undefined && found.fits !== false
  const Icon = usable ? Waypoints : TriangleAlert
  const name = found?.name ?? text.tunedStateMissing
  const why = found === undefined ? text.tunedStateGone : usable ? undefined : text.tunedStateOther
  return (
    <button
      type="button"
      className="tuned-state-mark"
      data-usable={usable}
      aria-label={text.tunedStateOf(name)}
      aria-description={why}
      title={why ?? text.tunedStateOf(name)}
      onClick={() => store.getState().patchView({ panelOpen: true, panelTab: 'parameters' })}
    >
      <Icon aria-hidden size={14} />
      <span>{name}</span>
    </button>
  )
}
