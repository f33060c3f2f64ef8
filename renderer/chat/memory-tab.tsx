// What the chat remembers, and what is kept of it: figures, what is being read, the way back in time, the branches.
import { RefreshCcwDot } from 'lucide-react'
import { useEffect } from 'react'
import type { ReactElement } from 'react'
import type { ConversationMemory, MemoryReading } from '../../electron/contract/memory.ts'
import { ProgressBar } from '../shared/progress.tsx'
import { pathOf, runningAnswer } from '../state/message-tree.ts'
import type { Tree } from '../state/message-tree.ts'
import { useApp, useAppStore } from '../state/use-app.ts'
import { useLanguage } from '../text/language.ts'
import { BranchTree } from './branch-tree.tsx'
import { CarryOut } from './carry.tsx'
import { TimeTravel } from './time-travel.tsx'

export function MemoryTab(): ReactElement {
  const { text } = useLanguage()
  const store = useAppStore()
  const conversation = useApp((state) => state.conversation)
  const tree = useApp((state) => (conversation === null ? undefined : state.trees[conversation]))
  const memory = useApp((state) => (conversation === null ? undefined : state.memories[conversation]))
  const reading = useApp((state) => state.memoryReading)
  const model = useApp((state) => (state.engine.phase === 'ready' ? state.engine.model.id : null))
  const empty = tree === undefined || tree.order.length === 0

  useEffect(() => {
    if (conversation !== null && !empty) void store.getState().openMemory(conversation)
  }, [store, conversation, model, empty])

  return (
    <div className="panel-body">
      {reading !== null && <Reading reading={reading} />}
      {empty ? (
        <p className="panel-empty">{text.memoryOfNew}</p>
      ) : (
        memory !== undefined && (
          <>
            <Figures tree={tree} memory={memory} />
            {model === null && <p className="panel-note">{text.memoryNoModel}</p>}
            <TimeTravel tree={tree} memory={memory} />
            <Branches tree={tree} memory={memory} />
            <CarryOut conversation={tree.conversation} />
          </>
        )
      )}
    </div>
  )
}

function Figures({ tree, memory }: { tree: Tree; memory: ConversationMemory }): ReactElement {
  const { text, format } = useLanguage()
  const store = useAppStore()
  const usage = useApp((state) => state.memoryUsage)
  const { tokens, trainingContext, lastCheckpointAt } = memory
  const beyond = trainingContext !== null && trainingContext > 0 && tokens > trainingContext
  return (
    <section className="panel-section" aria-label={text.tabMemory}>
      <dl className="panel-figures">
        <div>
          <dt>{text.memoryTokens}</dt>
          <dd className="figure">{format.count(tokens)}</dd>
        </div>
        <div>
          <dt>{text.memorySnapshots}</dt>
          <dd className="figure">{format.count(memory.snapshots)}</dd>
        </div>
        <div>
          <dt>{text.memoryBytes}</dt>
          <dd className="figure">{format.bytes(memory.bytes)}</dd>
        </div>
        <div>
          <dt>{text.memoryCheckpoint}</dt>
          <dd className="figure">
            {lastCheckpointAt === null ? text.memoryNever : format.dateTime(lastCheckpointAt)}
          </dd>
        </div>
      </dl>
      <p className="panel-note">
        {beyond ? text.memoryBeyond(format.count(trainingContext)) : text.memoryFades}
      </p>
      <RefreshLine tree={tree} />
      <div className="panel-field-foot">
        <p className="panel-note">
          {usage === null ? '' : text.memoryAll(format.bytes(usage.bytes), format.bytes(usage.budgetBytes))}
        </p>
        <button
          type="button"
          className="button button-small"
          title={text.freeSpaceHint}
          onClick={() => void store.getState().freeMemory(memory.conversation)}
        >
          {text.freeSpace}
        </button>
      </div>
    </section>
  )
}

/** Long enough to be summed up, and something that can do it. */
function RefreshLine({ tree }: { tree: Tree }): ReactElement | null {
  const { text } = useLanguage()
  const store = useAppStore()
  const ready = useApp((state) => state.engine.phase === 'ready')
  if (!ready || tree.parameters.mode !== 'chat' || pathOf(tree).length < 4) return null
  return (
    <button
      type="button"
      className="button button-small memory-refresh"
      disabled={runningAnswer(tree) !== null}
      onClick={() => store.getState().openRefresh()}
    >
      <RefreshCcwDot aria-hidden size={14} />
      {text.refreshOpen}
    </button>
  )
}

function Reading({ reading }: { reading: MemoryReading }): ReactElement {
  const { text, format } = useLanguage()
  const title = useApp((state) => state.summaries[reading.id]?.title ?? '')
  const persona = useApp((state) => state.personas.find(({ id }) => id === reading.id)?.name ?? '')
  const what = {
    leaf: () => text.memoryReadingLeaf(title === '' ? text.untitled : title),
    persona: () => text.memoryReadingPersona(persona),
    point: () => text.memoryReadingPoint,
    refresh: () => text.memoryReadingRefresh,
  }[reading.what]()
  return (
    <section className="panel-reading" aria-label={what}>
      <span className="panel-reading-title">{what}</span>
      <ProgressBar label={what} fraction={reading.total === 0 ? 0 : reading.done / reading.total} />
      <span className="panel-note figure">
        {text.memoryReadingOf(format.count(reading.done), format.count(reading.total))}
        {reading.waiting > 0 && ` · ${text.memoryWaiting(format.count(reading.waiting))}`}
      </span>
    </section>
  )
}

function Branches({ tree, memory }: { tree: Tree; memory: ConversationMemory }): ReactElement {
  const { text } = useLanguage()
  return (
    <section className="panel-section panel-branches" aria-label={text.branchTree}>
      <div className="panel-section-head">
        <h2>{text.branchTree}</h2>
        <span className="panel-note">{text.branchTreeHint}</span>
      </div>
      <BranchTree tree={tree} memory={memory} />
    </section>
  )
}
