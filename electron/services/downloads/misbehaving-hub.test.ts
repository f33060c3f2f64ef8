// Every way in which a hub or a network between can misbehave: either the right file arrives, or none does and a sentence
// says why. What is right is decided by the SHA-256 of what the hub was given, never by what Roost says.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { modelBytes, seeded, TestHub } from '../../../tests/hub/hub.ts'
import type { FileRequest, HubFile, Trick } from '../../../tests/hub/hub.ts'
import { RoostError } from '../../contract/errors.ts'
import { codeOf, DownloadHouse, repository, wasted } from '../../../tests/application/download-house.ts'
import type { HouseOptions } from '../../../tests/application/download-house.ts'

const mebibyte = 1024 * 1024
const name = 'tiny-model.gguf'

let house: DownloadHouse
let file: HubFile
const more: (() => Promise<void>)[] = []

afterEach(async () => {
  await house.destroy()
  for (const end of more.splice(0)) await end()
})

async function open(options: HouseOptions = {}, bytes = 2 * mebibyte + 777): Promise<void> {
  house = await DownloadHouse.open(options)
  file = house.hub.put(repository, name, modelBytes(bytes, 7))
}

/** Plays each trick on the requests for parts, the probing byte excepted. */
function onParts(trick: (request: FileRequest, count: number) => Trick | null): void {
  let count = 0
  house.hub.mischief = (request) => (request.probe ? null : trick(request, count++))
}

/** The first `times` requests for a part are answered so. */
function first(times: number, trick: Trick): void {
  onParts((_, count) => (count < times ? trick : null))
}

async function arrives(seconds?: number): Promise<void> {
  const { id } = await house.begin(name)
  const settled = await house.settled(id, seconds)
  expect(settled.error).toBeNull()
  expect(settled.state).toBe('finished')
  expect(house.hashOf(name)).toBe(file.sha256)
  expect(house.leftOvers()).toEqual([])
  expect(house.installed).toEqual([name])
}

async function isRefused(code: string): Promise<Readonly<Record<string, unknown>>> {
  const { id } = await house.begin(name)
  const settled = await house.settled(id)
  expect(settled).toMatchObject({ state: 'paused', error: { code } })
  expect(house.visible()).toEqual([])
  expect(house.installed).toEqual([])
  return settled.error?.detail ?? {}
}

describe('what goes over', () => {
  it('a hub that behaves: in parallel parts, and each byte once', async () => {
    await open()
    await arrives()
    expect(wasted(house.hub, file)).toBeLessThan(0.0001)
    const parts = house.hub.asked.filter(({ range }) => range !== null && range !== 'bytes=0-0')
    expect(parts.length).toBe(9)
    const finished = house.events.find(({ name }) => name === 'notice')
    expect(finished?.payload).toMatchObject({ code: 'download_finished', detail: { name: 'model' } })
  })

  it('drops at random places, twenty of them', async () => {
    await open()
    const random = seeded(3)
    onParts(({ first, last }, count) =>
      count < 20 ? { kind: 'drop', after: Math.floor(random() * (last - first)) } : null,
    )
    await arrives()
  })

  it.each<[string, Trick]>([
    ['busy (503)', { kind: 'status', status: 503 }],
    ['too many requests (429)', { kind: 'status', status: 429, retryAfter: '1' }],
    ['a broken gateway (502)', { kind: 'status', status: 502 }],
    ['a part that does not exist (416)', { kind: 'status', status: 416 }],
    ['a page instead of data', { kind: 'html' }],
    ['the whole file instead of a part', { kind: 'whole' }],
    ['another size of the whole', { kind: 'total', total: 999 }],
    ['a shorter part than it says', { kind: 'length', delta: 1000 }],
    ['a longer part than it says', { kind: 'length', delta: -1000 }],
    ['another part than asked for', { kind: 'shift', by: 17 }],
    ['more than asked for', { kind: 'more', extra: 5000 }],
    ['silence', { kind: 'silence' }],
    ['a drip', { kind: 'drip', everyMs: 100 }],
    ['compressed', { kind: 'compressed' }],
  ])('%s, for a while', async (_, trick) => {
    await open()
    first(2, trick)
    await arrives()
  })

  it('addresses that expire: asked for anew, nothing fetched twice', async () => {
    await open({ hubOptions: { forward: true, signedFor: 3 } })
    await arrives()
    expect(house.hub.asked.filter(({ status }) => status === 403).length).toBeGreaterThan(1)
    expect(wasted(house.hub, file)).toBeLessThan(0.0001)
  })

  it('a hub that gives no ranges at all: from the beginning to the end', async () => {
    await open({ hubOptions: { ranges: false } })
    first(1, { kind: 'drop', after: mebibyte })
    await arrives()
  })

  it('a flipped byte: found by the hash, the part fetched anew, the rest kept', async () => {
    await open()
    first(9, { kind: 'flip', at: mebibyte })
    await arrives()
    // One comparing fetch, ended as soon as the hash was right.
    expect(wasted(house.hub, file)).toBeLessThan(0.7)
  })

  it('a changed file without a published hash: begun anew, never mixed', async () => {
    await open({ hubOptions: { publishHash: false } })
    const old = file
    const { id } = await house.begin(name)
    await house.until(() => house.one(id).doneBytes > 0)
    file = house.hub.put(repository, name, modelBytes(old.content.length, 8))
    const settled = await house.settled(id)
    expect(settled.state).toBe('finished')
    expect([old.sha256, file.sha256]).toContain(house.hashOf(name))
  })

  it('a part that the disk did not keep: found when it is hashed, and fetched again', async () => {
    await open({ hubOptions: { bytesPerSecond: 400_000 } })
    const { id } = await house.begin(name)
    await house.until(() => house.one(id).doneBytes > mebibyte)
    await house.downloads.service.pause(id)
    const part = house.leftOvers().find((one) => one.endsWith('.part'))!
    const { openSync, writeSync, closeSync } = await import('node:fs')
    const handle = openSync(join(house.root, 'models', '.downloads', part), 'r+')
    writeSync(handle, Buffer.from([1, 2, 3]), 0, 3, 1000)
    closeSync(handle)
    house = await house.restart()
    await house.downloads.service.resume(id)
    expect((await house.settled(id)).state).toBe('finished')
    expect(house.hashOf(name)).toBe(file.sha256)
  })
})

