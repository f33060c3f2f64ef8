// What is said to the model before the first message of one chat.
import { useEffect, useState } from 'react'
import type { ReactElement } from 'react'
import { LIMITS } from '../../electron/contract/limits.ts'
import { Dialog } from '../shared/dialog.tsx'
import { DialogChoice } from '../shared/dialog-choice.tsx'
import { Spinner } from '../shared/progress.tsx'
import { useApp, useAppStore } from '../state/use-app.ts'
import { useLanguage } from '../text/language.ts'

export function SystemPromptDialog(props: { conversation: string; onClose: () => void }): ReactElement {
  const { conversation, onClose } = props
  const { text } = useLanguage()
  const store = useAppStore()
  const saved = useApp((state) => state.trees[conversation]?.systemPrompt)
  const [written, setWritten] = useState<string | null>(null)

  useEffect(() => {
    if (store.getState().trees[conversation] === undefined)
      void store.getState().openConversation(conversation)
  }, [store, conversation])

  return (
    <Dialog title={text.systemPrompt} onClose={onClose}>
      <p className="muted">{text.systemPromptHint}</p>
      {saved === undefined ? (
        <Spinner />
      ) : (
        <textarea
          className="field field-tall"
          aria-label={text.systemPrompt}
          rows={8}
          maxLength={LIMITS.systemPromptCharacters}
          value={written ?? saved}
          onChange={(event) => setWritten(event.target.value)}
        />
      )}
      <DialogChoice
        onCancel={onClose}
        confirm={text.save}
        onConfirm={() => {
          if (written !== null) void store.getState().setSystemPrompt(conversation, written)
          onClose()
        }}
        disabled={written === null || written === saved}
      />
    </Dialog>
  )
}
