// How quick each hub is from here: the first quarter of a megabyte of the very file that is wanted, timed. Only asked for
// when a person begins a download. What it fetches is thrown away: a mirror's bytes are not worth keeping apart.
import { RoostError } from '../../contract/errors.ts'
import type { HubSettings } from '../../contract/download-entities.ts'
import type { Network } from './network.ts'
import { SourceSession } from './source-session.ts'
import type { SourceAddress } from './source-session.ts'
import { pause } from './waiting.ts'

const probeBytes = 256 * 1024
const probeMs = 5_000

/** One after the other, so that they do not take the line from each other. One that does not answer counts as 0. */
export async function measureSources(
  network: Network,
  endpoints: readonly { readonly address: string; readonly official: boolean }[],
  sources: readonly SourceAddress[],
  signal: AbortSignal,
): Promise<HubSettings['measured']> {
  const measured: { address: string; bytesPerSecond: number }[] = []
  for (const { address } of endpoints) {
    const source = sources.find((one) => one.address.startsWith(`${address}/`))
    const bytesPerSecond = source === undefined ? 0 : await measure(network, source, signal)
    measured.push({ address, bytesPerSecond })
  }
  return measured
}

async function measure(network: Network, source: SourceAddress, signal: AbortSignal): Promise<number> {
  const stop = new AbortController()
  const end = (): void => stop.abort()
  signal.addEventListener('abort', end)
  void pause(probeMs, stop.signal).then(end)
  const session = new SourceSession(network, source, { stallMs: probeMs, leastBytes: 1 })
  const began = performance.now()
  let bytes = 0
  try {
    const facts = await session.examine(stop.signal)
    if (facts.ranges) {
      await session.range(0, Math.min(probeBytes, facts.bytes) - 1, stop.signal, (block) => {
        bytes += block.length
        return Promise.resolve()
      })
    }
  } catch (error) {
    if (!(error instanceof RoostError)) throw error
    if (signal.aborted) throw error
    if (error.code !== 'cancelled') return 0 // out of time: what came until then counts
  } finally {
    stop.abort()
    signal.removeEventListener('abort', end)
  }
  return Math.round(bytes / ((performance.now() - began) / 1000))
}
