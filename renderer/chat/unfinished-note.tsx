// Why an answer ends where it ends, when it did not end by itself, and the way on.
import { StepForward } from 'lucide-react'
import type { ReactElement } from 'react'
import type { Message } from '../../electron/contract/entities.ts'
import { runningAnswer } from '../state/message-tree.ts'
import { useApp, useAppStore } from '../state/use-app.ts'
import { useLanguage } from '../text/language.ts'

export function UnfinishedNote({ message, last }: { message: Message; last: boolean }): ReactElement | null {
  const { text } = useLanguage()
  const store = useAppStore()
  const ready = useApp((state) => state.engine.phase === 'ready')
  const idle = useApp((state) => runningAnswer(state.trees[message.conversation]) === null)
  const reason =
    message.state === 'interrupted'
      ? text.interrupted
      : message.state === 'stopped'
        ? text.stopped
        : message.state === 'complete' && message.figures?.finish === 'max_tokens'
          ? text.reachedMaximum
          : null
  if (reason === null) return null
  return (
    <div className="answer-note" data-last={last}>
      <span>{reason}</span>
      {last && (
        <button
          type="button"
          className="button button-small"
          disabled={!ready || !idle}
          onClick={() => void store.getState().continueAnswer(message.conversation, message.id)}
        >
          <StepForward aria-hidden size={14} />
          {text.continue}
        </button>
      )}
    </div>
  )
}
