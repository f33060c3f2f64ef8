// Editing a question: what is sent stands beside the old version.
import { useEffect, useRef, useState } from 'react'
import type { KeyboardEvent, ReactElement } from 'react'
import type { Message } from '../../electron/contract/entities.ts'
import { LIMITS } from '../../electron/contract/limits.ts'
import { DialogChoice } from '../shared/dialog-choice.tsx'
import { useComposition } from '../shared/use-composition.ts'
import { useApp, useAppStore } from '../state/use-app.ts'
import { useLanguage } from '../text/language.ts'

export function QuestionEditor({ message }: { message: Message }): ReactElement {
  const { text } = useLanguage()
  const store = useAppStore()
  const box = useRef<HTMLTextAreaElement>(null)
  const composition = useComposition()
  const [written, setWritten] = useState(message.text)
  const ready = useApp((state) => state.engine.phase === 'ready')
  const sendable = ready && written.trim() !== '' && written.length <= LIMITS.messageCharacters

  useEffect(() => {
    const element = box.current
    if (element === null) return
    element.focus()
    element.setSelectionRange(element.value.length, element.value.length)
  }, [])

  const close = (): void => store.getState().patchView({ editing: null })
  const send = (): void => {
    if (sendable) void store.getState().send(written.trim(), message.parent)
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (composition.isComposing(event)) return
    if (event.key === 'Escape') {
      event.stopPropagation()
      close()
    } else if (event.key === 'Enter' && !event.shiftKey && !event.altKey) {
      event.preventDefault()
      send()
    }
  }
  return (
    <div className="question-editor">
      <textarea
        ref={box}
        className="field"
        aria-label={text.editMessage}
        rows={Math.min(12, Math.max(2, written.split('\n').length))}
        value={written}
        onChange={(event) => setWritten(event.target.value)}
        onKeyDown={onKeyDown}
        {...composition.handlers}
      />
      <DialogChoice
        onCancel={close}
        confirm={text.sendEdit}
        onConfirm={send}
        disabled={!sendable}
        note={<span className="muted dialog-note">{ready ? text.editHint : text.composerNoModel}</span>}
      />
    </div>
  )
}
