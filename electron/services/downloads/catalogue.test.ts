// The catalogue: what ships is as its schema says, what a hub adds is checked, and nothing that a hub says replaces what is
// known.
import { execFile } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { modelBytes, TestHub } from '../../../tests/hub/hub.ts'
import type { Caller } from '../../contract/calls.ts'
import { readShippedCatalogue } from './catalogue.ts'
import { quantisationOf, readName, usableFiles } from './catalogue-names.ts'
import { codeOf, DownloadHouse } from '../../../tests/application/download-house.ts'

const caller: Caller = { host: 'headless', client: 'test' }
const resources = fileURLToPath(new URL('../../../resources', import.meta.url))
const signal = (): AbortSignal => AbortSignal.timeout(10_000)

describe('what ships', () => {
  const { entries, watched } = readShippedCatalogue(resources)
  const files = entries.flatMap((entry) => entry.files)

  it('has every file once, with whole hashes or none', () => {
    expect(new Set(entries.map(({ id }) => id)).size).toBe(entries.length)
    expect(new Set(files.map(({ name }) => name)).size).toBe(files.length)
    const hashes = files.flatMap(({ sha256 }) => (sha256 === null ? [] : [sha256]))
    expect(new Set(hashes).size, 'two files of one hash are a mistake').toBe(hashes.length)
    expect(hashes.length).toBeGreaterThan(60)
    expect(watched).toContain('BlinkDL/rwkv7-g1')
  })

  it('holds the releases at the sizes and hashes that their makers publish', () => {
    const of = (name: string): unknown => files.find((file) => file.name === name)
    expect(of('rwkv7-g1d-0.1b-20260129-ctx8192.pth')).toMatchObject({
      bytes: 382_223_725,
      sha256: 'e10d7b1930c2644c5c6b194444774d6d82ec8212a78763493149de09aac7d83f',
    })
    expect(of('RWKV-x060-World-3B-v2.1-20240417-ctx4096.pth')).toMatchObject({
      bytes: 6_199_859_158,
      sha256: 'c7c4e68ea6d561661de0562c8f229e62668f9c2d804346a87ae28d6209cc4738',
    })
    expect(of('RWKV-4-Pile-169M-20220807-8023.pth')).toMatchObject({ bytes: null, sha256: null })
  })
})

describe('names of files', () => {
  it('say what the makers put into them', () => {
    expect(readName('rwkv7-g1k-1.5b-20260930-ctx25600.pth')).toEqual({
      generation: '7',
      series: 'G1',
      title: 'RWKV-7 G1k 1.5B',
      size: '1.5',
      released: '2026-09-30',
      trainingContext: 25_600,
    })
    expect(readName('RWKV-x060-World-1B6-v2.1-20240328-ctx4096.pth')?.title).toBe('RWKV-6 World 1.6B v2.1')
    expect(readName('rwkv7a-g1b-0.1b-20250819-ctx4096.pth')).toBeNull()
    expect(readName('model.pth')).toBeNull()
    expect(quantisationOf('rwkv7-g1e-7.2b-Q5_K_M-better_quantization-20260319.gguf')).toBe('Q5_K_M')
    expect(quantisationOf('rwkv7-g1d-0.1b-Q8_0.gguf')).toBe('Q8_0')
    expect(quantisationOf('rwkv7-g1d-0.1b-FP16.gguf')).toBeNull()
  })

  it('that no file system should see are left out, and so are parts of models', () => {
    const listed = (folder: string, name: string) => ({ folder, name, bytes: 10, sha256: null })
    const usable = usableFiles([
      listed('', 'a.gguf'),
      listed('gguf/', 'b.safetensors'),
      listed('../', 'c.gguf'),
      listed('/', 'd.gguf'),
      listed('', '.hidden.gguf'),
      listed('', 'a b\n.gguf'),
      listed('', 'README.md'),
      listed('', 'model-00001-of-00002.safetensors'),
      listed('', 'chat-lora.pth'),
      listed('', `${'x'.repeat(200)}.gguf`),
    ])
    expect(usable.map(({ folder, name }) => folder + name)).toEqual(['a.gguf', 'gguf/b.safetensors'])
  })
})

