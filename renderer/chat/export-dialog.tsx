// How chats leave: the format, and whether the thinking goes with them.
import { useState } from 'react'
import type { ReactElement } from 'react'
import type { ExportFormat } from '../../electron/contract/keeping.ts'
import { Banner } from '../shared/banner.tsx'
import { Dialog } from '../shared/dialog.tsx'
import { DialogChoice } from '../shared/dialog-choice.tsx'
import { Spinner } from '../shared/progress.tsx'
import { useApp, useAppStore } from '../state/use-app.ts'
import { errorWords, useLanguage } from '../text/language.ts'

export function ExportDialog(props: { conversations: readonly string[] | 'all' }): ReactElement {
  const { conversations } = props
  const language = useLanguage()
  const { text, format: figures } = language
  const store = useAppStore()
  const busy = useApp((state) => state.archiveBusy === 'exporting')
  const problem = useApp((state) => state.problems.archive)
  const [format, setFormat] = useState<ExportFormat>('markdown')
  const [thinking, setThinking] = useState(false)
  const close = (): void => store.getState().patchView({ exporting: null })
  const many = conversations === 'all' || conversations.length > 1
  const formats: { value: ExportFormat; name: string; hint: string }[] = [
    {
      value: 'markdown',
      name: text.exportMarkdown,
      hint: many ? text.exportMarkdownManyHint : text.exportMarkdownHint,
    },
    { value: 'json', name: text.exportJson, hint: text.exportJsonHint },
    { value: 'html', name: text.exportHtml, hint: text.exportHtmlHint },
  ]
  const run = async (): Promise<void> => {
    const done = await store.getState().exportChats({
      conversations: conversations === 'all' ? null : [...conversations],
      format,
      // What Roost reads again must be whole unless a person says otherwise.
      thinking,
    })
    if (done) close()
  }
  return (
    <Dialog
      title={conversations === 'all' ? text.exportAll : text.exportTitle(figures.count(conversations.length))}
      onClose={close}
      className="dialog-small"
    >
      <fieldset className="choices">
        <legend className="visually-hidden">{text.exportFormat}</legend>
        {formats.map(({ value, name, hint }) => (
          <label key={value} className="choice" data-on={format === value}>
            <input
              type="radio"
              name="format"
              value={value}
              checked={format === value}
              data-first-focus={value === format ? true : undefined}
              onChange={() => {
                setFormat(value)
                setThinking(value === 'json')
              }}
            />
            <span className="choice-words">
              <strong>{name}</strong>
              <span className="muted">{hint}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <label className="check-row">
        <input type="checkbox" checked={thinking} onChange={({ target }) => setThinking(target.checked)} />
        {text.exportThinking}
      </label>
      {problem !== undefined && (
        <Banner tone="error" {...errorWords(language, problem.code, problem.detail)} />
      )}
      <DialogChoice
        onCancel={close}
        confirm={text.exportNow}
        onConfirm={() => void run()}
        disabled={busy}
        note={
          busy && (
            <span className="dialog-note muted">
              <Spinner /> {text.exporting}
            </span>
          )
        }
      />
    </Dialog>
  )
}
