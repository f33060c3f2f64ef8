// A slider over the answers of the shown path. Where it is let go the chat can be gone on from at once: the nearest kept
// state is taken, and only what lies between is read.
import { History } from 'lucide-react'
import { Slider } from 'radix-ui'
import { useMemo, useState } from 'react'
import type { ReactElement } from 'react'
import type { ConversationMemory } from '../../electron/contract/memory.ts'
import { pathOf, runningAnswer } from '../state/message-tree.ts'
import type { Tree } from '../state/message-tree.ts'
import { readingCost } from '../state/reading-cost.ts'
import { useApp, useAppStore } from '../state/use-app.ts'
import { useLanguage } from '../text/language.ts'

export function TimeTravel({
  tree,
  memory,
}: {
  tree: Tree
  memory: ConversationMemory
}): ReactElement | null {
  const { text, format } = useLanguage()
  const store = useAppStore()
  const travelling = useApp((state) => state.travelling)
  const branchPoint = useApp((state) => state.branchPoints[tree.conversation])
  const [moving, setMoving] = useState<{ from: number; to: number } | null>(null)
  const answers = useMemo(
    () =>
      pathOf(tree).filter((id) => {
        const message = tree.byId[id]
        return message?.role === 'assistant' && message.state !== 'failed' && message.text !== ''
      }),
    [tree],
  )
  const ready = useMemo(() => new Set(memory.ready), [memory])
  if (answers.length < 2 || runningAnswer(tree) !== null) return null

  const last = answers.length - 1
  const chosen = branchPoint === undefined ? last : answers.indexOf(branchPoint)
  const settled = chosen < 0 ? last : chosen
  if (moving !== null && moving.from !== settled) setMoving(null)
  const at = moving?.to ?? settled
  const message = answers[at] ?? ''
  const question = tree.byId[tree.byId[message]?.parent ?? '']?.text ?? ''
  const cost = readingCost(tree, memory, ready, message)
  const report = travelling?.message === message ? travelling.report : null
  const go = (index: number): void => {
    const id = answers[index]
    if (index === last || id === undefined) store.getState().branchFrom(tree.conversation, null)
    else void store.getState().travel(tree.conversation, id)
  }
  return (
    <section className="panel-section" aria-label={text.timeTravel}>
      <div className="panel-section-head">
        <h2>
          <History aria-hidden size={14} /> {text.timeTravel}
        </h2>
        {at !== last && (
          <button type="button" className="link-button panel-link" onClick={() => go(last)}>
            {text.timeBack}
          </button>
        )}
      </div>
      <Slider.Root
        className="slider"
        value={[at]}
        min={0}
        max={last}
        step={1}
        onValueChange={([next]) => setMoving(next === undefined ? null : { from: settled, to: next })}
        onValueCommit={([next]) => {
          setMoving(null)
          if (next !== undefined) go(next)
        }}
      >
        <Slider.Track className="slider-track">
          <Slider.Range className="slider-range" />
        </Slider.Track>
        <Slider.Thumb
          className="slider-thumb"
          aria-label={text.timePoint}
          aria-valuetext={text.timePointOf(format.count(at + 1), format.count(answers.length))}
        />
      </Slider.Root>
      <div className="time-point">
        <span className="figure">
          {at === last ? text.timeNow : text.timePointOf(format.count(at + 1), format.count(answers.length))}
        </span>
        <span className="branch-mark" data-ready={cost === 0}>
          {cost === 0 ? text.instant : text.costReads(format.count(cost))}
        </span>
      </div>
      <p className="time-question">{question.slice(0, 160)}</p>
      {/* A place of its own, so that nothing moves when the report comes. */}
      <p className="panel-note time-report" role="status">
        {report === null
          ? text.timeTravelHint
          : text.timeLive(
              format.count(report.resumedTokens),
              format.count(report.rereadTokens),
              format.count(report.milliseconds),
            )}
      </p>
    </section>
  )
}
