// The figures of one answer, as the engine counted them.
import type { ReactElement } from 'react'
import type { AnswerFigures, Message } from '../../electron/contract/entities.ts'
import { samplingNames } from '../shared/sampling-names.ts'
import { useLanguage } from '../text/language.ts'
import type { Language } from '../text/language.ts'

/** What it takes to draw the same answer again. */
const DRAWN = ['temperature', 'topP'] as const

type Line = readonly [name: string, value: string]

function figureLines(figures: AnswerFigures, { text, format }: Language): Line[] {
  const finish = {
    stop_text: text.finishStopText,
    end_token: text.finishEndToken,
    max_tokens: text.finishMaxTokens,
    cancelled: text.finishCancelled,
  }
  const names = samplingNames(text)
  const tokens = (n: number): string => text.tokens(format.count(n))
  const rate = (n: number): string => text.tokensPerSecond(format.rate(n))
  return [
    [text.detailResumed, tokens(figures.resumedTokens)],
    [text.detailReread, tokens(figures.rereadTokens)],
    [text.detailPrompt, tokens(figures.promptTokens)],
    [text.detailAnswer, tokens(figures.answerTokens)],
    ...(figures.prefillTokensPerSecond === null
      ? []
      : [[text.detailPrefill, rate(figures.prefillTokensPerSecond)] as const]),
    ...(figures.decodeTokensPerSecond === null
      ? []
      : [[text.detailDecode, rate(figures.decodeTokensPerSecond)] as const]),
    ...(figures.firstTokenMs === null
      ? []
      : [[text.detailFirst, text.milliseconds(format.count(figures.firstTokenMs))] as const]),
    ...(figures.finish === null ? [] : [[text.detailFinish, finish[figures.finish]] as const]),
    ...(figures.sampling === undefined
      ? []
      : DRAWN.map((key) => [names[key], String(figures.sampling?.[key])] as const)),
    ...(figures.seed === undefined ? [] : [[names.seed, String(figures.seed)] as const]),
  ]
}

export function MessageDetails({ message }: { message: Message }): ReactElement {
  const language = useLanguage()
  const { text, format } = language
  const lines: Line[] = [
    ...(message.model === null ? [] : [[text.detailModel, message.model] as const]),
    [text.detailTime, format.dateTime(message.createdAt)],
    ...(message.figures === null ? [] : figureLines(message.figures, language)),
    [text.detailSnapshot, message.resumable ? text.yes : text.no],
  ]
  return (
    <dl className="details-list">
      {lines.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd className="figure">{value}</dd>
        </div>
      ))}
    </dl>
  )
}
