// What models are computed with: each device, and why one is not used. A choice takes effect at once: a loaded model moves
// there, and what it was writing goes on.
import { useEffect, useId } from 'react'
import type { ReactElement } from 'react'
import type { Settings } from '../../electron/contract/entities.ts'
import type { DeviceTrial } from '../../electron/contract/library-entities.ts'
import { Spinner } from '../shared/progress.tsx'
import { useApp, useAppStore } from '../state/use-app.ts'
import { deviceName } from '../text/hardware-names.ts'
import { useLanguage } from '../text/language.ts'

/** What the settings can hold, which is not every kind of the report: "cuda" stands for all cards that are not there. */
type Choice = Settings['device']

export function DeviceSettings({ settings }: { settings: Settings }): ReactElement {
  const { text } = useLanguage()
  const store = useAppStore()
  const report = useApp((state) => state.hardware)
  const engine = useApp((state) => state.engine)
  const group = useId()
  const phase = engine.phase
  // Also after each load: it may have found out something about a device.
  useEffect(() => {
    if (phase !== 'loading') void store.getState().readHardware(false)
  }, [store, phase, settings.device])
  const choose = (device: Choice): void => void store.getState().changeSettings({ device })
  const fallback = engine.phase === 'ready' ? engine.fallback : undefined
  return (
    <div className="setting setting-tall">
      <div className="setting-words">
        <span id={group}>{text.deviceChoice}</span>
        <span className="muted">{text.deviceChoiceHint}</span>
        {fallback !== undefined && engine.phase === 'ready' && (
          <span role="status">
            {text.deviceFallback(
              deviceName(fallback.device, text),
              deviceName(engine.device, text),
              fallback.reason,
            )}
          </span>
        )}
      </div>
      {report === null ? (
        <p className="muted">
          <Spinner /> {text.starting}
        </p>
      ) : (
        <div className="device-list" role="radiogroup" aria-labelledby={group}>
          <Option
            name={group}
            label={text.deviceAutomatic}
            reason={text.deviceAutomaticHint}
            checked={settings.device === null}
            onChoose={() => choose(null)}
          />
          {report.devices.map((device) => (
            <Option
              key={`${device.kind} ${device.name}`}
              name={group}
              label={deviceName(device.kind, text)}
              verdict={verdictOf(device, text)}
              bad={device.verdict === 'rejected' || device.verdict === 'failed'}
              reason={[device.name, device.reason].filter(Boolean).join(': ')}
              checked={settings.device === device.kind}
              disabled={!device.usable}
              onChoose={() => choose(device.kind)}
            />
          ))}
        </div>
      )}
    </div>
  )
}

type Words = ReturnType<typeof useLanguage>['text']

export function verdictOf(device: DeviceTrial, text: Words): string {
  if (device.kind === 'cpu') return text.backendUsable
  return {
    untested: text.deviceUntested,
    trusted: text.setTrusted,
    rejected: text.setRejected,
    failed: text.deviceFailed,
    unusable: text.backendNot,
  }[device.verdict]
}

function Option(props: {
  name: string
  label: string
  verdict?: string
  bad?: boolean
  reason: string
  checked: boolean
  disabled?: boolean
  onChoose: () => void
}): ReactElement {
  const id = useId()
  const tone = props.bad === true ? 'bad' : props.disabled === true ? 'none' : 'good'
  return (
    <div className="trial" data-verdict={tone}>
      <label className="trial-name device-option">
        <input
          type="radio"
          name={props.name}
          aria-describedby={id}
          checked={props.checked}
          disabled={props.disabled === true}
          onChange={props.onChoose}
        />
        {props.label}
      </label>
      <span className="trial-verdict">{props.verdict}</span>
      <span className="muted trial-reason" id={id}>
        {props.reason}
      </span>
    </div>
  )
}
