import { FileText } from 'lucide-react'
import type { ReactElement } from 'react'
import { fragmentOf } from '../state/address.ts'
import { useLanguage } from '../text/language.ts'

/** Says plainly what is not there yet, and what to do instead. */
export function DocumentsPage(): ReactElement {
  const { text } = useLanguage()
  return (
    <main className="page">
      <div className="page-inside page-quiet">
        <FileText aria-hidden size={40} strokeWidth={1.25} className="muted" />
        <h1>{text.documentsTitle}</h1>
        <p>{text.documentsEmptyBody}</p>
        <a className="button" href={fragmentOf('chat')}>
          {text.chat}
        </a>
      </div>
    </main>
  )
}
