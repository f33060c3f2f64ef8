// What happens before the first word: the prompt is read.
import type { ReactElement } from 'react'
import { ProgressBar, Spinner } from '../shared/progress.tsx'
import type { StreamView } from '../state/answer-streams.ts'
import { useLanguage } from '../text/language.ts'

/** Below this a bar would only flash. */
const WORTH_A_BAR = 32

export function AnswerProgress({ progress }: { progress: StreamView['progress'] }): ReactElement {
  const { text, format } = useLanguage()
  if (progress === null || progress.total === 0) {
    return (
      <p className="answer-progress">
        <Spinner />
        {text.startingAnswer}
      </p>
    )
  }
  const words = (progress.rebuilding ? text.rebuilding : text.reading)(
    format.count(progress.done),
    format.count(progress.total),
  )
  return (
    <div className="answer-progress">
      <Spinner />
      <span className="figure">{words}</span>
      {progress.total >= WORTH_A_BAR && (
        <ProgressBar label={words} fraction={progress.done / progress.total} />
      )}
    </div>
  )
}