describe('what is refused with a sentence', () => {
  it('a page instead of data, for ever', async () => {
    await open()
    house.hub.mischief = () => ({ kind: 'html' })
    expect((await isRefused('source_unusable')).reason).toBe('it answers with a web page')
  })

  it('a page with the right headers', async () => {
    await open()
    file = house.hub.put(repository, name, Buffer.from('<!doctype html>'.padEnd(700_000, ' ')))
    expect((await isRefused('source_unusable')).reason).toContain('does not begin like a gguf file')
  })

  it('another size than the button said, with both sizes', async () => {
    await open()
    const entry = await house.downloads.catalogue.lookUp(repository, AbortSignal.timeout(5000))
    house.hub.put(repository, name, modelBytes(mebibyte, 7))
    const { id } = await house.downloads.service.begin(entry.id, name, file.content.length)
    const settled = await house.settled(id)
    expect(settled.error?.code).toBe('source_changed') // the hub publishes another hash, too
    expect(house.visible()).toEqual([])
  })

  it('another size without a published hash; resuming takes the new one', async () => {
    await open({ hubOptions: { publishHash: false } })
    const entry = await house.downloads.catalogue.lookUp(repository, AbortSignal.timeout(5000))
    const other = house.hub.put(repository, name, modelBytes(mebibyte, 9))
    const { id } = await house.downloads.service.begin(entry.id, name, file.content.length)
    const settled = await house.settled(id)
    expect(settled.error).toMatchObject({
      code: 'size_changed',
      detail: { expectedBytes: file.content.length, foundBytes: mebibyte },
    })
    expect(house.hub.sentBytes).toBeLessThan(10)
    await house.downloads.service.resume(id)
    expect((await house.settled(id)).state).toBe('finished')
    expect(house.hashOf(name)).toBe(other.sha256)
  })

  it('a file that is wrong again and again: fetched twice at most', async () => {
    await open()
    house.hub.mischief = () => ({ kind: 'flip', at: mebibyte })
    await isRefused('download_damaged')
    expect(wasted(house.hub, file)).toBeLessThan(1.01)
    // The next attempt begins with nothing, and is right when the source is.
    house.hub.mischief = () => null
    const [download] = house.downloads.service.list()
    expect(download?.doneBytes).toBe(0)
    await house.downloads.service.resume(download!.id)
    expect((await house.settled(download!.id)).state).toBe('finished')
    expect(house.hashOf(name)).toBe(file.sha256)
  })

  it('a truncated file: the hub has less than it published', async () => {
    await open()
    const { sha256, content } = file
    const entry = await house.downloads.catalogue.lookUp(repository, AbortSignal.timeout(5000))
    const cut = house.hub.put(repository, name, content.subarray(0, mebibyte))
    Object.assign(cut, { sha256 })
    const { id } = await house.downloads.service.begin(entry.id, name, content.length)
    const settled = await house.settled(id)
    expect(settled.error).toMatchObject({ code: 'size_changed', detail: { foundBytes: mebibyte } })
    expect(house.visible()).toEqual([])
  })

  it('a file that is not there, and one that wants a token', async () => {
    await open()
    house.hub.mischief = () => ({ kind: 'status', status: 404 })
    await isRefused('source_missing')
    house.hub.mischief = () => ({ kind: 'status', status: 403 })
    const [download] = house.downloads.service.list()
    await house.downloads.service.resume(download!.id)
    expect((await house.settled(download!.id)).error?.code).toBe('access_denied')
  })

  it.each([
    ['into the local network', 'http://192.168.0.1/file', 'it leads into this machine or its network'],
    ['to where clouds keep secrets', 'https://169.254.169.254/', 'it leads into this machine or its network'],
    ['to a file of this machine', 'file:///etc/passwd', 'it is not https but file:'],
    ['to an open line', 'http://files.example/file', 'it is not encrypted (http instead of https)'],
    ['to nowhere', 'http://', 'it forwards to nowhere'],
  ])('a hub that forwards %s', async (_, to, reason) => {
    await open()
    house.hub.mischief = () => ({ kind: 'redirect', to })
    expect((await isRefused('address_refused')).reason).toBe(reason)
  })

  it('a hub that forwards in a circle', async () => {
    await open()
    const circle = `${house.hub.address}/${repository}/resolve/main/${name}`
    house.hub.mischief = () => ({ kind: 'redirect', to: circle })
    expect((await isRefused('address_refused')).reason).toBe('it forwards in a circle')
    expect(house.hub.asked.length).toBeLessThan(20)
  })

  it('what is no model, by the engine', async () => {
    await open({
      inspect: () => Promise.reject(new RoostError('model_unsupported', { reason: 'not RWKV' })),
    })
    expect((await isRefused('model_unsupported')).reason).toBe('not RWKV')
  })

  it('a name that is taken: nothing is overwritten', async () => {
    await open()
    mkdirSync(join(house.root, 'models'), { recursive: true })
    writeFileSync(join(house.root, 'models', name), 'mine')
    expect(codeOf(await house.begin(name).catch((error: unknown) => error))).toBe('file_exists')
    expect(house.visible()).toEqual([name])
  })

  it('more than the disk holds, with the figures, before a byte is asked for', async () => {
    await open({ hubOptions: { publishHash: false } })
    const entry = await house.downloads.catalogue.lookUp(repository, AbortSignal.timeout(5000))
    Object.assign(entry.files[0]!, { bytes: 9e15 })
    const begun = house.downloads.service.begin(entry.id, name, 9e15)
    const error = (await begun.catch((thrown: unknown) => thrown)) as RoostError
    expect(error.code).toBe('disk_space')
    expect(error.detail.neededBytes).toBe(9e15)
    expect(error.detail.freeBytes).toBeGreaterThan(0)
    expect(house.hub.sentBytes).toBe(0)
  })
})