describe('a hub', () => {
  let house: DownloadHouse
  afterEach(() => house.destroy())

  it('adds what is new at a refresh, fills in what was unknown, and changes no known hash', async () => {
    house = await DownloadHouse.open()
    const { hub } = house
    const known = 'rwkv7-g1d-0.1b-20260129-ctx8192.pth'
    const unknown = 'rwkv7-g1k-2.9b-20260930-ctx25600.pth'
    hub.put('BlinkDL/rwkv7-g1', known, modelBytes(1000, 1, 'PK'))
    const filled = hub.put('BlinkDL/rwkv7-g1', unknown, modelBytes(2000, 2, 'PK'))
    hub.put('BlinkDL/rwkv7-g1', 'rwkv7-g1m-1.5b-20261101-ctx32768.pth', modelBytes(3000, 3, 'PK'))
    hub.put('BlinkDL/rwkv7-g1', 'notes.txt', Buffer.from('x'))
    const { entries, refreshedAt } = await house.downloads.handlers['catalogue.refresh']({}, caller)
    expect(refreshedAt).toBeGreaterThan(0)
    const find = (name: string) => entries.flatMap(({ files }) => files).find((file) => file.name === name)
    expect(find(known)?.bytes).toBe(382_223_725)
    expect(find(unknown)).toMatchObject({ bytes: 2000, sha256: filled.sha256 })
    const fresh = entries.find(({ id }) => id === 'rwkv7-g1m-1.5b-20261101-ctx32768')
    expect(fresh).toMatchObject({ origin: 'refreshed', title: 'RWKV-7 G1m 1.5B', layers: 24, curated: false })
    house = await house.restart()
    expect((await house.downloads.handlers['catalogue.list']({}, caller)).entries).toEqual(entries)
  })

  it('that is not there, holds nothing usable, or talks nonsense is an error with a reason', async () => {
    house = await DownloadHouse.open()
    house.hub.put('maker/empty', 'README.md', Buffer.from('x'))
    const look = async (repository: string): Promise<string> =>
      codeOf(await house.downloads.catalogue.lookUp(repository, signal()).catch((error: unknown) => error))
    expect(await look('maker/nobody')).toBe('source_missing')
    expect(await look('maker/empty')).toBe('source_unusable')
    const refresh = house.downloads.catalogue.refresh(signal())
    expect(codeOf(await refresh.catch((error: unknown) => error))).toBe('source_missing')
  })

  it('keeps what a person added, and forgets it when it is removed', async () => {
    house = await DownloadHouse.open()
    house.hub.put('maker/model', 'a.gguf', modelBytes(100, 1))
    const entry = await house.downloads.catalogue.lookUp('maker/model', signal())
    await house.downloads.catalogue.keep(entry.id)
    house = await house.restart()
    expect(house.downloads.catalogue.list().entries.find(({ id }) => id === entry.id)?.origin).toBe('added')
    const { entries } = await house.downloads.catalogue.remove(entry.id)
    expect(entries.some(({ id }) => id === entry.id)).toBe(false)
  })
})

describe('the program that refreshes the file', () => {
  it('fills in what is null and leaves what is known', async () => {
    const hub = await TestHub.open()
    const folder = mkdtempSync(join(tmpdir(), 'roost-refresh-'))
    try {
      copyFileSync(join(resources, 'models.json'), join(folder, 'models.json'))
      const file = hub.put(
        'BlinkDL/rwkv-4-pile-169m',
        'RWKV-4-Pile-169M-20220807-8023.pth',
        modelBytes(500, 1, 'PK'),
      )
      hub.put('BlinkDL/rwkv7-g1', 'rwkv7-g1d-0.1b-20260129-ctx8192.pth', modelBytes(500, 2, 'PK'))
      hub.put('BlinkDL/rwkv7-g1', 'rwkv7-g1z-0.1b-20270101-ctx8192.pth', modelBytes(500, 3, 'PK'))
      const program = fileURLToPath(new URL('./refresh-models.ts', import.meta.url))
      // In a process of its own, while this one answers as the hub.
      const said = await new Promise<string>((resolve, reject) => {
        const environment = { ...process.env, ROOST_HUB: hub.address }
        execFile(process.execPath, [program, folder], { env: environment }, (error, output) =>
          error === null ? resolve(output) : reject(new Error('refreshing failed', { cause: error })),
        )
      })
      expect(said).toContain('differs from its known hash, left as it was: BlinkDL/rwkv7-g1/rwkv7-g1d-0.1b')
      expect(said).toContain('new: BlinkDL/rwkv7-g1/rwkv7-g1z-0.1b-20270101-ctx8192.pth')
      const written = readFileSync(join(folder, 'models.json'), 'utf8')
      expect(written).toContain(file.sha256)
      expect(readShippedCatalogue(folder).entries.length).toBe(readShippedCatalogue(resources).entries.length)
    } finally {
      await hub.close()
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
