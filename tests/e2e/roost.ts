// Starts the built application through one of its doors and gives the page that a person would see. The same tests drive
// all doors; ROOST_E2E_HOSTS chooses among them (Electron's own runtime is not everywhere).
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { _electron, chromium } from 'playwright-core'
import type { Browser, ElectronApplication, Page } from 'playwright-core'
import type { FromDouble, FromTest } from '../electron-double/protocol.ts'

export const root = fileURLToPath(new URL('../..', import.meta.url))

export type Door = 'headless' | 'electron-double' | 'electron'

export const doors: readonly Door[] = (process.env.ROOST_E2E_HOSTS ?? 'headless,electron-double')
  .split(',')
  .map((name) => {
    if (name === 'headless' || name === 'electron-double' || name === 'electron') return name
    throw new Error(`ROOST_E2E_HOSTS names "${name}"; there are headless, electron-double and electron`)
  })

export const fixture = (name: string): string => join(root, 'tests', 'fixtures', name)

/** A person's home: the data folder and some files, thrown away afterwards. */
export interface Home {
  readonly folder: string
  readonly data: string
  /** Copies a file in, or makes one; gives its path. */
  put(source: string, name?: string): string
  remove(): void
}

export function makeHome(): Home {
  const folder = mkdtempSync(join(tmpdir(), 'roost-e2e-'))
  const data = join(folder, 'data')
  mkdirSync(data)
  return {
    folder,
    data,
    put(source, name = basename(source)) {
      copyFileSync(source, join(folder, name))
      return join(folder, name)
    },
    // Chromium may still be writing its profile while it ends.
    remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }),
  }
}

export interface Roost {
  readonly door: Door
  readonly page: Page
  readonly process: ChildProcess
  /** Everything that the process wrote on standard error. */
  readonly complaints: () => string
  /** Lets the person's next choice in a file dialog be this one; headless has no such dialog. */
  answerFileDialog(path: string): void
  /** The same for a dialog that asks where to save; headless downloads instead. */
  answerSaveDialog(path: string): void
  /** What the double reported so far; empty for the other doors. */
  readonly reports: readonly FromDouble[]
  tell(message: FromTest): void
  /** SIGKILL, at once, to everything. */
  kill(): Promise<void>
  /** As a person ends it; gives the exit status and how long it took in milliseconds. */
  end(): Promise<{ status: number | null; ms: number }>
}

export interface StartOptions {
  readonly home: Home
  readonly arguments?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly colorScheme?: 'light' | 'dark'
}

const chromiumPath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'
const chromiumArguments = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run']

/** Rejects with what the process said when it does not come up. */
export async function startRoost(door: Door, options: StartOptions): Promise<Roost> {
  const words = ['--data', options.home.data, ...(options.arguments ?? [])]
  const environment: Record<string, string> = {
    ...(process.env as Record<string, string>),
    HOME: options.home.folder,
    USERPROFILE: options.home.folder,
    CHROMIUM_PATH: chromiumPath,
    LANG: 'en_US.UTF-8',
    ...options.environment,
  }
  switch (door) {
    case 'headless':
      return startHeadless(words, environment, options)
    case 'electron-double':
      return startDouble(words, environment, options)
    case 'electron':
      return startElectron(words, environment, options)
  }
}

