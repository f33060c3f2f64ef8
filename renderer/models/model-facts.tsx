// The details of one model, and how it is loaded.
import { useId } from 'react'
import type { ReactElement, ReactNode } from 'react'
import type { InstalledModel, WeightFormat } from '../../electron/contract/library-entities.ts'
import { useAppStore } from '../state/use-app.ts'
import { hardwareName } from '../text/hardware-names.ts'
import { useLanguage } from '../text/language.ts'

const offered = ['file', 'f16', 'q8', 'q4'] as const satisfies WeightFormat[]

export function ModelFacts({ installed }: { installed: InstalledModel }): ReactElement {
  const { text, format } = useLanguage()
  const store = useAppStore()
  const select = useId()
  const { model, speed, fit } = installed
  const content = {
    unknown: text.contentUnknown,
    recorded: text.contentRecorded,
    published: text.contentPublished,
    changed: text.contentChanged,
  }[installed.content]
  const weights =
    offered.find((one) => one === installed.weights) === undefined ? [...offered, installed.weights] : offered
  return (
    <dl className="facts">
      <Fact name={text.factGeneration}>{model.family}</Fact>
      <Fact name={text.factParameters}>{format.parameters(model.parameters)}</Fact>
      <Fact name={text.factShape}>
        {text.shapeOf(
          format.count(installed.layers),
          format.count(installed.width),
          format.count(installed.vocabulary),
        )}
      </Fact>
      <Fact name={text.factFormat}>{model.format}</Fact>
      <Fact name={text.factSize}>{format.bytes(model.fileBytes)}</Fact>
      <Fact name={text.factMemory}>{format.bytes(fit.memoryBytes)}</Fact>
      <Fact name={text.factState}>{format.bytes(installed.stateBytes)}</Fact>
      {installed.trainingContext !== null && (
        <Fact name={text.factContext}>
          {text.tokens(format.count(installed.trainingContext))}
          <span className="muted"> {text.contextNote}</span>
        </Fact>
      )}
      <Fact name={text.factTemplate}>{installed.template}</Fact>
      <Fact name={text.factTokenizer}>{text.tokenizerNames[installed.tokenizer] ?? installed.tokenizer}</Fact>
      <Fact name={text.factSpeed}>
        {speed === null
          ? text.speedUnknown
          : [
              text.speedFacts(
                format.rate(speed.decodeTokensPerSecond),
                hardwareName(speed.isa),
                format.count(speed.threads),
              ),
              ...(speed.prefillTokensPerSecond === null
                ? []
                : [text.speedPrefillFacts(format.rate(speed.prefillTokensPerSecond))]),
            ].join(', ')}
      </Fact>
      <Fact name={text.factContent}>
        {content}
        {installed.checkedAt !== null && (
          <span className="muted"> ({text.contentChecked(format.dateTime(installed.checkedAt))})</span>
        )}
        {installed.sha256 !== null && <code className="path">SHA-256 {installed.sha256}</code>}
      </Fact>
      <Fact name={text.factPlaces(installed.places.length)}>
        {installed.places.map((place) => (
          <code key={place.label} className="path">
            {place.label}
            {!place.present && ` (${text.placeAbsent})`}
          </code>
        ))}
      </Fact>
      <div className="fact">
        <dt>
          <label htmlFor={select}>{text.factWeights}</label>
        </dt>
        <dd>
          <select
            id={select}
            className="field fact-field"
            value={installed.weights}
            onChange={(event) => {
              const chosen = weights.find((one) => one === event.target.value)
              if (chosen !== undefined) void store.getState().setWeights(model.id, chosen)
            }}
          >
            {weights.map((one) => (
              <option key={one} value={one}>
                {text.weightsNames[one]}
              </option>
            ))}
          </select>
          <span className="muted fact-hint">{text.weightsHint}</span>
        </dd>
      </div>
    </dl>
  )
}

function Fact(props: { name: string; children: ReactNode }): ReactElement {
  return (
    <div className="fact">
      <dt>{props.name}</dt>
      <dd>{props.children}</dd>
    </div>
  )
}
