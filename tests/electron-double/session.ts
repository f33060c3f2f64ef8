// What a Session decides about the page: which file an address is, which requests leave, which permissions are granted.
import { EventEmitter } from 'node:events'
import type { Route } from 'playwright-core'
import { outside } from './addresses.ts'
import { tell } from './protocol.ts'

type ProtocolHandler = (request: Request) => Promise<Response> | Response
type RequestFilter = (
  details: { url: string; method: string },
  answer: (result: { cancel?: boolean }) => void,
) => void
type PermissionCheck = (contents: unknown, permission: string, origin: string) => boolean

export class Session extends EventEmitter {
  handlers = new Map<string, ProtocolHandler>()
  filter: RequestFilter | null = null
  permissionCheck: PermissionCheck | null = null
  permissionRequestsGuarded = false
  devicesGuarded = false
  spellChecker = true

  readonly protocol = {
    handle: (scheme: string, handler: ProtocolHandler): void => {
      if (this.handlers.has(scheme)) throw new Error('The scheme has been registered')
      this.handlers.set(scheme, handler)
    },
  }

  readonly webRequest = {
    onBeforeRequest: (filter: RequestFilter): void => {
      this.filter = filter
    },
  }

  setPermissionRequestHandler(handler: unknown): void {
    this.permissionRequestsGuarded = handler !== null
  }

  setPermissionCheckHandler(handler: PermissionCheck): void {
    this.permissionCheck = handler
  }

  setDevicePermissionHandler(handler: unknown): void {
    this.devicesGuarded = handler !== null
  }

  setSpellCheckerEnabled(enabled: boolean): void {
    this.spellChecker = enabled
  }

  /** Chromium's own names of the permissions that the application grants to its page. */
  grantedPermissions(origin: string): string[] {
    const names = { 'clipboard-sanitized-write': 'clipboard-write', 'clipboard-read': 'clipboard-read' }
    return Object.entries(names)
      .filter(([permission]) => this.permissionCheck?.(null, permission, origin) ?? true)
      .map(([, name]) => name)
  }

  /** Every request of every page comes here; none reaches a network. */
  async answer(route: Route): Promise<void> {
    const request = route.request()
    const address = outside(request.url())
    const cancelled = await new Promise<boolean>((resolve) => {
      if (this.filter === null) resolve(false)
      else
        this.filter({ url: address, method: request.method() }, (result) => resolve(result.cancel === true))
    })
    const handler = this.handlers.get(new URL(address).protocol.slice(0, -1))
    if (cancelled || handler === undefined) {
      tell({ kind: 'cancelled request', address })
      await route.abort('blockedbyclient')
      return
    }
    const response = await handler(new Request(address, { method: request.method() }))
    await route.fulfill({
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: Buffer.from(await response.arrayBuffer()),
    })
  }
}

export const defaultSession = new Session()