async function startHeadless(
  words: string[],
  env: Record<string, string>,
  options: StartOptions,
): Promise<Roost> {
  const child = spawn(process.execPath, [join(root, 'dist/main/headless.js'), '--no-open', ...words], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const complaints = collect(child)
  const address = await new Promise<string>((resolve, reject) => {
    let output = ''
    child.stdout.on('data', (data) => {
      output += String(data)
      const ready = /^Roost ready: (\S+)$/m.exec(output)
      if (ready?.[1] !== undefined) resolve(ready[1])
    })
    child.on('close', (code) => reject(new Error(`Roost ended with ${code}: ${complaints()}`)))
  })
  const browser = await chromium.launch({ executablePath: chromiumPath, args: chromiumArguments })
  const page = await openPage(browser, options)
  await page.goto(address)
  return {
    door: 'headless',
    page,
    process: child,
    complaints,
    reports: [],
    answerFileDialog: () => undefined,
    answerSaveDialog: () => undefined,
    tell: () => undefined,
    kill: async () => {
      await Promise.all([ended(child, () => child.kill('SIGKILL')), browser.close()])
    },
    end: async () => {
      const result = await ended(child, () => child.kill('SIGTERM'))
      await browser.close()
      return result
    },
  }
}

async function openPage(browser: Browser, options: StartOptions): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    locale: 'en-US',
    colorScheme: options.colorScheme ?? 'light',
  })
  return context.newPage()
}

async function startDouble(
  words: string[],
  env: Record<string, string>,
  options: StartOptions,
): Promise<Roost> {
  const run = join(root, 'tests/electron-double/run.mjs')
  const main = join(root, 'dist/main/main.js')
  const child = spawn(process.execPath, [run, main, ...words], {
    env: { ...env, ELECTRON_DOUBLE_LISTENED: '1' },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  const complaints = collect(child)
  const reports: FromDouble[] = []
  const port = await new Promise<number>((resolve, reject) => {
    child.on('message', (message: FromDouble) => {
      reports.push(message)
      if (message.kind === 'window') resolve(message.port)
    })
    child.on('close', (code) => reject(new Error(`Roost ended with ${code}: ${complaints()}`)))
  })
  const browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`)
  const page = browser.contexts()[0]?.pages()[0]
  if (page === undefined) throw new Error('the double has no page')
  await page.emulateMedia({ colorScheme: options.colorScheme ?? 'light' })
  const tell = (message: FromTest): void => void child.send(message)
  return {
    door: 'electron-double',
    page,
    process: child,
    complaints,
    reports,
    answerFileDialog: (path) =>
      tell({ kind: 'script', method: 'showOpenDialog', results: [{ canceled: false, filePaths: [path] }] }),
    answerSaveDialog: (path) =>
      tell({ kind: 'script', method: 'showSaveDialog', results: [{ canceled: false, filePath: path }] }),
    tell,
    kill: async () => {
      // Its Chromium goes with it: the pipe between them closes.
      await ended(child, () => child.kill('SIGKILL'))
      await browser.close()
    },
    end: async () => {
      const result = await ended(child, () => tell({ kind: 'quit' }))
      await browser.close()
      return result
    },
  }
}

async function startElectron(
  words: string[],
  env: Record<string, string>,
  options: StartOptions,
): Promise<Roost> {
  const application: ElectronApplication = await _electron.launch({
    args: [root, ...words],
    cwd: root,
    env,
    colorScheme: options.colorScheme ?? 'light',
  })
  const child = application.process()
  const complaints = collect(child)
  const page = await application.firstWindow()
  return {
    door: 'electron',
    page,
    process: child,
    complaints,
    reports: [],
    answerFileDialog: (path) => {
      void application.evaluate(({ dialog }, chosen) => {
        dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [chosen] })
      }, path)
    },
    answerSaveDialog: (path) => {
      void application.evaluate(({ dialog }, chosen) => {
        dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath: chosen })
      }, path)
    },
    tell: () => undefined,
    kill: async () => {
      await ended(child, () => child.kill('SIGKILL'))
    },
    end: () => ended(child, () => void application.evaluate(({ app }) => app.quit())),
  }
}

function collect(child: ChildProcess): () => string {
  let text = ''
  child.stderr?.on('data', (data) => (text += String(data)))
  return () => text
}

async function ended(
  child: ChildProcess,
  begin: () => unknown,
): Promise<{ status: number | null; ms: number }> {
  const began = performance.now()
  const closed = new Promise<number | null>((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve(child.exitCode)
    else child.once('exit', (code) => resolve(code))
  })
  begin()
  const status = await closed
  return { status, ms: performance.now() - began }
}
