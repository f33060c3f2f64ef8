import { BookOpen, ClipboardPaste, File, FileCode, FileSpreadsheet, FileText, Globe } from 'lucide-react'
import type { ReactElement } from 'react'
import type { Document, DocumentKind } from '../../electron/contract/document-entities.ts'

const icons = {
  pdf: FileText,
  docx: FileText,
  html: Globe,
  markdown: FileText,
  epub: BookOpen,
  csv: FileSpreadsheet,
  text: File,
  code: FileCode,
} as const satisfies Record<DocumentKind, typeof File>

export function KindIcon(props: { document: Pick<Document, 'kind' | 'origin'> | undefined }): ReactElement {
  const { document } = props
  const Icon =
    document === undefined ? File : document.origin === 'pasted' ? ClipboardPaste : icons[document.kind]
  return (
    <Icon
      aria-hidden
      size={17}
      strokeWidth={1.6}
      className="kind-icon"
      data-kind={document?.kind ?? 'text'}
    />
  )
}
