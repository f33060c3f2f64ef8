// The proof that a conversation resumed: what the state held already, what had to be read again, and the speed.
import type { ReactElement } from 'react'
import type { AnswerFigures } from '../../electron/contract/entities.ts'
import { useLanguage } from '../text/language.ts'

export function ProofLine({ figures }: { figures: AnswerFigures }): ReactElement {
  const { text, format } = useLanguage()
  const resumed = format.count(figures.resumedTokens)
  const reread = format.count(figures.rereadTokens)
  const rate = figures.decodeTokensPerSecond
  return (
    <p role="note" className="proof">
      {rate === null ? text.resumed(resumed, reread) : text.proof(resumed, reread, format.rate(rate))}
    </p>
  )
}
