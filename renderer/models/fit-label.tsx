// Whether a model fits this machine: in a colour, in words, and why.
import type { ReactElement } from 'react'
import type { Fit } from '../../electron/contract/library-entities.ts'
import { useLanguage } from '../text/language.ts'

/** "Fits", "May be slow" or "Won't fit"; the reason follows on pointing and for screen readers. */
export function FitLabel({ fit }: { fit: Fit }): ReactElement {
  const { text, format } = useLanguage()
  const words = { fits: text.fitFits, slow: text.fitSlow, wontFit: text.fitWontFit }[fit.verdict]
  return (
    <span className="fit-label" data-verdict={fit.verdict} title={text.fitReason(fit, format)}>
      {words}
    </span>
  )
}

/** The reason, and how fast: expected, or measured here. */
export function FitSentence({ fit }: { fit: Fit }): ReactElement {
  const { text, format } = useLanguage()
  const rate = fit.tokensPerSecond === null ? null : format.rate(fit.tokensPerSecond)
  const speed =
    rate === null ? text.speedUnknown : fit.measured ? text.speedMeasured(rate) : text.speedPredicted(rate)
  return (
    <span className="fit-sentence">
      {text.fitReason(fit, format)} <span className="fit-speed">{speed}</span>
    </span>
  )
}
