// The benchmark of the loaded model: reading and writing, one chat and several at once.
import { Check, Copy, Gauge } from 'lucide-react'
import { useState } from 'react'
import type { ReactElement } from 'react'
import type { Benchmark } from '../../electron/contract/library-entities.ts'
import { Banner } from '../shared/banner.tsx'
import { ProgressBar } from '../shared/progress.tsx'
import { useCopied } from '../shared/use-copied.ts'
import { useApp, useAppStore } from '../state/use-app.ts'
import { errorWords, useLanguage } from '../text/language.ts'
import { benchmarkReport } from './reports.ts'

const batches = [1, 2, 4, 8]
/** Tokens and runs. The long one is what `roost-engine bench` does by itself, the short one a quarter of it. */
const lengths = {
  short: { prompt: 256, gen: 32, repeat: 3 },
  standard: { prompt: 512, gen: 128, repeat: 5 },
} as const

export function BenchmarkTab(): ReactElement {
  const language = useLanguage()
  const { text, format } = language
  const store = useAppStore()
  const engine = useApp((state) => state.engine)
  const benchmark = useApp((state) => state.benchmark)
  const version = useApp((state) => state.info?.version ?? '')
  const [length, setLength] = useState<keyof typeof lengths>('short')
  const [copied, copy] = useCopied()
  const running = benchmark?.phase === 'running'
  const ready = engine.phase === 'ready'
  const failed =
    benchmark?.error === null || benchmark === null
      ? null
      : errorWords(language, benchmark.error.code, benchmark.error.detail)
  return (
    <section aria-label={text.tabBenchmark}>
      <p className="muted panel-intro">{text.benchmarkIntro}</p>
      <div className="benchmark-controls">
        <label className="benchmark-length">
          {text.benchmarkLength}
          <select
            className="field"
            value={length}
            disabled={running}
            onChange={(event) => setLength(event.target.value === 'standard' ? 'standard' : 'short')}
          >
            <option value="short">{text.benchmarkShort}</option>
            <option value="standard">{text.benchmarkStandard}</option>
          </select>
        </label>
        {running ? (
          <button type="button" className="button" onClick={() => void store.getState().cancelBenchmark()}>
            {text.benchmarkCancel}
          </button>
        ) : (
          <button
            type="button"
            className="button button-primary"
            disabled={!ready || engine.busy}
            onClick={() => void store.getState().runBenchmark({ ...lengths[length], batches })}
          >
            <Gauge aria-hidden size={15} />
            {text.benchmarkRun}
          </button>
        )}
        {!ready && !running && <span className="muted">{text.benchmarkNeedsModel}</span>}
        {running && (
          <div className="benchmark-progress">
            <ProgressBar label={text.benchmarkProgress} fraction={benchmark.fraction} />
          </div>
        )}
      </div>
      {failed !== null && <Banner tone="error" title={failed.title} body={failed.body} />}
      {benchmark?.phase === 'cancelled' && <p className="muted">{text.benchmarkCancelled}</p>}
      {benchmark !== null && (benchmark.rows.length > 0 || running) && (
        <div className="card benchmark-card">
          <div className="benchmark-head">
            <div>
              <strong>{benchmark.title}</strong>
              <p className="muted">
                {text.benchmarkSettings(
                  format.count(benchmark.prompt),
                  format.count(benchmark.gen),
                  format.count(benchmark.repeat),
                )}
                {benchmark.machineBytesPerSecond !== null &&
                  `; ${text.benchmarkMachine(format.rate(benchmark.machineBytesPerSecond / 1e9))}`}
              </p>
            </div>
            <button
              type="button"
              className="button button-small"
              disabled={benchmark.rows.length === 0}
              onClick={() => void copy(benchmarkReport(benchmark, version))}
            >
              {copied ? <Check aria-hidden size={14} /> : <Copy aria-hidden size={14} />}
              {copied ? text.copied : text.benchmarkCopy}
            </button>
          </div>
          <BenchmarkTable benchmark={benchmark} />
        </div>
      )}
    </section>
  )
}

function BenchmarkTable({ benchmark }: { benchmark: Benchmark }): ReactElement {
  const { text, format } = useLanguage()
  const spread = ([least, most]: [number, number]): string => `${format.rate(least)} – ${format.rate(most)}`
  return (
    <div className="table-scroll" role="group" aria-label={text.benchmarkTable} tabIndex={0}>
      <table className="figures" aria-label={text.benchmarkTable}>
        <thead>
          <tr>
            <th scope="col">{text.columnBatch}</th>
            <th scope="col">{text.columnPrefill}</th>
            <th scope="col">{text.columnDecode}</th>
            <th scope="col">{text.columnBandwidth}</th>
          </tr>
        </thead>
        <tbody>
          {benchmark.rows.map((row) => (
            <tr key={row.batch}>
              <th scope="row">{format.count(row.batch)}</th>
              <td>
                {format.rate(row.prefillTokensPerSecond)}
                <span className="spread" title={text.columnSpread}>
                  {spread(row.prefillSpread)}
                </span>
              </td>
              <td>
                {format.rate(row.decodeTokensPerSecond)}
                <span className="spread" title={text.columnSpread}>
                  {spread(row.decodeSpread)}
                </span>
              </td>
              <td>{row.bandwidthFraction === null ? '–' : format.percent(row.bandwidthFraction)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
