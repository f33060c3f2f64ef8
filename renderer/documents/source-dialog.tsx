// The passage behind a citation, in its surroundings: on the page of a PDF, or in the text.
import { ChevronLeft, ChevronRight } from 'lucide-react'
import { useCallback, useMemo, useState } from 'react'
import type { ReactElement } from 'react'
import type { Evidence, EvidencePassage } from '../../electron/contract/evidence.ts'
import { Dialog } from '../shared/dialog.tsx'
import { IconButton } from '../shared/icon-button.tsx'
import { useApp, useAppStore } from '../state/use-app.ts'
import { useLanguage } from '../text/language.ts'
import { PassagePlace } from './passage-place.tsx'
import { PdfView } from './pdf-view.tsx'
import { QuotedText, TextView } from './text-view.tsx'

/** Numbers of the passages that are stepped through: those that were cited, in the order of the answer. */
export function citedNumbers(evidence: Evidence): number[] {
  const verified = evidence.citations.filter(({ state }) => state === 'verified')
  return [...new Set(verified.sort((a, b) => a.start - b.start).map(({ number }) => number))]
}

export function SourceDialog(): ReactElement | null {
  const { text } = useLanguage()
  const store = useAppStore()
  const shown = useApp((state) => state.sourceShown)
  const evidence = useApp((state) => (shown === null ? undefined : state.evidence[shown.answer]))
  const passage = evidence?.passages.find(({ number }) => number === shown?.number)
  if (shown === null || evidence === undefined || passage === undefined) return null
  return (
    <Dialog
      title={text.source}
      className="dialog-source"
      onClose={() => store.getState().patchView({ sourceShown: null })}
    >
      <Passage key={passage.number} evidence={evidence} passage={passage} />
    </Dialog>
  )
}

function Passage(props: { evidence: Evidence; passage: EvidencePassage }): ReactElement {
  const { text, format } = useLanguage()
  const store = useAppStore()
  const { evidence, passage } = props
  const document = useApp((state) => state.documents?.get(passage.document))
  const [missing, setMissing] = useState<'gone' | 'changed' | null>(null)
  const [pages, setPages] = useState(document?.kind === 'pdf' && passage.page !== null)
  const [noPages, setNoPages] = useState(false)
  const cited = citedNumbers(evidence)
  const numbers = cited.includes(passage.number) ? cited : evidence.passages.map(({ number }) => number)
  const at = numbers.indexOf(passage.number)
  const quote =
    evidence.citations.find(({ number, quote: found }) => number === passage.number && found !== null)
      ?.quote ?? null
  const place = useMemo(() => ({ start: passage.start, end: passage.end }), [passage])
  const onGone = useCallback((reason: 'gone' | 'changed') => setMissing(reason), [])
  const onFail = useCallback(() => {
    setNoPages(true)
    setPages(false)
  }, [])
  const show = (index: number): void => {
    const number = numbers[index]
    if (number !== undefined)
      store.getState().patchView({ sourceShown: { answer: evidence.message, number } })
  }
  const lost = document === undefined ? 'gone' : missing
  return (
    <>
      <div className="source-head">
        <span className="passage-rank figure">{format.count(passage.number)}</span>
        <PassagePlace name={passage.documentName} page={passage.page} headings={passage.headings} />
        <span className="bar-space" />
        {document?.kind === 'pdf' && passage.page !== null && !noPages && lost === null && (
          <div className="segments" role="group" aria-label={text.documentViews}>
            <button type="button" aria-pressed={pages} onClick={() => setPages(true)}>
              {text.viewPages}
            </button>
            <button type="button" aria-pressed={!pages} onClick={() => setPages(false)}>
              {text.viewText}
            </button>
          </div>
        )}
        {numbers.length > 1 && (
          <div className="source-steps">
            <IconButton
              label={text.previousCitation}
              icon={ChevronLeft}
              disabled={at <= 0}
              onClick={() => show(at - 1)}
            />
            <span className="figure">
              {text.citationOf(format.count(at + 1), format.count(numbers.length))}
            </span>
            <IconButton
              label={text.nextCitation}
              icon={ChevronRight}
              disabled={at >= numbers.length - 1}
              onClick={() => show(at + 1)}
            />
          </div>
        )}
      </div>
      {noPages && lost === null && <p className="document-remark">{text.pagesFailed}</p>}
      {lost !== null ? (
        <div className="source-kept">
          <p className="document-remark">{lost === 'gone' ? text.sourceGone : text.sourceChanged}</p>
          <p>
            <mark>
              <QuotedText text={passage.text} start={passage.start} quote={quote} />
            </mark>
          </p>
        </div>
      ) : pages ? (
        <PdfView
          document={passage.document}
          name={passage.documentName}
          page={passage.page ?? 1}
          passage={quote?.text ?? passage.text}
          onFail={onFail}
        />
      ) : (
        <TextView
          document={passage.document}
          label={text.viewText}
          passage={place}
          quote={quote}
          expected={passage.text}
          onGone={onGone}
        />
      )}
      <div className="dialog-actions">
        <span className="muted dialog-note">
          {quote === null ? '' : quote.exact ? text.quoteExact : text.quoteNear}
        </span>
        {lost === null && (
          <button
            type="button"
            className="button"
            onClick={() => {
              store.getState().patchView({
                sourceShown: null,
                documentShown: { document: passage.document, start: passage.start, end: passage.end },
              })
              store.getState().showPage('documents')
            }}
          >
            {text.openInDocuments}
          </button>
        )}
      </div>
    </>
  )
}
