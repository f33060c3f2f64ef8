// The tokens of an answer: how likely each was, what else could have stood there, and a way to branch there.
import { GitBranch } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { CSSProperties, ReactElement } from 'react'
import type { Message } from '../../electron/contract/entities.ts'
import type { TokenDetail } from '../../electron/contract/memory.ts'
import { Dialog } from '../shared/dialog.tsx'
import { Spinner } from '../shared/progress.tsx'
import { useAppStore } from '../state/use-app.ts'
import { useLanguage } from '../text/language.ts'
import type { Language } from '../text/language.ts'

/** Only so many are shown: each is a button. */
const SHOWN = 2000

export function TokenDetails({ message, onClose }: { message: Message; onClose: () => void }): ReactElement {
  const language = useLanguage()
  const { text, format } = language
  const store = useAppStore()
  const [tokens, setTokens] = useState<readonly TokenDetail[] | null>(null)
  const [at, setAt] = useState<number | null>(null)
  useEffect(() => {
    let gone = false
    void store
      .getState()
      .tokensOf(message.conversation, message.id)
      .then((found) => {
        if (gone) return
        if (found === null) onClose()
        else setTokens(found)
      })
    return () => {
      gone = true
    }
    // Once for each opening.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [store, message.conversation, message.id])
  const chosen = at === null ? undefined : tokens?.[at]
  const others = chosen?.alternatives.filter((one) => one.text !== chosen.text) ?? []
  return (
    <Dialog title={text.tokensTitle} onClose={onClose} className="dialog-tokens">
      <p className="panel-note">{text.tokensHint}</p>
      {tokens === null ? (
        <p className="answer-progress">
          <Spinner />
          {text.tokensReading}
        </p>
      ) : (
        <div
          className="token-text"
          tabIndex={0}
          role="listbox"
          aria-orientation="horizontal"
          aria-label={text.tokensTitle}
          aria-activedescendant={at === null ? undefined : `token-${at}`}
          onKeyDown={(event) => {
            const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
            if (step === undefined) return
            event.preventDefault()
            setAt(Math.min(Math.min(SHOWN, tokens.length) - 1, Math.max(0, (at ?? -1) + step)))
          }}
        >
          {tokens.slice(0, SHOWN).map((token, index) => (
            <span
              key={index}
              id={`token-${index}`}
              role="option"
              className="token"
              aria-selected={index === at}
              aria-label={text.tokenChosen(visible(token.text, language), format.percent(token.probability))}
              title={format.percent(token.probability)}
              style={{ '--doubt': String(Math.min(1, 1 - token.probability)) } as CSSProperties}
              onClick={() => setAt(index)}
            >
              {token.text}
            </span>
          ))}
        </div>
      )}
      {chosen !== undefined && (
        <>
          <p>{text.tokenChosen(visible(chosen.text, language), format.percent(chosen.probability))}</p>
          <div className="token-choices">
            {others.length === 0 && <span className="panel-note">{text.tokensNone}</span>}
            {others.map((one) => (
              <button
                key={one.id}
                type="button"
                className="button button-small token-choice"
                disabled={one.id === 0}
                title={text.tokenBranch(visible(one.text, language))}
                onClick={() => {
                  void store.getState().branchAtToken(message.conversation, message.id, at ?? 0, one.id)
                  onClose()
                }}
              >
                <GitBranch aria-hidden size={13} />
                {one.id === 0 ? text.tokenEnd : visible(one.text, language)}
                <span className="panel-note figure">{format.percent(one.probability)}</span>
              </button>
            ))}
          </div>
        </>
      )}
    </Dialog>
  )
}

/** Blanks and line ends are named: they can't be seen. */
function visible(token: string, { text }: Language): string {
  if (token === '') return text.tokenEnd
  if (token.trim() !== '') return token.trim()
  return token.includes('\n') ? text.tokenNewLine : text.tokenSpace
}
