// What has become of a document: taken in or not and why, read into a state or how far.
import { Check, CircleAlert } from 'lucide-react'
import type { ReactElement } from 'react'
import type { Document } from '../../electron/contract/document-entities.ts'
import { ProgressBar, Spinner } from '../shared/progress.tsx'
import { errorWords, remarkWords, useLanguage } from '../text/language.ts'
import type { Language } from '../text/language.ts'

export function documentFacts(language: Language, document: Document): string[] {
  const { text, format } = language
  return [
    text.kindNames[document.kind],
    ...(document.pages === null ? [] : [text.pageCount(document.pages, format.count(document.pages))]),
    format.bytes(document.bytes),
    ...(document.status === 'ready'
      ? [text.passageCount(document.passages, format.count(document.passages))]
      : []),
  ]
}

/** Why it failed, what was left out, how far it is; nothing when it is simply ready. */
export function DocumentStatus({ document }: { document: Document }): ReactElement | null {
  const language = useLanguage()
  const { text } = language
  if (document.status === 'failed') {
    const words = errorWords(language, document.error?.code ?? 'internal', document.error?.detail)
    return (
      <div className="document-problem" role="status">
        <CircleAlert aria-hidden size={15} />
        <span>
          <strong>{words.title}.</strong> {words.body}
        </span>
      </div>
    )
  }
  if (document.status !== 'ready') {
    const words = {
      waiting: text.statusWaiting,
      parsing: text.statusParsing,
      indexing: text.statusIndexing,
    }[document.status]
    return (
      <div className="document-working">
        {document.fraction === null ? (
          <Spinner />
        ) : (
          <ProgressBar label={text.takingIn(document.name)} fraction={document.fraction} />
        )}
        <span>{words}</span>
      </div>
    )
  }
  const remarks = document.remarks.flatMap(({ code, detail }) => remarkWords(language, code, detail) ?? [])
  return remarks.length === 0 ? null : <p className="document-remark">{remarks.join(' ')}</p>
}

/** Of reading it into a state; nothing while it was not asked for. */
export function ReadingState({ document }: { document: Document }): ReactElement | null {
  const language = useLanguage()
  const { text, format } = language
  const { phase, doneTokens, totalTokens, secondsLeft, model, bytes, error } = document.reading
  const fraction = totalTokens === null || totalTokens === 0 ? 0 : doneTokens / totalTokens
  switch (phase) {
    case 'none':
      return null
    case 'waiting':
      return (
        <div className="document-working">
          <Spinner />
          <span>{text.readingWaiting}</span>
        </div>
      )
    case 'reading':
      return (
        <div className="document-working">
          <ProgressBar label={text.readingName(document.name)} fraction={fraction} />
          <span className="figure">
            {totalTokens === null
              ? text.readingSome(format.count(doneTokens))
              : text.readingOf(format.count(doneTokens), format.count(totalTokens))}
            {secondsLeft !== null && ` · ${text.timeLeft(secondsLeft)}`}
          </span>
        </div>
      )
    case 'paused':
      return (
        <div className="document-working">
          <ProgressBar label={text.readingName(document.name)} fraction={fraction} />
          <span className="figure">{text.readingPaused(format.percent(fraction))}</span>
        </div>
      )
    case 'done':
      return (
        <p
          className="document-read"
          title={text.readingDoneHint(format.count(doneTokens), model ?? '', format.bytes(bytes))}
        >
          <Check aria-hidden size={14} />
          {text.readingDone}
          <span className="muted figure">{text.readingSome(format.count(doneTokens))}</span>
        </p>
      )
    case 'failed': {
      const words = errorWords(language, error?.code ?? 'reading_failed', error?.detail)
      return (
        <div className="document-problem" role="status">
          <CircleAlert aria-hidden size={15} />
          <span>
            <strong>{words.title}.</strong> {words.body}
          </span>
        </div>
      )
    }
  }
}
