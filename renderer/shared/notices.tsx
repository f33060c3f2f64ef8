// Notices that pass: they go by themselves, but not while somebody reads them.
import { CircleAlert, Info, X } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { ReactElement } from 'react'
import type { Notice } from '../state/app-state.ts'
import { useApp, useAppStore } from '../state/use-app.ts'
import { errorWords, noticeWords, useLanguage } from '../text/language.ts'
import { IconButton } from './icon-button.tsx'

const SHOWN_MS = 8000

export function Notices(): ReactElement {
  const { text } = useLanguage()
  const notices = useApp((state) => state.notices)
  return (
    <div className="notices" role="region" aria-label={text.notifications} aria-live="polite">
      {notices.map((notice) => (
        <NoticeCard key={notice.id} notice={notice} />
      ))}
    </div>
  )
}

function NoticeCard({ notice }: { notice: Notice }): ReactElement {
  const language = useLanguage()
  const store = useAppStore()
  const [held, setHeld] = useState(false)
  useEffect(() => {
    if (held) return
    const timer = setTimeout(() => store.getState().dismissNotice(notice.id), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [held, notice.id, store])
  const words =
    notice.tone === 'error'
      ? errorWords(language, notice.code, notice.detail)
      : noticeWords(language, notice.code, notice.detail)
  const Icon = notice.tone === 'error' ? CircleAlert : Info
  return (
    <div
      className={`notice notice-${notice.tone}`}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
    >
      <Icon aria-hidden size={17} className="banner-icon" />
      <div className="banner-words">
        <strong>{words.title}</strong>
        <span>{words.body}</span>
      </div>
      <IconButton
        label={language.text.dismiss}
        icon={X}
        size={14}
        onClick={() => store.getState().dismissNotice(notice.id)}
      />
    </div>
  )
}
