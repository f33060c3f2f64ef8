// Asks before a link of a message is opened, where the window itself opens it: in a browser. The Electron host asks in a
// dialog of its own.
import { ExternalLink } from 'lucide-react'
import type { ReactElement } from 'react'
import { useAppStore } from '../state/use-app.ts'
import { useLanguage } from '../text/language.ts'
import { Dialog } from './dialog.tsx'
import { DialogChoice } from './dialog-choice.tsx'

export function LinkDialog({ url }: { url: string }): ReactElement {
  const { text } = useLanguage()
  const store = useAppStore()
  const close = (): void => store.getState().patchView({ linkToOpen: null })
  return (
    <Dialog title={text.openLinkTitle} onClose={close} className="dialog-small">
      <p className="muted">{text.openLinkBody}</p>
      <code className="path">{url}</code>
      <DialogChoice
        onCancel={close}
        confirm={
          <>
            <ExternalLink aria-hidden size={15} />
            {text.openLink}
          </>
        }
        onConfirm={() => {
          open(url, '_blank', 'noopener,noreferrer')
          close()
        }}
        focus="cancel"
      />
    </Dialog>
  )
}
