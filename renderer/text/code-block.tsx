// Fenced code: language, copy and wrap above the text.
import { Check, Copy, WrapText } from 'lucide-react'
import { useState } from 'react'
import type { ReactElement, ReactNode } from 'react'
import { useCopied } from '../shared/use-copied.ts'
import { useLanguage } from './language.ts'

export function CodeBlock(props: {
  language: string | null
  code: string
  children: ReactNode
}): ReactElement {
  const { text } = useLanguage()
  const [wrap, setWrap] = useState(false)
  const [copied, copy] = useCopied()
  return (
    <div className="code-block">
      <div className="code-bar">
        <span className="code-language">{props.language ?? text.plainText}</span>
        <button
          type="button"
          className="code-button"
          aria-label={text.wrapLines}
          aria-pressed={wrap}
          onClick={() => setWrap(!wrap)}
        >
          <WrapText aria-hidden size={14} />
        </button>
        <button
          type="button"
          className="code-button"
          onClick={() => void copy(props.code)}
          aria-label={text.copyCode}
        >
          {copied ? <Check aria-hidden size={14} /> : <Copy aria-hidden size={14} />}
          <span>{copied ? text.copied : text.copy}</span>
        </button>
      </div>
      <pre className={wrap ? 'code-text code-wrapped' : 'code-text'} tabIndex={0} dir="ltr">
        <code>{props.children}</code>
      </pre>
    </div>
  )
}
