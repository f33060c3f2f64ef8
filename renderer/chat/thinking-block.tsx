// The thinking of a reasoning model: plain text, folded once it is done.
import { ChevronRight } from 'lucide-react'
import { Collapsible } from 'radix-ui'
import { useEffect, useRef, useState } from 'react'
import type { ReactElement } from 'react'
import type { Message } from '../../electron/contract/entities.ts'
import { Spinner } from '../shared/progress.tsx'
import { useLanguage } from '../text/language.ts'
import { estimatedThinkingSeconds } from '../text/thinking.ts'

export function Thinking(props: {
  message: Message
  thinking: string
  writing: boolean
  /** Characters of the whole answer, thinking included. */
  wholeLength: number
}): ReactElement {
  const { message, thinking, writing, wholeLength } = props
  const { text, format } = useLanguage()
  const [open, setOpen] = useState(false)
  const measured = useSeconds(writing)
  const share = wholeLength === 0 ? 0 : thinking.length / wholeLength
  const counted = message.figures?.thoughtSeconds
  const seconds =
    counted === undefined
      ? (measured ?? estimatedThinkingSeconds(message.figures, share))
      : Math.round(counted)
  return (
    <Collapsible.Root open={open} onOpenChange={setOpen} className="thinking">
      <Collapsible.Trigger className="thinking-button">
        {writing ? <Spinner /> : <ChevronRight aria-hidden size={15} className="thinking-arrow" />}
        {writing ? text.thinking : text.thoughtFor(format.count(seconds))}
      </Collapsible.Trigger>
      {message.figures?.thoughtsForgotten === true && (
        <span className="panel-note"> {text.notRemembered}</span>
      )}
      <Collapsible.Content className="thinking-text">{thinking}</Collapsible.Content>
    </Collapsible.Root>
  )
}

/** Seconds that `running` was seen to be true; null when it was not seen. */
function useSeconds(running: boolean): number | null {
  const start = useRef<number | null>(null)
  const [seconds, setSeconds] = useState<number | null>(null)
  useEffect(() => {
    if (!running) return
    start.current ??= performance.now()
    return () => {
      if (start.current !== null) setSeconds(Math.round((performance.now() - start.current) / 1000))
    }
  }, [running])
  return seconds
}
