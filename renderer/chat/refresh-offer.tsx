// Where a chat has grown beyond what its model holds well: an honest sentence, and the way to refresh its memory.
import { RefreshCcwDot, X } from 'lucide-react'
import { useEffect } from 'react'
import type { ReactElement } from 'react'
import { IconButton } from '../shared/icon-button.tsx'
import { pathOf, runningAnswer } from '../state/message-tree.ts'
import type { Tree } from '../state/message-tree.ts'
import { useApp, useAppStore } from '../state/use-app.ts'
import { useLanguage } from '../text/language.ts'

/** Where the file of the model does not say how many tokens at once it was trained on. */
const USUAL_TOKENS = 16_384
/** Below this nobody is told anything, and nothing is asked for. */
const LEAST_TOKENS = 4096

/** What the state behind the last answer has absorbed, as the engine counted. */
export function absorbedTokens(tree: Tree): number {
  const last = tree.byId[pathOf(tree).at(-1) ?? '']
  const figures = last?.figures ?? null
  if (figures === null) return 0
  return figures.resumedTokens + figures.rereadTokens + figures.promptTokens + figures.answerTokens
}

export function RefreshOffer({ tree }: { tree: Tree }): ReactElement | null {
  const { text, format } = useLanguage()
  const store = useAppStore()
  const { conversation } = tree
  const memory = useApp((state) => state.memories[conversation])
  const declined = useApp((state) => state.refreshDeclined[conversation] === true)
  const ready = useApp((state) => state.engine.phase === 'ready')
  const tokens = absorbedTokens(tree)
  const wanted = ready && !declined && tokens > LEAST_TOKENS && tree.parameters.mode === 'chat'
  const unknown = memory === undefined
  useEffect(() => {
    if (wanted && unknown) void store.getState().openMemory(conversation)
  }, [store, wanted, unknown, conversation])
  const trained = memory?.trainingContext ?? 0
  const limit = trained > 0 ? trained : USUAL_TOKENS
  const turns = pathOf(tree).length / 2
  if (!wanted || unknown || tokens <= limit || turns < 2 || runningAnswer(tree) !== null) return null
  return (
    <div className="refresh-offer" role="status">
      <RefreshCcwDot aria-hidden size={15} />
      <span>{text.refreshOffer(format.count(limit))}</span>
      <button type="button" className="link-button" onClick={() => store.getState().openRefresh()}>
        {text.refreshOpen}
      </button>
      <IconButton
        label={text.dismiss}
        icon={X}
        size={13}
        onClick={() => store.getState().declineRefresh(conversation)}
      />
    </div>
  )
}
