// What came with a question.
import { Folder } from 'lucide-react'
import { useMemo } from 'react'
import type { ReactElement } from 'react'
import type { Message } from '../../electron/contract/entities.ts'
import { KindIcon } from '../documents/kind-icon.tsx'
import { attachedTo } from '../state/source-list.ts'
import { useApp } from '../state/use-app.ts'
import { useLanguage } from '../text/language.ts'

export function QuestionAttachments({ message }: { message: Message }): ReactElement | null {
  const { text } = useLanguage()
  const tree = useApp((state) => state.trees[message.conversation])
  const evidence = useApp((state) => state.evidence)
  const documents = useApp((state) => state.documents)
  const came = useMemo(
    () => (tree === undefined ? [] : attachedTo(tree, message.id, evidence)),
    [tree, message.id, evidence],
  )
  if (came.length === 0) return null
  const uses = { read: text.useRead, search: text.useSearch, quote: text.useQuote }
  return (
    <ul className="question-attachments" aria-label={text.attachedTo}>
      {came.map((one) => (
        <li key={one.document ?? one.collection} title={`${one.name}: ${uses[one.use]}`}>
          {one.document === null ? (
            <Folder aria-hidden size={15} strokeWidth={1.6} />
          ) : (
            <KindIcon document={documents?.get(one.document)} />
          )}
          <span className="chip-name">{one.name}</span>
          <span className="muted">{uses[one.use]}</span>
        </li>
      ))}
    </ul>
  )
}
