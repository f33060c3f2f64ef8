// Dialogs about one chat that are opened from anywhere: by a command, by keys.
import type { ReactElement } from 'react'
import { useApp, useAppStore } from '../state/use-app.ts'
import { useLanguage } from '../text/language.ts'
import { ExportDialog } from './export-dialog.tsx'
import { NameDialog } from './name-dialog.tsx'
import { SystemPromptDialog } from './system-prompt-dialog.tsx'
import { TagsDialog } from './tags-dialog.tsx'

export function ChatPanels(): ReactElement | null {
  const { text } = useLanguage()
  const store = useAppStore()
  const open = useApp((state) => state.chatPanel)
  const exporting = useApp((state) => state.exporting)
  const title = useApp((state) => state.summaries[state.chatPanel?.chat ?? '']?.title ?? '')
  const close = (): void => store.getState().patchView({ chatPanel: null })
  if (exporting !== null) return <ExportDialog conversations={exporting} />
  if (open === null) return null
  const { chat, panel } = open
  if (panel === 'folder' || chat === null) {
    return (
      <NameDialog
        title={text.newFolder}
        label={text.folderName}
        value=""
        onClose={close}
        onSave={(name) => void store.getState().createFolder(name)}
      />
    )
  }
  if (panel === 'tags') return <TagsDialog conversations={[chat]} onClose={close} />
  if (panel === 'systemPrompt') return <SystemPromptDialog conversation={chat} onClose={close} />
  return (
    <NameDialog
      title={text.renameTitle}
      label={text.title}
      value={title}
      onClose={close}
      onSave={(name) => void store.getState().renameConversation(chat, name)}
    />
  )
}
