// Asks for a name: of a chat, of a folder.
import { useState } from 'react'
import type { ReactElement, SyntheticEvent } from 'react'
import { LIMITS } from '../../electron/contract/limits.ts'
import { Dialog } from '../shared/dialog.tsx'
import { useLanguage } from '../text/language.ts'

export function NameDialog(props: {
  title: string
  label: string
  value: string
  onSave: (name: string) => void
  onClose: () => void
}): ReactElement {
  const { text } = useLanguage()
  const [value, setValue] = useState(props.value)
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault()
    const name = value.trim()
    if (name === '') return
    props.onSave(name)
    props.onClose()
  }
  return (
    <Dialog title={props.title} onClose={props.onClose} className="dialog-small">
      <form onSubmit={submit}>
        <input
          className="field"
          aria-label={props.label}
          value={value}
          maxLength={LIMITS.titleCharacters}
          data-first-focus
          onFocus={(event) => event.target.select()}
          onChange={(event) => setValue(event.target.value)}
        />
        <div className="dialog-actions">
          <button type="button" className="button" onClick={props.onClose}>
            {text.cancel}
          </button>
          <button type="submit" className="button button-primary" disabled={value.trim() === ''}>
            {text.save}
          </button>
        </div>
      </form>
    </Dialog>
  )
}
