// Which hubs there are, in which order they are asked, and the access token. The token is sent to the origin it was given
// for, and to no other: not to mirrors, not to where the hub forwards to, and not to another hub that is set later.
import { chmodSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { HubMirror, HubSettings } from '../../contract/download-entities.ts'
import { RoostError } from '../../contract/errors.ts'
import { writeFileAtomic } from '../../platform/atomic-file.ts'
import type { Storage } from '../../storage/storage.ts'

/** Encrypts with the system's key store. Only a desktop has one. */
export interface SecretKeeper {
  /** False: what it gives would be readable by anybody who has the file. */
  available(): Promise<boolean>
  encrypt(text: string): Promise<Uint8Array>
  /** Rejects when it cannot: another system, another key. */
  decrypt(bytes: Uint8Array): Promise<string>
}

export interface HubSettingsParts {
  readonly storage: Storage
  /** Of the application's data. */
  readonly folder: string
  /** Another hub than the usual one, from the command line or the environment; null: the usual one. */
  readonly hub: string | null
  readonly secrets: SecretKeeper | null
}

export const usualHub = 'https://huggingface.co'
const knownMirrors = ['https://hf-mirror.com']
const mostMirrors = 12

const storedSchema = z.object({
  'hub.order': z.enum(['official', 'measured']).catch('official'),
  'hub.mirrors': z.array(z.object({ address: z.string(), own: z.boolean(), enabled: z.boolean() })).catch([]),
  'hub.measured': z.array(z.object({ address: z.string(), bytesPerSecond: z.number() })).catch([]),
})

const tokenSchema = z.object({
  origin: z.string(),
  kept: z.enum(['keyStore', 'privateFile']),
  value: z.string(),
})

export class HubSettingsService {
  readonly #parts: HubSettingsParts
  #order: HubSettings['order'] = 'official'
  #mirrors: HubMirror[] = []
  #measured: HubSettings['measured'] = []
  #token: { origin: string; text: string; kept: 'keyStore' | 'privateFile' } | null = null

  constructor(parts: HubSettingsParts) {
    this.#parts = parts
  }

  async read(): Promise<void> {
    const stored = storedSchema.parse(await this.#parts.storage.read.settings())
    this.#order = stored['hub.order']
    this.#measured = stored['hub.measured']
    const own = stored['hub.mirrors'].filter((mirror) => URL.canParse(mirror.address))
    const known = knownMirrors
      .filter((address) => this.#parts.hub === null && !own.some((mirror) => mirror.address === address))
      .map((address) => ({ address, own: false, enabled: true }))
    this.#mirrors = [...known, ...own]
    this.#token = await this.#readToken()
  }

  get official(): string {
    return this.#parts.hub ?? usualHub
  }

  settings(): HubSettings {
    return {
      official: this.official,
      order: this.#order,
      mirrors: this.#mirrors.map((mirror) => ({ ...mirror })),
      measured: this.#measured.map((one) => ({ ...one })),
      token: this.#token?.kept ?? 'none',
    }
  }

  /** Every hub that a person set, in use or not: they are trusted to be where they are. */
  addresses(): string[] {
    return [this.official, ...this.#mirrors.map(({ address }) => address)]
  }

  /** In the order in which they are asked, by the latest measurement where that is wished. */
  endpoints(): { address: string; official: boolean }[] {
    const enabled = this.#mirrors.filter((mirror) => mirror.enabled).map(({ address }) => address)
    const all = [this.official, ...enabled]
    if (this.#order === 'measured' && this.#measured.length > 0) {
      const speed = (address: string): number =>
        this.#measured.find((one) => one.address === address)?.bytesPerSecond ?? 0
      all.sort((a, b) => speed(b) - speed(a))
    }
    return all.map((address) => ({ address, official: address === this.official }))
  }

  /** Value of the Authorization header; null for every origin but the token's own. */
  authorization(url: URL): string | null {
    const token = this.#token
    return token?.origin === url.origin && url.origin === new URL(this.official).origin
      ? `Bearer ${token.text}`
      : null
  }

  async setOrder(order: HubSettings['order']): Promise<HubSettings> {
    this.#order = order
    await this.#parts.storage.write.setSettings({ 'hub.order': order })
    return this.settings()
  }

  /** Errors: address_refused, bad_request. */
  async setMirror(address: string, enabled: boolean): Promise<HubSettings> {
    const base = hubAddress(address)
    const known = this.#mirrors.find((mirror) => mirror.address === base)
    if (known !== undefined) known.enabled = enabled
    else {
      if (base === this.official) throw new RoostError('bad_request', { reason: 'That is the official hub.' })
      if (this.#mirrors.length >= mostMirrors) {
        throw new RoostError('bad_request', { reason: `There are ${mostMirrors} mirrors already.` })
      }
      this.#mirrors.push({ address: base, own: true, enabled })
    }
    return await this.#keepMirrors()
  }

  async removeMirror(address: string): Promise<HubSettings> {
    this.#mirrors = this.#mirrors.filter((mirror) => mirror.address !== address || !mirror.own)
    return await this.#keepMirrors()
  }

  async keepMeasured(measured: HubSettings['measured']): Promise<void> {
    this.#measured = measured
    await this.#parts.storage.write.setSettings({ 'hub.measured': measured })
  }

  /** Errors: bad_request, those of the system. */
  async setToken(text: string | null): Promise<HubSettings> {
    if (text === null) {
      rmSync(this.#tokenFile(), { force: true })
      this.#token = null
      return this.settings()
    }
    const trimmed = text.trim()
    if (!/^[\x21-\x7e]+$/.test(trimmed)) {
      throw new RoostError('bad_request', { reason: 'A token has only letters, digits and signs.' })
    }
    const { secrets } = this.#parts
    const keeper = secrets !== null && (await secrets.available()) ? secrets : null
    const kept = keeper === null ? 'privateFile' : 'keyStore'
    const bytes = keeper === null ? Buffer.from(trimmed) : await keeper.encrypt(trimmed)
    const { origin } = new URL(this.official)
    const value = Buffer.from(bytes).toString('base64')
    writeFileAtomic(this.#tokenFile(), JSON.stringify({ origin, kept, value }))
    chmodSync(this.#tokenFile(), 0o600)
    this.#token = { origin, text: trimmed, kept }
    return this.settings()
  }

  async #keepMirrors(): Promise<HubSettings> {
    await this.#parts.storage.write.setSettings({ 'hub.mirrors': this.#mirrors })
    return this.settings()
  }

  #tokenFile(): string {
    return join(this.#parts.folder, 'hub-token.json')
  }

  /** One that cannot be read or decrypted counts as not there: the person enters it again. */
  async #readToken(): Promise<{ origin: string; text: string; kept: 'keyStore' | 'privateFile' } | null> {
    try {
      const stored = tokenSchema.safeParse(JSON.parse(readFileSync(this.#tokenFile(), 'utf8')))
      if (!stored.success) return null
      const { origin, kept } = stored.data
      const bytes = Buffer.from(stored.data.value, 'base64')
      if (kept === 'privateFile') return { origin, kept, text: bytes.toString('utf8') }
      const { secrets } = this.#parts
      if (secrets === null || !(await secrets.available())) return null
      return { origin, kept, text: await secrets.decrypt(bytes) }
    } catch (error) {
      if (!(error instanceof Error)) throw error
      return null // absent, not JSON, or of another key
    }
  }
}

/** A hub's address without a slash at its end. Errors: address_refused. */
export function hubAddress(text: string): string {
  const address = /^[a-z]+:\/\//i.test(text.trim()) ? text.trim() : `https://${text.trim()}`
  const url = URL.canParse(address) ? new URL(address) : null
  if (
    url === null ||
    !['https:', 'http:'].includes(url.protocol) ||
    url.username !== '' ||
    url.password !== ''
  ) {
    throw new RoostError('address_refused', { reason: 'It is not the address of a site.' })
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`
}
