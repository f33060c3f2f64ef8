// A page of Chromium as WebContents: messages to and from its preload, and every event by which it may be guarded.
import { EventEmitter } from 'node:events'
import { readFileSync } from 'node:fs'
import type { CDPSession, Page, Route } from 'playwright-core'
import { inside, outside } from './addresses.ts'
import { decode, encode } from './clone.ts'
import { defaultSession } from './session.ts'
import { tell } from './protocol.ts'
import { BINDING, DELIVER, pageWorldSource, PRELOAD_WORLD, preloadWorldSource } from './worlds.ts'
import type { FromPreload, ToPreload } from './worlds.ts'

type InvokeHandler = (event: unknown, ...values: unknown[]) => unknown
type WindowOpenHandler = (details: { url: string }) => { action: 'allow' | 'deny' }

class IpcMain extends EventEmitter {
  handlers = new Map<string, InvokeHandler>()

  handle(channel: string, handler: InvokeHandler): void {
    if (this.handlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`)
    this.handlers.set(channel, handler)
  }

  removeHandler(channel: string): void {
    this.handlers.delete(channel)
  }
}
export const ipcMain = new IpcMain()

let pages = 0

export class WebContents extends EventEmitter {
  readonly id = ++pages
  readonly session = defaultSession
  readonly mainFrame: { readonly url: string; readonly parent: null }
  page: Page | null = null
  #client: CDPSession | null = null
  /** The isolated world of this moment; none while a page loads. */
  #world: number | null = null
  #queue: string[] = []
  #flushing = false
  #openHandler: WindowOpenHandler | null = null
  /** An address that the application itself loads; any other navigation asks first. */
  #loading: string | null = null

  constructor() {
    super()
    const address = (): string => this.getURL()
    this.mainFrame = {
      get url() {
        return address()
      },
      parent: null,
    }
  }

  getURL(): string {
    return this.page === null ? '' : outside(this.page.url())
  }

  isDestroyed(): boolean {
    return this.page === null || this.page.isClosed()
  }

  setWindowOpenHandler(handler: WindowOpenHandler): void {
    this.#openHandler = handler
  }

  send(channel: string, ...values: unknown[]): void {
    this.#post({ kind: 'message', channel, values })
  }

  reload(): void {
    const address = this.getURL()
    // A crashed page cannot be asked to reload itself.
    void this.load(address).catch((error: unknown) => this.emit('did-fail-load', {}, -1, String(error)))
  }

  async load(address: string): Promise<void> {
    if (this.page === null) throw new Error('no page')
    this.#loading = address
    await this.page.goto(inside(address))
    this.emit('did-finish-load')
  }

  async attach(page: Page, preload: string | undefined): Promise<void> {
    this.page = page
    const client = await page.context().newCDPSession(page)
    this.#client = client
    const { frameTree } = await client.send('Page.getFrameTree')
    client.on('Runtime.executionContextCreated', ({ context }) => {
      // Frames inside the page get an isolated world of that name too, and nothing in it.
      const { frameId } = context.auxData as { frameId?: string }
      if (context.name !== PRELOAD_WORLD || frameId !== frameTree.frame.id) return
      this.#world = context.id
      void this.#flush()
    })
    client.on('Runtime.executionContextDestroyed', ({ executionContextId }) => {
      if (executionContextId === this.#world) this.#world = null
    })
    client.on('Runtime.bindingCalled', ({ name, payload }) => {
      if (name === BINDING) void this.#receive(decode(payload) as FromPreload)
    })
    client.on('Page.windowOpen', ({ url }) => {
      this.#openHandler?.({ url: outside(url) })
    })
    page.on('popup', (popup) => void popup.close()) // denied, whatever the handler said: Roost denies all
    page.on('crash', () => {
      this.#world = null
      this.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 5 })
    })
    await page.route('**/*', (route) => this.#route(route))
    await client.send('Page.enable')
    await client.send('Runtime.enable')
    await client.send('Runtime.addBinding', { name: BINDING, executionContextName: PRELOAD_WORLD })
    if (preload !== undefined) {
      await client.send('Page.addScriptToEvaluateOnNewDocument', { source: pageWorldSource() })
      const source = preloadWorldSource(readFileSync(preload, 'utf8'))
      await client.send('Page.addScriptToEvaluateOnNewDocument', { source, worldName: PRELOAD_WORLD })
    }
  }

  async #route(route: Route): Promise<void> {
    const request = route.request()
    if (request.isNavigationRequest()) {
      const url = outside(request.url())
      const isMainFrame = request.frame().parentFrame() === null
      const asked = !(isMainFrame && this.#loading === url)
      if (isMainFrame) this.#loading = null
      if (asked && this.#refuses(url, isMainFrame)) {
        tell({ kind: 'refused navigation', address: url })
        await route.abort('aborted')
        return
      }
    }
    await defaultSession.answer(route)
  }

  #refuses(url: string, isMainFrame: boolean): boolean {
    const event = {
      url,
      isMainFrame,
      prevented: false,
      preventDefault() {
        this.prevented = true
      },
    }
    this.emit('will-frame-navigate', event)
    if (isMainFrame) this.emit('will-navigate', event)
    return event.prevented
  }

  async #receive(message: FromPreload): Promise<void> {
    const event = { sender: this, senderFrame: this.mainFrame }
    if (message.kind === 'send') {
      ipcMain.emit(message.channel, event, ...message.values)
      return
    }
    try {
      const handler = ipcMain.handlers.get(message.channel)
      if (handler === undefined) throw new Error(`No handler registered for '${message.channel}'`)
      this.#post({ kind: 'reply', id: message.id, value: await handler(event, ...message.values) })
    } catch (error) {
      const sentence = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
      const whole = `Error invoking remote method '${message.channel}': ${sentence}`
      this.#post({ kind: 'reply', id: message.id, error: whole })
    }
  }

  #post(message: ToPreload): void {
    this.#queue.push(encode(message))
    void this.#flush()
  }

  /** In order; everything that waits goes in one step. */
  async #flush(): Promise<void> {
    if (this.#flushing) return
    this.#flushing = true
    while (this.#queue.length > 0 && this.#world !== null && this.#client !== null) {
      const batch = this.#queue.splice(0)
      const declaration = `function (batch) { for (const text of batch) globalThis.${DELIVER}(text) }`
      await this.#client
        .send('Runtime.callFunctionOn', {
          executionContextId: this.#world,
          functionDeclaration: declaration,
          arguments: [{ value: batch }],
        })
        // The page went away meanwhile: Electron drops such messages too.
        .catch(() => undefined)
    }
    this.#flushing = false
  }
}
