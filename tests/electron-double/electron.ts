// Stands in for 'electron' in the main process: see README.md in this folder for what it does and does not stand for.
import { EventEmitter } from 'node:events'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import type { BrowserContext } from 'playwright-core'
import { inside } from './addresses.ts'
import { listened, tell } from './protocol.ts'
import type { FromTest, Scripted } from './protocol.ts'
import { defaultSession } from './session.ts'
import { utilityProcess } from './utility-process.ts'
import { ipcMain, WebContents } from './web-contents.ts'

/** Called by run.mjs. */
export let entryIsEvaluated: () => void = () => undefined
const entryEvaluated = new Promise<void>((resolve) => (entryIsEvaluated = resolve))

const scripted: Record<Scripted, unknown[]> = {
  showOpenDialog: [],
  showSaveDialog: [],
  showMessageBox: [],
}

class App extends EventEmitter {
  readonly isPackaged = false
  #userData = join(tmpdir(), `electron-double-${process.pid}`)
  #lock: string | null = null
  #browser: Promise<{ context: BrowserContext; port: number }> | null = null
  #quitting = false

  /** Like the real one, not before the entry module has been evaluated to its end: awaiting it there waits for ever. */
  whenReady(): Promise<void> {
    return entryEvaluated
  }
  enableSandbox(): void {
    // Debian's Chromium runs without a sandbox in a container anyway.
  }
  getLocale(): string {
    return 'en-US'
  }
  getVersion(): string {
    return '0.0.0-double'
  }
  setPath(name: string, path: string): void {
    if (name === 'userData') this.#userData = path
  }
  getPath(name: string): string {
    return name === 'userData' ? this.#userData : join(this.#userData, name)
  }

