// For those who listen: a quiet region that says the finished sentences of a running answer, a few at a time.
import { useEffect, useRef, useState } from 'react'
import type { ReactElement } from 'react'
import { useStream } from '../state/use-app.ts'
import { finishedLength } from '../text/sentences.ts'
import { splitThinking } from '../text/thinking.ts'

const SAY_EVERY_MS = 1500

export function SpokenAnswer(props: { conversation: string; answer: string }): ReactElement {
  const { text } = useStream(props.conversation, props.answer)
  const newest = useRef('')
  const [words, setWords] = useState('')

  useEffect(() => {
    newest.current = splitThinking(text).answer
  }, [text])

  useEffect(() => {
    let said = 0
    const timer = setInterval(() => {
      const end = finishedLength(newest.current)
      if (end > said) setWords(newest.current.slice(said, end))
      said = end
    }, SAY_EVERY_MS)
    return () => clearInterval(timer)
  }, [])

  return (
    <div className="visually-hidden" aria-live="polite">
      {words}
    </div>
  )
}
