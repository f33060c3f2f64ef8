// What a new chat shows: a greeting and a few things to try; before the first model, the way to one.
import { FolderOpen, NotebookPen, Sparkle, UserRound } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { ReactElement } from 'react'
import { CarryIn } from './carry.tsx'
import { FirstRun } from '../models/first-run.tsx'
import { RoostMark } from '../shared/roost-mark.tsx'
import { useApp, useAppStore } from '../state/use-app.ts'
import { useLanguage } from '../text/language.ts'

export function EmptyChat(): ReactElement {
  const { text } = useLanguage()
  const store = useAppStore()
  const engine = useApp((state) => state.engine)
  const models = useApp((state) => state.models)
  const [hour] = useState(() => new Date().getHours())
  const starter = models.find((model) => model.origin === 'starter' && model.available)
  // A model that rests is loaded by the first message.
  const noModel = (engine.phase === 'none' && engine.resting === undefined) || engine.phase === 'fault'
  const hasTalked = useApp((state) => Object.keys(state.summaries).length > 0)
  return (
    <div className="empty-chat">
      <div className="empty-inside">
        <RoostMark size={52} />
        <h1>{noModel && !hasTalked ? text.firstRunTitle : text.greeting(hour)}</h1>
        <p className="empty-words">{noModel ? text.firstRunBody : text.greetingBody}</p>
        {noModel ? (
          <div className="empty-buttons">
            {starter !== undefined && (
              <button
                type="button"
                className="button button-primary button-large"
                onClick={() => void store.getState().loadModel(starter.id)}
              >
                <Sparkle aria-hidden size={16} />
                {text.firstRunStarter(starter.title)}
              </button>
            )}
            <button
              type="button"
              className="button button-large"
              onClick={() => void store.getState().openModelFile()}
            >
              <FolderOpen aria-hidden size={16} />
              {text.chooseFile}
            </button>
          </div>
        ) : (
          <ul className="suggestions" aria-label={text.suggestions}>
            {text.suggestionList.map((suggestion) => (
              <li key={suggestion.title}>
                <button
                  type="button"
                  className="suggestion"
                  onClick={() => {
                    store.getState().setDraft(null, suggestion.text)
                    document.querySelector<HTMLTextAreaElement>('.composer textarea')?.focus()
                  }}
                >
                  <strong>{suggestion.title}</strong>
                  <span>{suggestion.text}</span>
                </button>
              </li>
            ))}
          </ul>
        )}
        {!noModel && <MoreWays />}
        <FirstRun />
      </div>
    </div>
  )
}

/** Other ways to begin: from a persona, or without turns. */
function MoreWays(): ReactElement {
  const { text } = useLanguage()
  const store = useAppStore()
  const personas = useApp((state) => state.personas)
  useEffect(() => {
    void store.getState().openShelf()
  }, [store])
  return (
    <div className="empty-more">
      {personas.slice(0, 4).map(({ id, name }) => (
        <button
          key={id}
          type="button"
          className="button button-small"
          aria-label={text.personaStart(name)}
          onClick={() => void store.getState().startFrom(id)}
        >
          <UserRound aria-hidden size={14} />
          {name}
        </button>
      ))}
      <button
        type="button"
        className="button button-small button-quiet"
        onClick={() => store.getState().patchView({ personasOpen: true })}
      >
        <UserRound aria-hidden size={14} />
        {text.personaManage}
      </button>
      <button
        type="button"
        className="button button-small button-quiet"
        title={text.notebookHint}
        onClick={() => void store.getState().startNotebook()}
      >
        <NotebookPen aria-hidden size={14} />
        {text.newNotebook}
      </button>
      <CarryIn />
    </div>
  )
}
