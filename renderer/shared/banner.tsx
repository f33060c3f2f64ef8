// A problem at its place: what happened, what was kept, and one action.
import { CircleAlert, Info, X } from 'lucide-react'
import type { ReactElement, ReactNode } from 'react'
import { useLanguage } from '../text/language.ts'
import { IconButton } from './icon-button.tsx'

export function Banner(props: {
  title: string
  body: string
  tone: 'error' | 'info'
  action?: ReactNode
  onDismiss?: () => void
}): ReactElement {
  const { text } = useLanguage()
  const Icon = props.tone === 'error' ? CircleAlert : Info
  return (
    <div className={`banner banner-${props.tone}`} role={props.tone === 'error' ? 'alert' : 'status'}>
      <Icon aria-hidden size={18} className="banner-icon" />
      <div className="banner-words">
        <strong>{props.title}</strong>
        <span>{props.body}</span>
      </div>
      {props.action}
      {props.onDismiss !== undefined && (
        <IconButton label={text.dismiss} icon={X} onClick={props.onDismiss} />
      )}
    </div>
  )
}