describe('several sources', () => {
  const mirrored = async (options: HouseOptions = {}): Promise<TestHub> => {
    await open(options)
    const mirror = await TestHub.open()
    more.push(() => mirror.close())
    mirror.put(repository, name, file.content)
    await house.downloads.handlers['hub.setMirror'](
      { address: mirror.address, enabled: true },
      { host: 'headless', client: 'test' },
    )
    return mirror
  }
  const caller = { host: 'headless', client: 'test' } as const

  it('the first is down: the second gives the same file, and never sees the token', async () => {
    const mirror = await mirrored({ hubOptions: { forward: true } })
    const settings = await house.downloads.handlers['hub.setToken']({ token: 'hf_secret' }, caller)
    expect(settings.token).toBe('privateFile')
    house.hub.options = { forward: true, token: 'hf_secret' }
    onParts((_, count) => (count > 3 ? { kind: 'status', status: 502 } : null))
    await arrives()
    expect(mirror.asked.length).toBeGreaterThan(0)
    expect(mirror.asked.every(({ authorization }) => authorization === null)).toBe(true)
    const atHub = house.hub.asked.filter(({ at }) => at === 'hub')
    const elsewhere = house.hub.asked.filter(({ at }) => at === 'files')
    expect(atHub.every(({ authorization }) => authorization === 'Bearer hf_secret')).toBe(true)
    expect(elsewhere.length).toBeGreaterThan(0)
    expect(elsewhere.every(({ authorization }) => authorization === null)).toBe(true)
  })

  it('a mirror with another file is not believed, and is left when the hub is back', async () => {
    const mirror = await mirrored()
    mirror.put(repository, name, modelBytes(file.content.length, 99))
    house.hub.mischief = () => ({ kind: 'status', status: 502 })
    await isRefused('download_damaged')
    expect(mirror.sentBytes).toBeGreaterThan(file.content.length)
    house.hub.mischief = () => null
    const [download] = house.downloads.service.list()
    await house.downloads.service.resume(download!.id)
    expect((await house.settled(download!.id)).state).toBe('finished')
    expect(house.hashOf(name)).toBe(file.sha256)
  })

  it('are measured when a person begins, and the quickest is asked first', async () => {
    const mirror = await mirrored()
    house.hub.options = { bytesPerSecond: 300_000 }
    await house.downloads.handlers['hub.setOrder']({ order: 'measured' }, caller)
    await arrives()
    const { measured } = await house.downloads.handlers['hub.settings']({}, caller)
    expect(measured.map(({ address }) => address).sort()).toEqual([house.hub.address, mirror.address].sort())
    // All but the probe came from the mirror.
    expect(mirror.sentBytes).toBeGreaterThan(file.content.length)
    expect(house.hub.sentBytes).toBeLessThan(300 * 1024)
  })
})
