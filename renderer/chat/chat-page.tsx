// The chat: transcript or greeting, what went wrong, and the composer.
import type { ReactElement } from 'react'
import { Banner } from '../shared/banner.tsx'
import { Spinner } from '../shared/progress.tsx'
import { useApp, useAppStore } from '../state/use-app.ts'
import { errorWords, useLanguage } from '../text/language.ts'
import { MemoryFileDialog } from './carry.tsx'
import { Composer } from './composer.tsx'
import { RefreshOffer } from './refresh-offer.tsx'
import { EmptyChat } from './empty-chat.tsx'
import { Notebook } from './notebook.tsx'
import { SidePanel } from './side-panel.tsx'
import { Transcript } from './transcript.tsx'

export function ChatPage(): ReactElement {
  const panelOpen = useApp((state) => state.panelOpen)
  return (
    <div className="chat-room">
      <Chat />
      {panelOpen && <SidePanel />}
      <MemoryFileDialog />
    </div>
  )
}

function Chat(): ReactElement {
  const language = useLanguage()
  const { text } = language
  const store = useAppStore()
  const conversation = useApp((state) => state.conversation)
  const tree = useApp((state) => (conversation === null ? undefined : state.trees[conversation]))
  const openProblem = useApp((state) =>
    conversation === null ? undefined : state.openProblems[conversation],
  )
  const title = useApp((state) => (conversation === null ? '' : (state.summaries[conversation]?.title ?? '')))
  if (conversation !== null && tree === undefined && openProblem !== undefined) {
    return (
      <main className="chat-page">
        <div className="centred">
          <Banner
            tone="error"
            {...errorWords(language, openProblem.code, openProblem.detail)}
            {...(openProblem.code === 'not_found' ? { title: text.chatMissingTitle } : {})}
            action={
              <button type="button" className="button" onClick={() => store.getState().startNewChat()}>
                {text.newChat}
              </button>
            }
          />
        </div>
      </main>
    )
  }
  const notebook = tree?.parameters.mode === 'notebook'
  const empty = !notebook && (conversation === null || (tree !== undefined && tree.order.length === 0))
  return (
    <main className="chat-page">
      {empty ? (
        <EmptyChat />
      ) : tree === undefined ? (
        <div className="centred muted">
          <Spinner />
          {text.openingChat}
        </div>
      ) : (
        <>
          <h1 className="visually-hidden">{title === '' ? text.untitled : title}</h1>
          {notebook ? <Notebook tree={tree} /> : <Transcript key={tree.conversation} tree={tree} />}
        </>
      )}
      <div className="chat-foot">
        <ChatBanner />
        {tree !== undefined && <RefreshOffer tree={tree} />}
        <Composer />
      </div>
    </main>
  )
}

/** At most one at a time, the most pressing first. */
function ChatBanner(): ReactElement | null {
  const language = useLanguage()
  const { text } = language
  const store = useAppStore()
  const conversation = useApp((state) => state.conversation)
  const problem = useApp((state) => state.problems[`chat:${conversation ?? ''}`])
  const modelProblem = useApp((state) => state.problems.models)
  const engine = useApp((state) => state.engine)
  const uncleanExit = useApp((state) => state.info?.uncleanExit === true && !state.uncleanDismissed)
  const models = useApp((state) => state.models)

  if (problem !== undefined) {
    const place = `chat:${conversation ?? ''}` as const
    return (
      <Banner
        tone="error"
        {...errorWords(language, problem.code, problem.detail)}
        onDismiss={() => store.getState().clearProblem(place)}
        action={
          problem.code === 'no_model' ? (
            <button
              type="button"
              className="button"
              onClick={() => store.getState().patchView({ modelPickerOpen: true })}
            >
              {text.chooseModel}
            </button>
          ) : undefined
        }
      />
    )
  }
  if (modelProblem !== undefined || engine.phase === 'fault') {
    const shown = modelProblem ?? (engine.phase === 'fault' ? engine.error : { code: 'internal' })
    const model = engine.phase === 'fault' ? engine.model : null
    return (
      <Banner
        tone="error"
        {...errorWords(language, shown.code, shown.detail)}
        action={
          <button
            type="button"
            className="button"
            onClick={() =>
              model === null
                ? store.getState().patchView({ modelPickerOpen: true })
                : void store.getState().loadModel(model.id)
            }
          >
            {model === null ? text.chooseModel : text.reload}
          </button>
        }
        {...(modelProblem === undefined ? {} : { onDismiss: () => store.getState().clearProblem('models') })}
      />
    )
  }
  if (uncleanExit && engine.phase === 'none') {
    const candidates = models.filter((known) => known.available)
    const only = candidates.length === 1 ? candidates[0] : undefined
    return (
      <Banner
        tone="info"
        title={text.uncleanTitle}
        body={text.uncleanBody}
        onDismiss={() => store.getState().patchView({ uncleanDismissed: true })}
        action={
          candidates.length === 0 ? undefined : (
            <button
              type="button"
              className="button"
              onClick={() => {
                if (only === undefined) store.getState().patchView({ modelPickerOpen: true })
                else void store.getState().loadModel(only.id)
              }}
            >
              {only === undefined ? text.chooseModel : text.uncleanLoad(only.title)}
            </button>
          )
        }
      />
    )
  }
  return null
}
