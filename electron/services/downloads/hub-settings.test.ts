// The token never leaves the origin it was given for, and never lies readable on the disk where a key store is there.
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { Caller } from '../../contract/calls.ts'
import { hubAddress } from './hub-settings.ts'
import type { SecretKeeper } from './hub-settings.ts'
import { codeOf, DownloadHouse } from '../../../tests/application/download-house.ts'

const caller: Caller = { host: 'headless', client: 'test' }
let house: DownloadHouse
afterEach(() => house.destroy())

/** Turns every byte around: enough to see that it was asked. */
const keyStore: SecretKeeper = {
  available: () => Promise.resolve(true),
  encrypt: (text) => Promise.resolve(Buffer.from(text).map((byte) => byte ^ 0xff)),
  decrypt: (bytes) => Promise.resolve(Buffer.from(bytes.map((byte) => byte ^ 0xff)).toString('utf8')),
}

const tokenFile = (): string => join(house.root, 'hub-token.json')

describe('the access token', () => {
  it('lies encrypted where the system has a key store, and is known after a restart', async () => {
    house = await DownloadHouse.open({ secrets: keyStore, hubOptions: { token: 'hf_abc' } })
    const set = await house.downloads.handlers['hub.setToken']({ token: ' hf_abc\n' }, caller)
    expect(set.token).toBe('keyStore')
    const written = readFileSync(tokenFile(), 'utf8')
    expect(written).not.toContain('hf_abc')
    expect(written).not.toContain(Buffer.from('hf_abc').toString('base64'))
    house = await house.restart({ secrets: keyStore })
    house.hub.put('maker/model', 'a.gguf', Buffer.alloc(100))
    await house.downloads.catalogue.lookUp('maker/model', AbortSignal.timeout(5000))
    expect(house.hub.asked.at(-1)?.authorization).toBe('Bearer hf_abc')
  })

  it('lies in a file of its owner where there is none, and goes when it is forgotten', async () => {
    house = await DownloadHouse.open()
    expect((await house.downloads.handlers['hub.setToken']({ token: 'hf_abc' }, caller)).token).toBe(
      'privateFile',
    )
    if (process.platform !== 'win32') expect(statSync(tokenFile()).mode & 0o777).toBe(0o600)
    expect((await house.downloads.handlers['hub.setToken']({ token: null }, caller)).token).toBe('none')
    expect(() => statSync(tokenFile())).toThrow()
  })

  it('of another hub is not sent, and a damaged file is no token', async () => {
    house = await DownloadHouse.open()
    await house.downloads.handlers['hub.setToken']({ token: 'hf_abc' }, caller)
    const stored = JSON.parse(readFileSync(tokenFile(), 'utf8')) as Record<string, string>
    writeFileSync(tokenFile(), JSON.stringify({ ...stored, origin: 'https://huggingface.co' }))
    house = await house.restart()
    house.hub.put('maker/model', 'a.gguf', Buffer.alloc(100))
    await house.downloads.catalogue.lookUp('maker/model', AbortSignal.timeout(5000))
    expect(house.hub.asked.at(-1)?.authorization).toBeNull()
    writeFileSync(tokenFile(), 'not json')
    house = await house.restart()
    expect((await house.downloads.handlers['hub.settings']({}, caller)).token).toBe('none')
  })
})

describe('mirrors', () => {
  it('are kept, switched and removed; the official hub is none', async () => {
    house = await DownloadHouse.open()
    const { handlers } = house.downloads
    await handlers['hub.setMirror']({ address: 'mirror.example/hub/', enabled: true }, caller)
    await handlers['hub.setMirror']({ address: 'https://mirror.example/hub', enabled: false }, caller)
    house = await house.restart()
    expect((await house.downloads.handlers['hub.settings']({}, caller)).mirrors).toEqual([
      { address: 'https://mirror.example/hub', own: true, enabled: false },
    ])
    const refused = house.downloads.handlers['hub.setMirror'](
      { address: house.hub.address, enabled: true },
      caller,
    )
    expect(codeOf(await refused.catch((error: unknown) => error))).toBe('bad_request')
    const left = await house.downloads.handlers['hub.removeMirror'](
      { address: 'https://mirror.example/hub' },
      caller,
    )
    expect(left.mirrors).toEqual([])
  })

  it.each(['ftp://mirror.example', 'https://name:word@mirror.example', 'file:///etc/passwd', 'https://'])(
    'have no address like %s',
    async (address) => {
      house = await DownloadHouse.open()
      expect(() => hubAddress(address)).toThrow('address_refused')
    },
  )
})
