// Messages that were written while an answer was running: chips above the box, in the order in which they will be sent.
import { SendHorizontal, X } from 'lucide-react'
import { useState } from 'react'
import type { ReactElement } from 'react'
import { LIMITS } from '../../electron/contract/limits.ts'
import type { QueuedMessage } from '../../electron/contract/memory.ts'
import { IconButton } from '../shared/icon-button.tsx'
import { useComposition } from '../shared/use-composition.ts'
import { useAppStore } from '../state/use-app.ts'
import { useLanguage } from '../text/language.ts'

const SHOWN = 200

export function MessageQueue(props: {
  conversation: string
  queue: readonly QueuedMessage[]
  /** Nothing runs: a person has to say when it goes on. */
  held: boolean
}): ReactElement | null {
  const { conversation, queue, held } = props
  const { text } = useLanguage()
  const store = useAppStore()
  if (queue.length === 0) return null
  return (
    <section className="queue" aria-label={text.queue}>
      {held && (
        <div className="queue-head">
          <span>{text.queueHeld}</span>
          <button
            type="button"
            className="button button-small"
            onClick={() => void store.getState().sendQueued(conversation)}
          >
            <SendHorizontal aria-hidden size={13} />
            {text.queueSend}
          </button>
        </div>
      )}
      <ol className="queue-list">
        {queue.map((message) => (
          <Chip key={message.id} conversation={conversation} message={message} />
        ))}
      </ol>
    </section>
  )
}

function Chip({ conversation, message }: { conversation: string; message: QueuedMessage }): ReactElement {
  const { text } = useLanguage()
  const store = useAppStore()
  const composition = useComposition()
  const [written, setWritten] = useState<string | null>(null)
  const save = (): void => {
    const words = written?.trim() ?? ''
    setWritten(null)
    if (words !== '' && words !== message.text)
      void store.getState().changeQueued(conversation, message.id, words)
  }
  return (
    <li className="queue-chip">
      {written === null ? (
        <button
          type="button"
          className="queue-words"
          aria-label={`${text.queueEdit}: ${message.text.slice(0, SHOWN)}`}
          onClick={() => setWritten(message.text)}
        >
          {message.text.slice(0, SHOWN)}
        </button>
      ) : (
        <input
          autoFocus
          aria-label={text.queueEdit}
          value={written}
          maxLength={LIMITS.messageCharacters}
          onChange={(event) => setWritten(event.target.value)}
          onBlur={save}
          onKeyDown={(event) => {
            if (composition.isComposing(event)) return
            if (event.key === 'Enter') save()
            else if (event.key === 'Escape') {
              event.stopPropagation()
              setWritten(null)
            }
          }}
          {...composition.handlers}
        />
      )}
      <IconButton
        label={text.queueRemove}
        icon={X}
        size={14}
        onClick={() => void store.getState().changeQueued(conversation, message.id, null)}
      />
    </li>
  )
}
