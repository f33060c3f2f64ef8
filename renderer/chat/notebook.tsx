// One text that a person and a model write in turn. What the model wrote is tinted; there are no questions and no answers.
import { useLayoutEffect, useRef } from 'react'
import type { ReactElement } from 'react'
import type { Message } from '../../electron/contract/entities.ts'
import { pathOf } from '../state/message-tree.ts'
import type { Tree } from '../state/message-tree.ts'
import { useStream } from '../state/use-app.ts'
import { useLanguage } from '../text/language.ts'
import { AnswerProgress } from './answer-progress.tsx'
import { MessageActions } from './message-actions.tsx'
import { UnfinishedNote } from './unfinished-note.tsx'

export function Notebook({ tree }: { tree: Tree }): ReactElement {
  const { text } = useLanguage()
  const scroller = useRef<HTMLDivElement>(null)
  const pieces = pathOf(tree).flatMap((id) => tree.byId[id] ?? [])
  const last = pieces.at(-1)
  useLayoutEffect(() => {
    const element = scroller.current
    if (element !== null) element.scrollTop = element.scrollHeight
  }, [tree.activeLeaf, last?.state])
  return (
    <div
      className="notebook"
      ref={scroller}
      role="log"
      aria-label={text.transcript}
      aria-live="off"
      tabIndex={0}
    >
      <div className="notebook-text">
        {pieces.length === 0 && <p className="muted">{text.notebookEmpty}</p>}
        {pieces.map((message) =>
          message.role === 'user' ? (
            <span key={message.id}>{message.text}</span>
          ) : (
            <Written key={message.id} message={message} />
          ),
        )}
        {last?.role === 'assistant' && last.state !== 'generating' && (
          <article className="message notebook-foot" aria-label={text.assistant}>
            <UnfinishedNote message={last} last />
            <MessageActions message={last} shownText={pieces.map((one) => one.text).join('')} last />
          </article>
        )}
      </div>
    </div>
  )
}

function Written({ message }: { message: Message }): ReactElement {
  const stream = useStream(message.conversation, message.id)
  const running = message.state === 'generating'
  const written = running && stream.text.length > message.text.length ? stream.text : message.text
  return (
    <>
      <span className="notebook-model">{written}</span>
      {running && written === '' && <AnswerProgress progress={stream.progress} />}
      {running && written !== '' && <span className="caret" aria-hidden />}
    </>
  )
}
