// Several answers to one question side by side. Any of them can be gone on from; all stay as versions.
import { Square } from 'lucide-react'
import { useCallback } from 'react'
import type { ReactElement } from 'react'
import type { Message } from '../../electron/contract/entities.ts'
import type { Sampling } from '../../electron/contract/sampling.ts'
import { runningAnswer, siblingsOf } from '../state/message-tree.ts'
import type { Tree } from '../state/message-tree.ts'
import { useApp, useAppStore, useStream } from '../state/use-app.ts'
import { errorWords, useLanguage } from '../text/language.ts'
import { Markdown } from '../text/markdown.tsx'
import { differingValues, valueWords } from './answer-slots.ts'
import { AnswerProgress } from './answer-progress.tsx'
import { ProofLine } from './proof-line.tsx'
import { UnfinishedNote } from './unfinished-note.tsx'
import { shownParts } from './shown-parts.ts'
import { Thinking } from './thinking-block.tsx'

export function AnswerColumns({ tree, message }: { tree: Tree; message: Message }): ReactElement {
  const { text, format } = useLanguage()
  const store = useAppStore()
  const answers = siblingsOf(tree, message.id).flatMap((id) => tree.byId[id] ?? [])
  const rate = answers.reduce((sum, { figures }) => sum + (figures?.decodeTokensPerSecond ?? 0), 0)
  const done = answers.every(({ state }) => state !== 'generating')
  const { parent } = message
  const differing = differingValues(answers.flatMap(({ figures }) => figures?.sampling ?? []))
  return (
    <article className="message columns-message" aria-label={text.assistant} aria-busy={!done}>
      <div className="columns" tabIndex={0} role="group" aria-label={text.compareVersions}>
        {answers.map((answer, index) => (
          <Column
            key={answer.id}
            answer={answer}
            index={index}
            shown={answer.id === message.id}
            differing={differing}
            onContinue={() => {
              if (parent !== null) store.getState().compare(parent, false)
              void store.getState().showVersion(tree.conversation, answer.id)
            }}
          />
        ))}
      </div>
      <div className="columns-foot">
        <span className="proof">{done && rate > 0 ? text.columnsTotal(format.rate(rate)) : ''}</span>
        {done && parent !== null && (
          <button
            type="button"
            className="link-button panel-link"
            onClick={() => store.getState().compare(parent, false)}
          >
            {text.closeComparison}
          </button>
        )}
      </div>
    </article>
  )
}

function Column(props: {
  answer: Message
  index: number
  shown: boolean
  /** Values that not all of the answers have in common. */
  differing: readonly (keyof Sampling)[]
  onContinue: () => void
}): ReactElement {
  const { answer, index, shown, differing, onContinue } = props
  const language = useLanguage()
  const { text, format } = language
  const store = useAppStore()
  const openLink = useCallback((url: string) => void store.getState().openLink(url), [store])
  const stream = useStream(answer.conversation, answer.id)
  const idle = useApp((state) => runningAnswer(state.trees[answer.conversation]) === null)
  const running = answer.state === 'generating'
  const written = running && stream.text.length > answer.text.length ? stream.text : answer.text
  const parts = shownParts(answer, written)
  const drawn = answer.figures?.sampling
  const values = drawn === undefined ? '' : valueWords(drawn, differing, text)
  return (
    <section className="column" data-shown={shown} aria-label={text.columnOf(format.count(index + 1))}>
      <div className="column-head">
        <span>
          {text.columnOf(format.count(index + 1))}
          {shown && ` · ${text.columnShown}`}
          {values !== '' && <span className="column-values figure">{values}</span>}
        </span>

        {running && (
          <button
            type="button"
            className="icon-button"
            aria-label={`${text.stop}: ${text.columnOf(format.count(index + 1))}`}
            onClick={() => void store.getState().stopAnswer(answer.conversation, answer.id)}
          >
            <Square aria-hidden size={11} fill="currentColor" strokeWidth={0} />
          </button>
        )}
      </div>
      <div
        className="column-text"
        tabIndex={0}
        role="group"
        aria-label={text.columnOf(format.count(index + 1))}
      >
        {parts.thinking !== null && (
          <Thinking
            message={answer}
            thinking={parts.thinking}
            writing={running && parts.open}
            wholeLength={written.length}
          />
        )}
        {parts.answer !== '' && <Markdown text={parts.answer} growing={running} openLink={openLink} />}
        {running && written.trim() === '' && <AnswerProgress progress={stream.progress} />}
        {answer.state === 'complete' && written.trim() === '' && <p className="muted">{text.emptyAnswer}</p>}
        {answer.state === 'failed' && (
          <p className="warning">
            {errorWords(language, answer.error?.code ?? 'internal', answer.error?.detail).title}
          </p>
        )}
        <UnfinishedNote message={answer} last={false} />
      </div>
      <div className="column-foot">
        {answer.figures === null ? <span /> : <ProofLine figures={answer.figures} />}
        {!running && (
          <button type="button" className="button button-small" disabled={!idle} onClick={onContinue}>
            {text.columnContinue}
          </button>
        )}
      </div>
    </section>
  )
}
