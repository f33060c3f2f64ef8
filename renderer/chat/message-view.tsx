// One message of the transcript: a question as it was written, or an answer with its state, its actions and the line of
// proof.
import { memo, useCallback, useMemo } from 'react'
import type { ReactElement } from 'react'
import type { Message } from '../../electron/contract/entities.ts'
import { Banner } from '../shared/banner.tsx'
import { useApp, useAppStore, useStream } from '../state/use-app.ts'
import { errorWords, useLanguage } from '../text/language.ts'
import { Markdown } from '../text/markdown.tsx'
import { AnswerProgress } from './answer-progress.tsx'
import { AnswerSources } from './answer-sources.tsx'
import { MessageActions } from './message-actions.tsx'
import { ProofLine } from './proof-line.tsx'
import { QuestionAttachments } from './question-attachments.tsx'
import { QuestionText } from './question-text.tsx'
import { QuestionEditor } from './question-editor.tsx'
import { shownParts } from './shown-parts.ts'
import { Thinking } from './thinking-block.tsx'
import { UnfinishedNote } from './unfinished-note.tsx'

export const MessageView = memo(function MessageView(props: {
  message: Message
  last: boolean
}): ReactElement {
  const { message, last } = props
  return message.role === 'user' ? <Question message={message} /> : <Answer message={message} last={last} />
})

function Question({ message }: { message: Message }): ReactElement {
  const { text } = useLanguage()
  const editing = useApp((state) => state.editing === message.id)
  return (
    <article className="message question" aria-label={text.you}>
      {editing ? (
        <QuestionEditor message={message} />
      ) : (
        <>
          <QuestionAttachments message={message} />
          <QuestionText text={message.text} />
          <MessageActions message={message} shownText={message.text} last={false} />
        </>
      )}
    </article>
  )
}

function Answer({ message, last }: { message: Message; last: boolean }): ReactElement {
  const language = useLanguage()
  const { text } = language
  const store = useAppStore()
  // The same function every time: what is rendered of the text is remembered by it.
  const openLink = useCallback((url: string) => void store.getState().openLink(url), [store])
  const stream = useStream(message.conversation, message.id)
  const running = message.state === 'generating'
  const written = running && stream.text.length > message.text.length ? stream.text : message.text
  const { thinking, open, answer } = shownParts(message, written)
  const empty = written.trim() === ''
  const list = useApp((state) => state.evidence[message.id]?.citations)
  const openCitation = useCallback(
    (number: number) => store.getState().patchView({ sourceShown: { answer: message.id, number } }),
    [store, message.id],
  )
  // Marks are counted from the beginning of the text, thoughts included; what is shown is its end.
  const offset = message.text.endsWith(answer) ? message.text.length - answer.length : null
  const citations = useMemo(
    () =>
      running || list === undefined || list.length === 0 || offset === null
        ? null
        : { list, offset, open: openCitation },
    [running, list, offset, openCitation],
  )
  return (
    <article
      className="message answer"
      aria-label={text.assistant}
      aria-busy={running}
      data-state={message.state}
    >
      {thinking !== null && (
        <Thinking
          message={message}
          thinking={thinking}
          writing={running && open}
          wholeLength={written.length}
        />
      )}
      {answer !== '' && (
        <Markdown
          text={answer}
          growing={running}
          openLink={openLink}
          {...(citations === null ? {} : { citations })}
        />
      )}
      {running && empty && <AnswerProgress progress={stream.progress} />}
      {running && !empty && stream.progress === null && <span className="caret" aria-hidden />}
      {message.state === 'complete' && empty && <p className="muted">{text.emptyAnswer}</p>}
      <UnfinishedNote message={message} last={last} />
      {message.state === 'failed' && (
        <Banner
          tone="error"
          {...errorWords(language, message.error?.code ?? 'internal', message.error?.detail)}
          action={
            <button
              type="button"
              className="button"
              onClick={() => void store.getState().regenerate(message.conversation, message.id)}
            >
              {text.tryAgainAnswer}
            </button>
          }
        />
      )}
      {!running && <AnswerSources answer={message.id} />}
      {!running && (
        <div className="answer-foot">
          <MessageActions message={message} shownText={answer} last={last} />
          {message.figures !== null && <ProofLine figures={message.figures} />}
        </div>
      )}
    </article>
  )
}
