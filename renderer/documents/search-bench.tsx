// What a chat would find: the same call, with its stages and scores in the open.
import { Search } from 'lucide-react'
import { Switch } from 'radix-ui'
import { useId, useState } from 'react'
import type { ReactElement, SyntheticEvent } from 'react'
import type {
  RankedPassage,
  RetrievalReport,
  RetrievalStage,
} from '../../electron/contract/document-entities.ts'
import { LIMITS } from '../../electron/contract/limits.ts'
import { Banner } from '../shared/banner.tsx'
import { Spinner } from '../shared/progress.tsx'
import { useApp, useAppStore } from '../state/use-app.ts'
import { errorWords, useLanguage } from '../text/language.ts'
import { PassagePlace } from './passage-place.tsx'

export function SearchBench(props: { scopeName: string }): ReactElement {
  const language = useLanguage()
  const { text } = language
  const store = useAppStore()
  const scope = useApp((state) => state.documentsScope)
  const problem = useApp((state) => state.problems.documentSearch)
  const [question, setQuestion] = useState('')
  const [rerank, setRerank] = useState(true)
  const [busy, setBusy] = useState(false)
  const [report, setReport] = useState<RetrievalReport | null>(null)
  const label = useId()
  const search = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault()
    if (question.trim() === '' || busy) return
    setBusy(true)
    const found = await store.getState().searchDocuments(question.trim(), scope, rerank)
    setBusy(false)
    if (found !== null) setReport(found)
  }
  return (
    <div className="bench">
      <form className="bench-form" onSubmit={(event) => void search(event)}>
        <div className="bench-line">
          <input
            className="field"
            aria-label={text.searchQuestion}
            placeholder={text.searchQuestion}
            value={question}
            maxLength={LIMITS.questionCharacters}
            onChange={({ target }) => setQuestion(target.value)}
          />
          <button type="submit" className="button button-primary" disabled={question.trim() === '' || busy}>
            {busy ? <Spinner /> : <Search aria-hidden size={16} />}
            {text.searchRun}
          </button>
        </div>
        <div className="bench-line bench-choices">
          <span className="muted">{text.searchInName(props.scopeName)}</span>
          <span className="bench-switch" title={text.searchRerankHint}>
            <label htmlFor={label}>{text.searchRerank}</label>
            <Switch.Root id={label} className="switch" checked={rerank} onCheckedChange={setRerank}>
              <Switch.Thumb className="switch-thumb" />
            </Switch.Root>
          </span>
        </div>
      </form>
      {problem !== undefined && (
        <Banner
          tone="error"
          {...errorWords(language, problem.code, problem.detail)}
          onDismiss={() => store.getState().clearProblem('documentSearch')}
        />
      )}
      <div className="bench-results" tabIndex={-1}>
        {report === null ? (
          <p className="muted bench-empty">
            {text.searchEmpty} {text.searchQuestionHint}
          </p>
        ) : (
          <Report report={report} />
        )}
      </div>
    </div>
  )
}

function Report({ report }: { report: RetrievalReport }): ReactElement {
  const { text, format } = useLanguage()
  const total = report.stages.reduce((sum, { milliseconds }) => sum + milliseconds, 0)
  return (
    <>
      <p className="bench-summary" role="status">
        {text.searchSummary(
          format.count(report.passages.length),
          format.count(report.searched),
          text.milliseconds(format.count(total)),
        )}
      </p>
      <Stages stages={report.stages} />
      {report.passages.length === 0 ? (
        <p className="muted">{text.searchNothing}</p>
      ) : (
        <ol className="bench-list" aria-label={text.rankedPassages}>
          {report.passages.map((passage, index) => (
            <li key={passage.id}>
              <Ranked passage={passage} rank={index + 1} />
            </li>
          ))}
        </ol>
      )}
    </>
  )
}

export function Stages({ stages }: { stages: readonly RetrievalStage[] }): ReactElement {
  const { text, format } = useLanguage()
  return (
    <dl className="stages" aria-label={text.stages}>
      {stages.map(({ name, milliseconds, candidates, skipped }) => (
        <div key={name}>
          <dt>{name === 'words' ? text.stageWords : text.stageLikelihood}</dt>
          <dd className="figure">
            {skipped === null
              ? text.stageFigures(format.count(candidates), format.count(milliseconds))
              : text.stageSkipped[skipped]}
          </dd>
        </div>
      ))}
    </dl>
  )
}

function Ranked(props: { passage: RankedPassage; rank: number }): ReactElement {
  const { text, format } = useLanguage()
  const store = useAppStore()
  const { passage, rank } = props
  return (
    <button
      type="button"
      className="passage-card"
      onClick={() =>
        store.getState().patchView({
          documentShown: { document: passage.document, start: passage.start, end: passage.end },
        })
      }
    >
      <span className="passage-head">
        <span className="passage-rank figure">{format.count(rank)}</span>
        <PassagePlace name={passage.documentName} page={passage.page} headings={passage.headings} />
      </span>
      <span className="passage-text">{passage.text}</span>
      <span className="passage-figures figure">
        {text.score(passage.score.toFixed(2))}
        {passage.wordRank !== null && ` · ${text.wordRank(format.count(passage.wordRank))}`}
        {passage.likelihood !== null && ` · ${text.likelihood(passage.likelihood.toFixed(2))}`}
      </span>
    </button>
  )
}
