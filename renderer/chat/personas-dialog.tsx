// The shelf of personas: begin a chat from one, write one, change one.
import { MessageSquarePlus, Pencil, Plus, Trash2, X } from 'lucide-react'
import { useEffect, useId, useState } from 'react'
import type { ReactElement, SyntheticEvent } from 'react'
import { LIMITS } from '../../electron/contract/limits.ts'
import type { Example, Persona } from '../../electron/contract/memory.ts'
import { ConfirmDialog, Dialog } from '../shared/dialog.tsx'
import { IconButton } from '../shared/icon-button.tsx'
import { useApp, useAppStore } from '../state/use-app.ts'
import { useLanguage } from '../text/language.ts'

type Draft = Pick<Persona, 'id' | 'name' | 'systemPrompt' | 'examples' | 'sampling'>

export function PersonasDialog(): ReactElement {
  const { text } = useLanguage()
  const store = useAppStore()
  const personas = useApp((state) => state.personas)
  const [editing, setEditing] = useState<Draft | null>(null)
  const [deleting, setDeleting] = useState<Persona | null>(null)
  const close = (): void => store.getState().patchView({ personasOpen: false })

  useEffect(() => {
    void store.getState().openShelf()
  }, [store])

  const fresh = (): Draft => {
    const state = store.getState()
    const tree = state.conversation === null ? undefined : state.trees[state.conversation]
    return {
      id: crypto.randomUUID(),
      name: '',
      systemPrompt: tree?.systemPrompt ?? '',
      examples: [...(tree?.parameters.examples ?? [])],
      sampling: tree?.parameters.sampling ?? {},
    }
  }
  if (editing !== null) {
    return <PersonaForm draft={editing} onClose={() => setEditing(null)} />
  }
  return (
    <Dialog title={text.personas} onClose={close}>
      <p className="panel-note">{text.personasHint}</p>
      {personas.length === 0 ? (
        <p className="muted">{text.personasNone}</p>
      ) : (
        <ul className="personas-list" aria-label={text.personas}>
          {personas.map((persona) => (
            <li key={persona.id} className="persona-row">
              <span className="persona-words">
                <span>{persona.name}</span>
                <Readiness persona={persona} />
              </span>
              <IconButton
                label={text.personaStart(persona.name)}
                icon={MessageSquarePlus}
                onClick={() => {
                  close()
                  void store.getState().startFrom(persona.id)
                }}
              />
              <IconButton
                label={`${text.personaEdit}: ${persona.name}`}
                icon={Pencil}
                onClick={() => setEditing(persona)}
              />
              <IconButton
                label={`${text.personaDelete}: ${persona.name}`}
                icon={Trash2}
                onClick={() => setDeleting(persona)}
              />
            </li>
          ))}
        </ul>
      )}
      <div className="dialog-actions">
        <button type="button" className="button" onClick={() => setEditing(fresh())}>
          <Plus aria-hidden size={15} />
          {text.personaNew}
        </button>
      </div>
      {deleting !== null && (
        <ConfirmDialog
          title={text.personaDelete}
          body={text.personaDeleteBody(deleting.name)}
          confirm={text.delete}
          onConfirm={() => void store.getState().deletePersona(deleting.id)}
          onClose={() => setDeleting(null)}
        />
      )}
    </Dialog>
  )
}

function Readiness({ persona }: { persona: Persona }): ReactElement {
  const { text, format } = useLanguage()
  const words =
    persona.ready === true
      ? text.personaReady(format.count(persona.tokens ?? 0), format.bytes(persona.bytes))
      : persona.systemPrompt.trim() === '' && persona.examples.length === 0
        ? text.personaIdle
        : text.personaNotReady
  return <span className="panel-note figure">{words}</span>
}

function PersonaForm({ draft, onClose }: { draft: Draft; onClose: () => void }): ReactElement {
  const { text, format } = useLanguage()
  const store = useAppStore()
  const id = useId()
  const [name, setName] = useState(draft.name)
  const [system, setSystem] = useState(draft.systemPrompt)
  const [examples, setExamples] = useState<readonly Example[]>(draft.examples)
  const whole = examples.filter(({ question, answer }) => question.trim() !== '' && answer.trim() !== '')

  const change = (index: number, patch: Partial<Example>): void =>
    setExamples(examples.map((one, at) => (at === index ? { ...one, ...patch } : one)))
  const submit = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault()
    if (name.trim() === '') return
    const saved = await store.getState().savePersona({
      persona: draft.id,
      name: name.trim(),
      systemPrompt: system,
      examples: [...whole],
      sampling: draft.sampling,
    })
    if (saved) onClose()
  }
  return (
    <Dialog title={draft.name === '' ? text.personaNew : text.personaEdit} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <div className="persona-form">
          <div className="panel-field">
            <label htmlFor={`${id}-name`}>{text.personaName}</label>
            <input
              id={`${id}-name`}
              className="field"
              value={name}
              maxLength={LIMITS.titleCharacters}
              data-first-focus
              onChange={(event) => setName(event.target.value)}
            />
          </div>
          <div className="panel-field">
            <label htmlFor={`${id}-system`}>{text.personaSystem}</label>
            <textarea
              id={`${id}-system`}
              className="field field-tall"
              rows={5}
              maxLength={LIMITS.systemPromptCharacters}
              value={system}
              onChange={(event) => setSystem(event.target.value)}
            />
          </div>
          {examples.map((example, index) => (
            <fieldset key={index} className="persona-example">
              <legend className="visually-hidden">{text.personaExample(format.count(index + 1))}</legend>
              <div className="panel-field-head">
                <span>{text.personaExample(format.count(index + 1))}</span>
                <IconButton
                  label={`${text.personaRemoveExample} ${format.count(index + 1)}`}
                  icon={X}
                  size={14}
                  onClick={() => setExamples(examples.filter((_, at) => at !== index))}
                />
              </div>
              <textarea
                className="field field-tall"
                rows={2}
                aria-label={`${text.personaQuestion} ${format.count(index + 1)}`}
                placeholder={text.personaQuestion}
                value={example.question}
                onChange={(event) => change(index, { question: event.target.value })}
              />
              <textarea
                className="field field-tall"
                rows={2}
                aria-label={`${text.personaAnswer} ${format.count(index + 1)}`}
                placeholder={text.personaAnswer}
                value={example.answer}
                onChange={(event) => change(index, { answer: event.target.value })}
              />
            </fieldset>
          ))}
          {examples.length < LIMITS.examples && (
            <button
              type="button"
              className="link-button panel-link"
              onClick={() => setExamples([...examples, { question: '', answer: '' }])}
            >
              {text.personaAddExample}
            </button>
          )}
        </div>
        <div className="dialog-actions">
          <button type="button" className="button" onClick={onClose}>
            {text.cancel}
          </button>
          <button type="submit" className="button button-primary" disabled={name.trim() === ''}>
            {text.save}
          </button>
        </div>
      </form>
    </Dialog>
  )
}