  /** Like the real one: a file of the profile. A lock whose holder was killed stays, so it names its holder. */
  requestSingleInstanceLock(): boolean {
    mkdirSync(this.#userData, { recursive: true })
    const file = join(this.#userData, 'double.lock')
    if (isHeldByAnother(file)) return false
    writeFileSync(file, String(process.pid))
    this.#lock = file
    return true
  }

  /** One Chromium for all windows, started with the first. */
  browser(size: { width?: number; height?: number }): Promise<{ context: BrowserContext; port: number }> {
    this.#browser ??= this.#start(size)
    return this.#browser
  }

  async #start(size: {
    width?: number
    height?: number
  }): Promise<{ context: BrowserContext; port: number }> {
    const executablePath = process.env.CHROMIUM_PATH
    if (executablePath === undefined) throw new Error('CHROMIUM_PATH names no Chromium')
    const port = await freePort()
    const viewport = { width: size.width ?? 800, height: size.height ?? 600 }
    const context = await chromium.launchPersistentContext(join(this.#userData, 'chromium'), {
      executablePath,
      headless: true,
      viewport,
      // Ending is the application's affair, not Playwright's.
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        `--remote-debugging-port=${port}`,
      ],
    })
    return { context, port }
  }

  quit(): void {
    if (this.#quitting) return
    const asked = preventable()
    this.emit('before-quit', asked)
    if (asked.prevented) return
    this.#quitting = true
    for (const window of BrowserWindow.getAllWindows()) window.close()
    const willQuit = preventable()
    this.emit('will-quit', willQuit)
    if (!willQuit.prevented) this.exit(0)
  }

  exit(status = 0): void {
    tell({ kind: 'exit', status })
    if (this.#lock !== null) rmSync(this.#lock, { force: true })
    const browser = this.#browser ?? Promise.resolve(null)
    void browser
      .then((running) => running?.context.close())
      .catch(() => undefined) // it may be gone already
      .finally(() => process.exit(status))
  }
}
export const app = new App()

interface WindowOptions {
  width?: number
  height?: number
  webPreferences?: { preload?: string }
}

export class BrowserWindow extends EventEmitter {
  static #all: BrowserWindow[] = []
  static getAllWindows(): BrowserWindow[] {
    return [...BrowserWindow.#all]
  }
  static getFocusedWindow(): BrowserWindow | null {
    return BrowserWindow.#all[0] ?? null
  }

  readonly webContents = new WebContents()
  #options: WindowOptions
  #destroyed = false

  constructor(options: WindowOptions = {}) {
    super()
    this.#options = options
    BrowserWindow.#all.push(this)
    app.emit('web-contents-created', {}, this.webContents)
  }

  async loadURL(address: string): Promise<void> {
    const { context, port } = await app.browser(this.#options)
    const page = context.pages().find((one) => one.url() === 'about:blank') ?? (await context.newPage())
    await context.grantPermissions(defaultSession.grantedPermissions(address), { origin: inside(address) })
    await this.webContents.attach(page, this.#options.webPreferences?.preload)
    page.on('close', () => this.#closed())
    tell({
      kind: 'window',
      port,
      options: JSON.parse(JSON.stringify(this.#options)) as Record<string, unknown>,
    })
    await this.webContents.load(address)
    this.emit('ready-to-show')
  }

  close(): void {
    if (this.#destroyed) return
    this.emit('close', { preventDefault: () => undefined })
    void this.webContents.page?.close()
    this.#closed()
  }
  #closed(): void {
    if (this.#destroyed) return
    this.#destroyed = true
    BrowserWindow.#all = BrowserWindow.#all.filter((window) => window !== this)
    this.emit('closed')
    if (BrowserWindow.#all.length === 0) app.emit('window-all-closed')
  }

  isDestroyed(): boolean {
    return this.#destroyed
  }
  isMinimized(): boolean {
    return false
  }
  isMaximized(): boolean {
    return false
  }
  getNormalBounds(): { x: number; y: number; width: number; height: number } {
    return { x: 0, y: 0, width: this.#options.width ?? 800, height: this.#options.height ?? 600 }
  }
  maximize(): void {
    // Without a screen there is nothing larger.
  }
  restore(): void {
    this.show()
  }
  show(): void {
    this.emit('show')
  }
  focus(): void {
    this.emit('focus')
  }
}

async function answerDialog(method: Scripted, values: unknown[], cancelled: unknown): Promise<unknown> {
  tell({ kind: 'dialog', method, arguments: values.filter((value) => !(value instanceof BrowserWindow)) })
  await Promise.resolve()
  return scripted[method].shift() ?? cancelled
}

export const dialog = {
  showOpenDialog: (...values: unknown[]) =>
    answerDialog('showOpenDialog', values, { canceled: true, filePaths: [] }),
  showSaveDialog: (...values: unknown[]) =>
    answerDialog('showSaveDialog', values, { canceled: true, filePath: '' }),
  showMessageBox: (...values: unknown[]) => answerDialog('showMessageBox', values, { response: 1 }),
  showErrorBox: (title: string, content: string): void => {
    process.stderr.write(`${title}: ${content}\n`)
    tell({ kind: 'dialog', method: 'showErrorBox', arguments: [title, content] })
  },
}

export const shell = {
  openExternal(address: string): Promise<void> {
    tell({ kind: 'opened', address })
    return Promise.resolve()
  },
  /** Like the real one it gives a sentence where it cannot, and '' where it did. */
  openPath(path: string): Promise<string> {
    tell({ kind: 'shown folder', path })
    return Promise.resolve(existsSync(path) ? '' : 'The path does not exist.')
  },
}

interface MenuItem {
  role?: string
  submenu?: MenuItem[]
}

export const Menu = {
  buildFromTemplate: (template: MenuItem[]): MenuItem[] => template,
  setApplicationMenu(items: MenuItem[]): void {
    const roles = (list: MenuItem[]): string[] =>
      list.flatMap((item) => [...(item.role === undefined ? [] : [item.role]), ...roles(item.submenu ?? [])])
    tell({ kind: 'menu', roles: roles(items) })
  },
}

export const protocol = {
  registerSchemesAsPrivileged(): void {
    // The double's origin is https, which has every privilege that Roost asks for.
  },
}

export const nativeTheme = Object.assign(new EventEmitter(), {
  shouldUseDarkColors: false,
  themeSource: 'system',
})
export const screen = {
  getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }],
}
/** Like a desktop without a key store: what Roost keeps then lies in a file of its own. */
export const safeStorage = {
  isAsyncEncryptionAvailable: (): Promise<boolean> => Promise.resolve(false),
  getSelectedStorageBackend: (): string => 'basic_text',
  encryptStringAsync: (): Promise<never> => Promise.reject(new Error('there is no key store')),
  decryptStringAsync: (): Promise<never> => Promise.reject(new Error('there is no key store')),
}
export const session = { defaultSession }
export { ipcMain, utilityProcess }

/** Whether the process that a lock names still runs. */
function isHeldByAnother(file: string): boolean {
  if (!existsSync(file)) return false
  try {
    process.kill(Number(readFileSync(file, 'utf8')), 0)
    return true
  } catch {
    return false // it was killed: its lock means nothing
  }
}

function preventable(): { prevented: boolean; preventDefault(): void } {
  return {
    prevented: false,
    preventDefault() {
      this.prevented = true
    },
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}

if (listened) {
  process.on('message', (message: FromTest) => {
    if (message.kind === 'script') scripted[message.method].push(...message.results)
    else if (message.kind === 'quit') app.quit()
    else app.emit('second-instance', {}, [], '')
  })
  // A test that listens must not keep the application alive.
  process.channel?.unref()
}
