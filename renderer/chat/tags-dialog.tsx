// The tags of one or several chats: those on all of them are set, a click takes one away or adds it.
import { Plus, X } from 'lucide-react'
import { useMemo, useState } from 'react'
import type { ReactElement, SyntheticEvent } from 'react'
import { LIMITS } from '../../electron/contract/limits.ts'
import { Dialog } from '../shared/dialog.tsx'
import { useApp, useAppStore } from '../state/use-app.ts'
import { useLanguage } from '../text/language.ts'
import { tagsOf } from './rail-rows.ts'

const OFFERED = 24

export function TagsDialog(props: { conversations: readonly string[]; onClose: () => void }): ReactElement {
  const { text } = useLanguage()
  const store = useAppStore()
  const summaries = useApp((state) => state.summaries)
  const [typed, setTyped] = useState('')
  const all = useMemo(() => tagsOf(Object.values(summaries)), [summaries])
  const chosen = props.conversations.flatMap((id) => summaries[id] ?? [])
  const here = tagsOf(chosen)
  const onAll = (tag: string): boolean => chosen.every(({ tags }) => tags.includes(tag))
  const offered = all.filter((tag) => !here.includes(tag)).slice(0, OFFERED)
  const change = (change: { addTags?: string[]; removeTags?: string[] }): void =>
    void store.getState().organise({ conversations: [...props.conversations], ...change })
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault()
    const tags = typed
      .split(/[,，]/)
      .map((tag) => tag.trim().replace(/^#/, ''))
      .filter((tag) => tag !== '')
    if (tags.length > 0) change({ addTags: tags.map((tag) => tag.slice(0, LIMITS.tagCharacters)) })
    setTyped('')
  }
  return (
    <Dialog
      title={chosen.length === 1 ? text.tagsOfChat : text.tagsOfChats(chosen.length)}
      onClose={props.onClose}
      className="dialog-small"
    >
      {here.length === 0 ? (
        <p className="muted">{text.noTags}</p>
      ) : (
        <ul className="tag-list" aria-label={text.tags}>
          {here.map((tag) => (
            <li key={tag} className="tag tag-on" data-partly={!onAll(tag)}>
              {onAll(tag) ? (
                <span>{tag}</span>
              ) : (
                <button
                  type="button"
                  className="tag-button"
                  title={text.tagOnSome}
                  onClick={() => change({ addTags: [tag] })}
                >
                  {tag}
                </button>
              )}
              <button
                type="button"
                className="tag-remove"
                aria-label={text.removeTag(tag)}
                onClick={() => change({ removeTags: [tag] })}
              >
                <X aria-hidden size={13} />
              </button>
            </li>
          ))}
        </ul>
      )}
      <form onSubmit={submit} className="tag-form">
        <input
          className="field"
          aria-label={text.newTag}
          placeholder={text.newTagPlaceholder}
          value={typed}
          maxLength={200}
          data-first-focus
          onChange={(event) => setTyped(event.target.value)}
        />
        <button type="submit" className="button" disabled={typed.trim() === ''}>
          {text.addTag}
        </button>
      </form>
      {offered.length > 0 && (
        <ul className="tag-list" aria-label={text.otherTags}>
          {offered.map((tag) => (
            <li key={tag}>
              <button type="button" className="tag tag-button" onClick={() => change({ addTags: [tag] })}>
                <Plus aria-hidden size={13} />
                {tag}
              </button>
            </li>
          ))}
        </ul>
      )}
      <div className="dialog-actions">
        <button type="button" className="button button-primary" onClick={props.onClose}>
          {text.done}
        </button>
      </div>
    </Dialog>
  )
}
