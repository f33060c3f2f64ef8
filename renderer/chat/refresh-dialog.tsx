// Refreshes the memory of a chat: how much stays word for word, a summary that a person corrects, what it brought, the way
// back.
import { useId } from 'react'
import type { ReactElement } from 'react'
import { LIMITS } from '../../electron/contract/limits.ts'
import type { RefreshReport } from '../../electron/contract/refresh-calls.ts'
import { Banner } from '../shared/banner.tsx'
import { Dialog } from '../shared/dialog.tsx'
import { DialogChoice } from '../shared/dialog-choice.tsx'
import { ProgressBar } from '../shared/progress.tsx'
import type { RefreshDraft } from '../state/app-state.ts'
import { pathOf } from '../state/message-tree.ts'
import { useApp, useAppStore } from '../state/use-app.ts'
import { errorWords, useLanguage } from '../text/language.ts'

const TURNS = [0, 1, 2, 4, 8, 16, 32]

export function RefreshDialog(): ReactElement | null {
  const draft = useApp((state) => state.memoryRefresh)
  return draft === null ? null : <Open draft={draft} />
}

function Open({ draft }: { draft: RefreshDraft }): ReactElement {
  const language = useLanguage()
  const { text } = language
  const store = useAppStore()
  const close = (): void => store.getState().closeRefresh()
  return (
    <Dialog title={text.refreshTitle} onClose={close} className="dialog-refresh">
      {draft.problem !== null && (
        <Banner tone="error" {...errorWords(language, draft.problem.code, draft.problem.detail)} />
      )}
      {draft.phase === 'done' && draft.report !== null ? (
        <Done draft={draft} report={draft.report} />
      ) : draft.phase === 'applying' ? (
        <Working what={text.refreshApplying} note={text.refreshMeasuring} onCancel={close} />
      ) : draft.phase === 'drafting' ? (
        <Working what={text.refreshDrafting} parts onCancel={close} />
      ) : draft.phase === 'choosing' ? (
        <Choosing draft={draft} />
      ) : (
        <Summary draft={draft} />
      )}
    </Dialog>
  )
}

function Choosing({ draft }: { draft: RefreshDraft }): ReactElement {
  const { text, format } = useLanguage()
  const store = useAppStore()
  const id = useId()
  const turns = useApp((state) => {
    const tree = state.trees[draft.conversation]
    return tree === undefined ? 0 : Math.floor(pathOf(tree).length / 2)
  })
  return (
    <>
      <p className="muted">{text.refreshHint}</p>
      <div className="panel-field panel-field-row">
        <label htmlFor={id}>{text.refreshTurns}</label>
        <select
          id={id}
          className="field"
          value={draft.turns}
          onChange={(event) => store.getState().keepTurns(Number(event.target.value))}
        >
          {TURNS.filter((one) => one < turns).map((one) => (
            <option key={one} value={one}>
              {format.count(one)}
            </option>
          ))}
        </select>
      </div>
      <DialogChoice
        onCancel={() => store.getState().closeRefresh()}
        confirm={text.refreshDraft}
        onConfirm={() => void store.getState().draftSummary()}
        focus="confirm"
      />
    </>
  )
}

function Summary({ draft }: { draft: RefreshDraft }): ReactElement {
  const { text } = useLanguage()
  const store = useAppStore()
  const id = useId()
  return (
    <>
      <div className="panel-field">
        <label htmlFor={id}>{text.refreshSummary}</label>
        <textarea
          id={id}
          className="field field-tall"
          rows={12}
          autoFocus
          maxLength={LIMITS.systemPromptCharacters}
          value={draft.summary}
          onChange={(event) => store.getState().writeSummary(event.target.value)}
        />
        <p className="panel-note">{text.refreshSummaryHint}</p>
      </div>
      <DialogChoice
        onCancel={() => store.getState().closeRefresh()}
        confirm={text.refreshApply}
        onConfirm={() => void store.getState().applyRefresh()}
        disabled={draft.summary.trim() === ''}
      />
    </>
  )
}

function Working(props: {
  what: string
  note?: string
  /** Progress counts parts of the chat; otherwise tokens. */
  parts?: boolean
  onCancel: () => void
}): ReactElement {
  const { text, format } = useLanguage()
  const reading = useApp((state) => (state.memoryReading?.what === 'refresh' ? state.memoryReading : null))
  const { done, total } = reading ?? { done: 0, total: 0 }
  const words =
    total === 0
      ? ''
      : props.parts === true
        ? text.refreshPart(format.count(Math.min(total, done + 1)), format.count(total))
        : text.memoryReadingOf(format.count(done), format.count(total))
  return (
    <>
      <div className="panel-reading" role="status">
        <span>{props.what}</span>
        <ProgressBar label={props.what} fraction={total === 0 ? 0 : done / total} />
        <span className="panel-note figure">{words}</span>
      </div>
      {props.note !== undefined && <p className="panel-note">{props.note}</p>}
      <div className="dialog-actions">
        <button type="button" className="button" data-first-focus onClick={props.onCancel}>
          {props.note === undefined ? text.cancel : text.close}
        </button>
      </div>
    </>
  )
}

function Done({ draft, report }: { draft: RefreshDraft; report: RefreshReport }): ReactElement {
  const { text, format } = useLanguage()
  const store = useAppStore()
  const { recall } = report
  return (
    <>
      <p>{text.refreshDone}</p>
      <dl className="panel-figures">
        <div>
          <dt>{text.refreshTokens}</dt>
          <dd className="figure">
            {text.refreshFromTo(format.count(report.tokensBefore), format.count(report.tokensAfter))}
          </dd>
        </div>
        <div>
          <dt>{text.refreshRecall}</dt>
          <dd className="figure">
            {recall === null
              ? text.refreshNotMeasured
              : text.refreshFromTo(format.percent(recall.before), format.percent(recall.after))}
          </dd>
        </div>
      </dl>
      {recall !== null && (
        <p className="panel-note">{text.refreshRecallHint(format.count(recall.details))}</p>
      )}
      <div className="dialog-actions">
        <button
          type="button"
          className="button"
          onClick={() => void store.getState().undoRefresh(draft.conversation, report)}
        >
          {text.undo}
        </button>
        <button
          type="button"
          className="button button-primary"
          data-first-focus
          onClick={() => store.getState().closeRefresh()}
        >
          {text.done}
        </button>
      </div>
    </>
  )
}
