// Reports as plain text, for a mail or an issue. In English, whatever the window speaks: they are read by others.
import type { Benchmark, HardwareReport } from '../../electron/contract/library-entities.ts'

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`
const day = (time: number): string => new Date(time).toISOString().slice(0, 16).replace('T', ' ')

export function benchmarkReport(benchmark: Benchmark, version: string): string {
  const { machineBytesPerSecond } = benchmark
  const head = [
    `Roost ${version} benchmark, ${day(benchmark.startedAt)} UTC`,
    `model: ${benchmark.title} (weights: ${benchmark.weights}, ${megabytes(benchmark.weightBytes)}; state: ${megabytes(benchmark.stateBytes)})`,
    `device: ${benchmark.device}, ${benchmark.isa}, ${benchmark.threads} threads`,
    `memory bandwidth: ${machineBytesPerSecond === null ? 'not measured' : `${gigabytes(machineBytesPerSecond)}/s`}`,
    `${benchmark.prompt} tokens read, ${benchmark.gen} written, median of ${benchmark.repeat} runs`,
    '',
    '| batch | prefill tok/s | decode tok/s | bandwidth used |',
    '| ----- | ------------- | ------------ | -------------- |',
  ]
  const rows = benchmark.rows.map((row) => {
    const used = row.bandwidthFraction === null ? '-' : `${(100 * row.bandwidthFraction).toFixed(0)} %`
    return `| ${row.batch} | ${row.prefillTokensPerSecond.toFixed(1)} | ${row.decodeTokensPerSecond.toFixed(1)} | ${used} |`
  })
  return `${[...head, ...rows].join('\n')}\n`
}

export function hardwareReport(report: HardwareReport): string {
  const { bandwidth } = report
  const lines = [
    `Roost ${report.version} hardware report`,
    `system: ${report.system}`,
    `processor: ${report.processor}, ${report.physicalCores} cores, ${report.logicalCores} threads`,
    `memory: ${gigabytes(report.freeMemoryBytes)} free of ${gigabytes(report.totalMemoryBytes)}`,
    `disk for models: ${report.freeDiskBytes === null ? 'unknown' : `${gigabytes(report.freeDiskBytes)} free`}`,
    `memory bandwidth: ${bandwidth === null ? 'not measured' : `${gigabytes(bandwidth.bytesPerSecond)}/s, ${day(bandwidth.measuredAt)} UTC`}`,
    `computed with: ${report.chosen.device === '' ? 'nothing' : `${report.chosen.device}, ${report.chosen.isa}`}`,
    '',
    'backends:',
    ...report.devices.map(
      ({ kind, name, usable, reason, verdict }) =>
        `  ${kind}: ${usable ? `usable, ${verdict}, ${name}${reason === '' ? '' : `. ${reason}`}` : `not usable. ${reason}`}`,
    ),
    'instruction sets:',
    ...report.instructionSets.map(
      ({ name, verdict, reason }) => `  ${name}: ${verdict}${reason === '' ? '' : `. ${reason}`}`,
    ),
  ]
  return `${lines.join('\n')}\n`
}
