// One window on our one page, as closed as Electron allows.
import { BrowserWindow, nativeTheme, screen } from 'electron'
import { writeFileAtomic } from '../../platform/atomic-file.ts'
import { errorFields } from '../../platform/log.ts'
import type { HostLog } from '../dispatch.ts'
import { MINIMUM_SIZE, readWindowPlace } from './window-state.ts'
import type { WindowState } from './window-state.ts'
import { WINDOW_ADDRESS } from './window-scheme.ts'

export interface WindowOptions {
  /** Absolute path of the built preload. */
  readonly preload: string
  /** File that keeps the window's place. */
  readonly stateFile: string
  readonly developerTools: boolean
  readonly log: HostLog
}

/** A page that dies more often than this is not loaded again: it would die at once for ever. */
const RELOADS = { count: 3, withinMs: 60_000 }

/** @param opened is told of the window before its page makes the first call */
export async function openWindow(
  options: WindowOptions,
  opened: (window: BrowserWindow) => void,
): Promise<void> {
  const workAreas = screen.getAllDisplays().map((display) => display.workArea)
  const place = readWindowPlace(options.stateFile, workAreas)
  const window = new BrowserWindow({
    ...place.bounds,
    minWidth: MINIMUM_SIZE.width,
    minHeight: MINIMUM_SIZE.height,
    show: false,
    title: 'Roost',
    // What is seen before the first paint.
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#16181c' : '#ffffff',
    webPreferences: {
      preload: options.preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      devTools: options.developerTools,
    },
  })
  if (place.maximized) window.maximize()
  window.once('ready-to-show', () => window.show())
  window.on('close', () => keepPlace(window, options))
  reloadWhenGone(window, options.log)
  opened(window)
  await window.loadURL(WINDOW_ADDRESS)
}

function keepPlace(window: BrowserWindow, options: WindowOptions): void {
  const state: WindowState = { ...window.getNormalBounds(), maximized: window.isMaximized() }
  try {
    writeFileAtomic(options.stateFile, JSON.stringify(state))
  } catch (error) {
    options.log.warn('window place not kept', errorFields(error))
  }
}

/** The services go on without a page: a new one shows the same conversation, with what was written meanwhile. */
function reloadWhenGone(window: BrowserWindow, log: HostLog): void {
  const times: number[] = []
  window.webContents.on('render-process-gone', (_event, details) => {
    if (details.reason === 'clean-exit' || window.isDestroyed()) return
    log.error('page gone', { reason: details.reason, exitCode: details.exitCode })
    const now = performance.now()
    times.push(now)
    if (times.filter((time) => now - time < RELOADS.withinMs).length <= RELOADS.count)
      window.webContents.reload()
  })
}
