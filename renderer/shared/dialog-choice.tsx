// The last row of a dialog that asks something: Cancel, and what is done otherwise.
import type { ReactElement, ReactNode } from 'react'
import { useLanguage } from '../text/language.ts'

/** Closes nothing by itself: what a confirmation does with the dialog is for the dialog to say. */
export function DialogChoice(props: {
  onCancel: () => void
  /** The words of the button that confirms, with its picture where it has one. */
  confirm: ReactNode
  onConfirm: () => void
  /** Nothing to confirm yet. */
  disabled?: boolean
  /** The button that has the focus when the dialog opens; otherwise something above the row has it. */
  focus?: 'cancel' | 'confirm'
  /** Stands before the buttons: an element of the class `dialog-note`. */
  note?: ReactNode
}): ReactElement {
  const { text } = useLanguage()
  return (
    <div className="dialog-actions">
      {props.note}
      <button
        type="button"
        className="button"
        data-first-focus={props.focus === 'cancel' ? true : undefined}
        onClick={props.onCancel}
      >
        {text.cancel}
      </button>
      <button
        type="button"
        className="button button-primary"
        data-first-focus={props.focus === 'confirm' ? true : undefined}
        disabled={props.disabled}
        onClick={props.onConfirm}
      >
        {props.confirm}
      </button>
    </div>
  )
}
