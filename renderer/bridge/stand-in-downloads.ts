// The scripted host's answers about the catalogue and downloads. Never part of the application.
import type { CallName, Input, Output } from '../../electron/contract/calls.ts'
import type { CatalogueEntry, Download, HubSettings } from '../../electron/contract/download-entities.ts'
import { RoostError } from '../../electron/contract/errors.ts'
import type { Emit } from '../../electron/contract/events.ts'

type Answers<N extends CallName> = { [K in N]: (input: Input<K>) => Output<K> | Promise<Output<K>> }

function entryOf(
  size: string,
  parameters: number,
  bytes: number,
  more: Partial<CatalogueEntry> = {},
): CatalogueEntry {
  const name = `rwkv7-g1k-${size}b-20260930-ctx25600.pth`
  const file = {
    name,
    folder: '',
    bytes,
    sha256: null,
    format: 'pth',
    quantisation: null,
    repository: null,
  } as const
  return {
    id: name.slice(0, -4),
    title: `RWKV-7 G1k ${size}B`,
    generation: '7',
    series: 'G1',
    released: '2026-09-30',
    parameters,
    layers: 24,
    width: 2048,
    vocabulary: 65_536,
    trainingContext: 25_600,
    licence: 'Apache-2.0',
    languages: ['many'],
    repository: 'BlinkDL/rwkv7-g1',
    revision: null,
    template: null,
    purpose: parameters < 1e9 ? 'small' : 'chat',
    curated: true,
    files: [
      file,
      {
        ...file,
        name: `rwkv7-g1k-${size}b-Q8_0.gguf`,
        bytes: Math.round(bytes * 0.55),
        format: 'gguf',
        quantisation: 'Q8_0',
      },
    ],
    origin: 'shipped',
    ...more,
  }
}

const shown: readonly CatalogueEntry[] = [
  entryOf('0.4', 451_000_000, 901_776_749),
  entryOf('1.5', 1_530_000_000, 3_055_444_605),
  entryOf('7.2', 7_200_000_000, 14_400_007_869, { purpose: 'strong' }),
  entryOf('2.9', 2_950_000_000, 5_896_275_005, {
    id: 'older',
    title: 'RWKV-6 World 3B v2.1',
    generation: '6',
    series: 'World',
    released: '2024-04-17',
    curated: false,
    purpose: 'older',
  }),
]

export function standInDownloads(
  scripted: () => readonly Download[],
  emit: Emit,
): Answers<Extract<CallName, `catalogue.${string}` | `downloads.${string}` | `hub.${string}`>> {
  let downloads: Download[] | null = null
  const list = (): Download[] => (downloads ??= [...scripted()])
  let entries = [...shown]
  const hub: HubSettings = {
    official: 'https://huggingface.co',
    order: 'official',
    mirrors: [{ address: 'https://hf-mirror.com', own: false, enabled: true }],
    measured: [{ address: 'https://huggingface.co', bytesPerSecond: 8_400_000 }],
    token: 'none',
  }
  const change = (id: string, patch: Partial<Download>): Download => {
    const found = list().find((one) => one.id === id)
    if (found === undefined) throw new RoostError('not_found')
    const next = { ...found, ...patch, revision: found.revision + 1 }
    downloads = list().map((one) => (one.id === id ? next : one))
    emit('download.changed', { download: next })
    return next
  }
  const begin = (title: string, fileName: string, totalBytes: number): Download => {
    const begun: Download = {
      id: crypto.randomUUID(),
      entry: null,
      title,
      fileName,
      state: 'running',
      doneBytes: Math.round(totalBytes * 0.42),
      totalBytes,
      bytesPerSecond: 8_400_000,
      secondsLeft: (totalBytes * 0.58) / 8_400_000,
      source: 'huggingface.co',
      position: list().length + 1,
      hash: 'published',
      error: null,
      retryAt: null,
      model: null,
      revision: 1,
    }
    downloads = [...list(), begun]
    return begun
  }
  return {
    'catalogue.list': () => ({ entries, refreshedAt: null }),
    'catalogue.refresh': () => ({ entries, refreshedAt: Date.now() }),
    'catalogue.lookUp': ({ repository }) => ({
      ...entryOf('0.1', 191_000_000, 382_223_725),
      id: `hub:${repository}`,
      title: repository.split('/')[1] ?? '',
      repository,
      curated: false,
      origin: 'added',
    }),
    'catalogue.keep': () => ({ entries, refreshedAt: null }),
    'catalogue.remove': ({ entry }) => {
      entries = entries.filter(({ id }) => id !== entry)
      return { entries, refreshedAt: null }
    },
    'downloads.list': () => list(),
    'downloads.begin': ({ entry, file, bytes }) =>
      begin(entries.find(({ id }) => id === entry)?.title ?? file, file, bytes ?? 1),
    'downloads.examine': ({ address }) => ({
      address,
      fileName: address.split('/').at(-1) ?? '',
      bytes: 382_223_725,
      host: new URL(address).host,
    }),
    'downloads.beginAddress': ({ address, bytes }) => begin(address, address.split('/').at(-1) ?? '', bytes),
    'downloads.pause': ({ download }) => change(download, { state: 'paused', bytesPerSecond: null }),
    'downloads.resume': ({ download }) =>
      change(download, { state: 'running', error: null, bytesPerSecond: 8_400_000 }),
    'downloads.cancel': ({ download }) => {
      downloads = list().filter(({ id }) => id !== download)
    },
    'downloads.move': () => list(),
    'hub.settings': () => hub,
    'hub.setOrder': ({ order }) => Object.assign(hub, { order }),
    'hub.setMirror': ({ address, enabled }) => {
      const known = hub.mirrors.find((mirror) => mirror.address === address)
      if (known === undefined) hub.mirrors.push({ address, own: true, enabled })
      else known.enabled = enabled
      return { ...hub, mirrors: [...hub.mirrors] }
    },
    'hub.removeMirror': ({ address }) => {
      hub.mirrors = hub.mirrors.filter((mirror) => mirror.address !== address)
      return { ...hub }
    },
    'hub.setToken': ({ token }) => ({ ...hub, token: token === null ? 'none' : 'privateFile' }),
  }
}
