// Notices that pass: they go by themselves, but not while somebody reads them.
import { CircleAlert, Info, X } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { ReactElement } from 'react'
import type { AppState, Notice, NoticeAction } from '../state/app-state.ts'
import { useApp, useAppStore } from '../state/use-app.ts'
import { errorWords, noticeWords, useLanguage } from '../text/language.ts'
import { IconButton } from './icon-button.tsx'

const SHOWN_MS = 8000

function undo(state: AppState, action: NoticeAction): void {
  switch (action.kind) {
    case 'restore':
      void state.restoreConversations(action.conversations)
      break
    case 'removeImported':
      void state.deleteConversations(action.conversations)
      break
    case 'restoreMessage':
      void state.restoreMessage(action.conversation, action.message)
      break
    case 'undoRefresh':
      void state.undoRefresh(action.conversation, action.report)
      break
  }
}

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
  const [pointed, setPointed] = useState(false)
  const { action } = notice
  // A way back that has run out must not be offered, whoever points at it.
  const held = pointed && action === undefined
  useEffect(() => {
    if (held) return
    const timer = setTimeout(() => store.getState().dismissNotice(notice.id), action?.untilMs ?? SHOWN_MS)
    return () => clearTimeout(timer)
  }, [held, notice.id, action, store])
  const words =
    notice.tone === 'error'
      ? errorWords(language, notice.code, notice.detail)
      : noticeWords(language, notice.code, notice.detail)
  const Icon = notice.tone === 'error' ? CircleAlert : Info
  return (
    <div
      className={`notice notice-${notice.tone}`}
      onPointerEnter={() => setPointed(true)}
      onPointerLeave={() => setPointed(false)}
    >
      <Icon aria-hidden size={17} className="banner-icon" />
      <div className="banner-words">
        <strong>{words.title}</strong>
        <span>{words.body}</span>
      </div>
      {typeof notice.detail['model'] === 'string' && (
        <button
          type="button"
          className="button button-small notice-action"
          onClick={() => {
            const { model } = notice.detail
            store.getState().dismissNotice(notice.id)
            if (typeof model === 'string') void store.getState().loadModel(model)
          }}
        >
          {language.text.load}
        </button>
      )}
      {action !== undefined && (
        <button
          type="button"
          className="button button-small notice-action"
          onClick={() => {
            const state = store.getState()
            state.dismissNotice(notice.id)
            undo(state, action)
          }}
        >
          {language.text.undo}
        </button>
      )}
      <IconButton
        label={language.text.dismiss}
        icon={X}
        size={14}
        onClick={() => store.getState().dismissNotice(notice.id)}
      />
    </div>
  )
}
