// Dialogs are the browser's own <dialog>: it keeps the focus inside, makes the rest inert and closes on Esc, without
// the style elements that a library would have to inject (the page's policy allows none).
import { X } from 'lucide-react'
import { useEffect, useId, useRef } from 'react'
import type { ReactElement, ReactNode } from 'react'
import { useLanguage } from '../text/language.ts'

interface DialogProps {
  readonly title: string
  readonly onClose: () => void
  readonly children: ReactNode
  readonly className?: string
  /** Without the visible heading: the name is still told. */
  readonly bare?: boolean
}

export function Dialog({ title, onClose, children, className, bare = false }: DialogProps): ReactElement {
  const { text } = useLanguage()
  const dialog = useRef<HTMLDialogElement>(null)
  const heading = useId()
  useEffect(() => {
    const element = dialog.current
    if (element === null) return
    const opener = document.activeElement
    element.showModal()
    // The first thing inside would be the closing cross.
    element.querySelector<HTMLElement>('[data-first-focus]')?.focus()
    return () => {
      element.close()
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus()
    }
  }, [])
  return (
    <dialog
      ref={dialog}
      className={className === undefined ? 'dialog' : `dialog ${className}`}
      {...(bare ? { 'aria-label': title } : { 'aria-labelledby': heading })}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onClick={(event) => {
        if (event.target === dialog.current) onClose()
      }}
    >
      <div className="dialog-body">
        {!bare && (
          <div className="dialog-head">
            <h2 id={heading}>{title}</h2>
            <button type="button" className="icon-button" aria-label={text.close} onClick={onClose}>
              <X aria-hidden size={16} strokeWidth={1.75} />
            </button>
          </div>
        )}
        {children}
      </div>
    </dialog>
  )
}

/** Asks before something that can't be undone. */
export function ConfirmDialog(props: {
  title: string
  body: string
  confirm: string
  onConfirm: () => void
  onClose: () => void
}): ReactElement {
  const { text } = useLanguage()
  return (
    <Dialog title={props.title} onClose={props.onClose} className="dialog-small">
      <p>{props.body}</p>
      <div className="dialog-actions">
        <button type="button" className="button" onClick={props.onClose} data-first-focus>
          {text.cancel}
        </button>
        <button
          type="button"
          className="button button-danger"
          onClick={() => {
            props.onConfirm()
            props.onClose()
          }}
        >
          {props.confirm}
        </button>
      </div>
    </Dialog>
  )
}
