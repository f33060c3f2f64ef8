// What Roost found on this machine: each way to compute, tried or not, and why not.
import { Check, Copy, RotateCw } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { ReactElement, ReactNode } from 'react'
import type { HardwareReport, InstructionSetTrial } from '../../electron/contract/library-entities.ts'
import { Spinner } from '../shared/progress.tsx'
import { useCopied } from '../shared/use-copied.ts'
import { useApp, useAppStore } from '../state/use-app.ts'
import { verdictOf } from '../settings/device-settings.tsx'
import { deviceName, hardwareName } from '../text/hardware-names.ts'
import { useLanguage } from '../text/language.ts'
import { hardwareReport } from './reports.ts'

const toneOf = { untested: 'good', trusted: 'good', rejected: 'bad', failed: 'bad', unusable: 'none' }

export function HardwareTab(): ReactElement {
  const { text } = useLanguage()
  const store = useAppStore()
  const report = useApp((state) => state.hardware)
  const [testing, setTesting] = useState(false)
  const [copied, copy] = useCopied()
  useEffect(() => {
    void store.getState().readHardware(false)
  }, [store])
  const test = async (): Promise<void> => {
    setTesting(true)
    await store.getState().readHardware(true)
    setTesting(false)
  }
  return (
    <section aria-label={text.tabHardware}>
      <div className="models-panel-head">
        <p className="muted panel-intro">{text.hardwareIntro}</p>
        <div className="page-actions">
          <button
            type="button"
            className="button button-small"
            disabled={report === null}
            onClick={() => report !== null && void copy(hardwareReport(report))}
          >
            {copied ? <Check aria-hidden size={14} /> : <Copy aria-hidden size={14} />}
            {copied ? text.copied : text.hardwareCopy}
          </button>
          <button
            type="button"
            className="button button-small"
            disabled={testing || report === null}
            onClick={() => void test()}
          >
            {testing ? <Spinner /> : <RotateCw aria-hidden size={14} />}
            {text.hardwareTest}
          </button>
        </div>
      </div>
      {report === null ? (
        <p className="muted">
          <Spinner /> {text.starting}
        </p>
      ) : (
        <Report report={report} />
      )}
    </section>
  )
}

function Report({ report }: { report: HardwareReport }): ReactElement {
  const { text, format } = useLanguage()
  const { bandwidth } = report
  return (
    <>
      <dl className="card facts hardware-facts">
        <Fact name={text.hardwareChosen}>
          {report.chosen.device === ''
            ? text.chosenNothing
            : [deviceName(report.chosen.device, text), hardwareName(report.chosen.isa)]
                .filter((word) => word !== '')
                .join(', ')}
        </Fact>
        <Fact name={text.hardwareProcessor}>{report.processor}</Fact>
        <Fact name={text.hardwareCores}>
          {text.coresOf(format.count(report.physicalCores), format.count(report.logicalCores))}
        </Fact>
        <Fact name={text.hardwareMemory}>
          {text.memoryOf(format.bytes(report.freeMemoryBytes), format.bytes(report.totalMemoryBytes))}
        </Fact>
        <Fact name={text.hardwareBandwidth}>
          {bandwidth === null
            ? text.bandwidthUnknown
            : text.bandwidthOf(
                format.rate(bandwidth.bytesPerSecond / 1e9),
                format.dateTime(bandwidth.measuredAt),
              )}
        </Fact>
        {report.freeDiskBytes !== null && (
          <Fact name={text.hardwareDisk}>{text.diskOf(format.bytes(report.freeDiskBytes))}</Fact>
        )}
        <Fact name={text.hardwareSystem}>{report.system}</Fact>
      </dl>
      <h2 className="section-title">{text.hardwareBackends}</h2>
      <ul className="card trial-list" aria-label={text.hardwareBackends}>
        {report.devices.map((device) => (
          <li key={`${device.kind} ${device.name}`} className="trial" data-verdict={toneOf[device.verdict]}>
            <span className="trial-name">{deviceName(device.kind, text)}</span>
            <span className="trial-verdict">{verdictOf(device, text)}</span>
            <span className="muted trial-reason">
              {[device.usable ? device.name : '', device.reason].filter((words) => words !== '').join(': ')}
            </span>
          </li>
        ))}
      </ul>
      <h2 className="section-title">{text.hardwareSets}</h2>
      <ul className="card trial-list" aria-label={text.hardwareSets}>
        {report.instructionSets.map((set) => (
          <SetRow key={set.name} set={set} chosen={set.name === report.chosen.isa} />
        ))}
      </ul>
    </>
  )
}

function SetRow({ set, chosen }: { set: InstructionSetTrial; chosen: boolean }): ReactElement {
  const { text } = useLanguage()
  const verdict =
    set.name === 'scalar'
      ? text.setReference
      : {
          untested: text.setUntested,
          trusted: text.setTrusted,
          rejected: text.setRejected,
          unusable: text.setUnusable,
        }[set.verdict]
  const tone = { untested: 'none', trusted: 'good', rejected: 'bad', unusable: 'none' }[set.verdict]
  return (
    <li className="trial" data-verdict={tone} data-chosen={chosen}>
      <span className="trial-name">{hardwareName(set.name)}</span>
      <span className="trial-verdict">{verdict}</span>
      <span className="muted trial-reason">{set.reason}</span>
    </li>
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
