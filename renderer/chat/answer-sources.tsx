// Under an answer: what it was answered from, and the quotes behind its citations.
import { BadgeCheck, BookOpenCheck, ShieldQuestion } from 'lucide-react'
import { useMemo } from 'react'
import type { ReactElement } from 'react'
import type { Evidence, EvidencePassage } from '../../electron/contract/evidence.ts'
import { PassagePlace } from '../documents/passage-place.tsx'
import { citedNumbers } from '../documents/source-dialog.tsx'
import { useApp, useAppStore } from '../state/use-app.ts'
import { useLanguage } from '../text/language.ts'

/** More are one click away. */
const SHOWN = 3

export function AnswerSources({ answer }: { answer: string }): ReactElement | null {
  const { text, format } = useLanguage()
  const store = useAppStore()
  const evidence = useApp((state) => state.evidence[answer])
  const cited = useMemo(() => (evidence === undefined ? [] : citedPassages(evidence)), [evidence])
  if (evidence === undefined || (evidence.mode === 'none' && evidence.refused === null)) return null
  const more = evidence.passages.length - Math.min(SHOWN, cited.length)
  return (
    <section className="answer-sources" aria-label={text.sources}>
      <div className="answer-sources-head">
        <ModeLabel evidence={evidence} />
        {more > 0 && (
          <span className="muted">
            {(cited.length === 0 ? text.sourcesShown : text.sourcesAndMore)(more, format.count(more))}
          </span>
        )}
        <span className="bar-space" />
        <button
          type="button"
          className="link-button"
          onClick={() =>
            store.getState().patchView({ panelOpen: true, panelTab: 'sources', answerChosen: answer })
          }
        >
          {text.openAllSources}
        </button>
      </div>
      {evidence.refused !== null && <Refusal evidence={evidence} />}
      {evidence.read.length > 0 && (
        <p className="answer-read">
          <BookOpenCheck aria-hidden size={15} strokeWidth={1.75} />
          <span className="muted">{text.readWhole}</span>
          <span>{evidence.read.map(({ documentName }) => documentName).join(', ')}</span>
        </p>
      )}
      {evidence.read.length > 0 && cited.length > 0 && (
        <p className="answer-read muted">{text.citedPassages}</p>
      )}
      {cited.length > 0 && (
        <ol className="quote-list">
          {cited.slice(0, SHOWN).map((passage) => (
            <li key={passage.number}>
              <QuoteCard evidence={evidence} passage={passage} />
            </li>
          ))}
        </ol>
      )}
      <Dropped evidence={evidence} />
    </section>
  )
}

export function citedPassages(evidence: Evidence): EvidencePassage[] {
  return citedNumbers(evidence).flatMap(
    (wanted) => evidence.passages.find(({ number }) => number === wanted) ?? [],
  )
}

export function ModeLabel({ evidence }: { evidence: Evidence }): ReactElement {
  const { text } = useLanguage()
  const names = {
    reading: [text.modeReading, text.modeReadingHint],
    passages: [text.modePassages, text.modePassagesHint],
    both: [text.modeBoth, text.modeBothHint],
    none: [text.modeNone, text.modeNoneHint],
  } as const
  const [name, hint] = names[evidence.mode]
  return (
    <span className="mode-label" data-mode={evidence.mode} title={hint}>
      {name}
    </span>
  )
}

/** Citations that no passage stands behind: each has its mark in the text, and they are counted here. */
export function Dropped({ evidence }: { evidence: Evidence }): ReactElement | null {
  const { text, format } = useLanguage()
  const count = evidence.citations.filter(({ state }) => state === 'dangling').length
  if (count === 0) return null
  return <p className="answer-read warning">{text.droppedCount(count, format.count(count))}</p>
}

export function Refusal({ evidence }: { evidence: Evidence }): ReactElement {
  const { text } = useLanguage()
  return (
    <p className="refusal">
      <ShieldQuestion aria-hidden size={16} strokeWidth={1.75} />
      {evidence.refused === 'code' ? text.refusedByCode : text.refusedByModel}
    </p>
  )
}

/** A passage: what of it was quoted, otherwise its beginning. Opens the place. */
export function QuoteCard(props: { evidence: Evidence; passage: EvidencePassage }): ReactElement {
  const { text, format } = useLanguage()
  const store = useAppStore()
  const { evidence, passage } = props
  const quote = evidence.citations.find((one) => one.number === passage.number && one.quote !== null)?.quote
  return (
    <button
      type="button"
      className="quote-card"
      onClick={() =>
        store.getState().patchView({ sourceShown: { answer: evidence.message, number: passage.number } })
      }
    >
      <span className="passage-head">
        <span className="passage-rank figure">{format.count(passage.number)}</span>
        <PassagePlace name={passage.documentName} page={passage.page} headings={passage.headings} />
        {quote?.exact === true && (
          <span className="quote-exact" title={text.quoteExact}>
            <BadgeCheck aria-hidden size={15} strokeWidth={1.75} />
            <span className="visually-hidden">{text.quoteExact}</span>
          </span>
        )}
      </span>
      <q className="quote-text">{(quote?.text ?? passage.text).replace(/\s+/g, ' ').trim()}</q>
    </button>
  )
}
