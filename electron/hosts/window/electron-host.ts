// The Electron door from start to end: one instance per data folder, one window, closed with the house.
import { app, dialog, session } from 'electron'
import type { BrowserWindow } from 'electron'
import { RoostError } from '../../contract/errors.ts'
import { errorFields } from '../../platform/log.ts'
import type { HostFacilities } from '../../services/application.ts'
import type { HostLog } from '../dispatch.ts'
import { closeInTime, dispatchTo, startingProblem } from '../house.ts'
import type { Address, House, OpenHouse } from '../house.ts'
import { listWindowFiles } from '../window-files.ts'
import { connectCalls, connectFiles, createEmit } from './bridge.ts'
import { fileDialogs, openFolder } from './file-dialogs.ts'
import { setMenu } from './menu.ts'
import { chooseModelFile } from './model-file-dialog.ts'
import { chooseModelFolder } from './model-folder-dialog.ts'
import { guardPages, guardSession } from './navigation-guard.ts'
import { openLink } from './open-link.ts'
import { openWindow } from './open-window.ts'
import { systemSecrets } from './system-secrets.ts'
import { registerWindowScheme, serveWindowFiles } from './window-scheme.ts'

export interface ElectronHostOptions {
  /** The built window, and the built preload. */
  readonly windowFolder: string
  readonly preload: string
  /** Folder for what Chromium itself keeps; also what a single instance is single for. */
  readonly profileFolder: string
  readonly windowStateFile: string
  readonly openHouse: OpenHouse
  readonly log: HostLog
}

/** Call before Electron is ready. Resolves when the window stands, or when another instance was shown instead. */
export async function runElectronHost(options: ElectronHostOptions): Promise<void> {
  const { log } = options
  app.enableSandbox()
  app.setPath('userData', options.profileFolder)
  if (!app.requestSingleInstanceLock()) {
    app.exit(0) // the first instance has been told, and shows itself
    return
  }
  registerWindowScheme()
  guardPages(log)
  const developerTools = !app.isPackaged
  let window: BrowserWindow | null = null
  const address: Address = { house: null }

  try {
    await app.whenReady()
    setMenu({ platform: process.platform, developerTools })
    guardSession(session.defaultSession, { developerTools })
    serveWindowFiles(session.defaultSession, await listWindowFiles(options.windowFolder))

    const currentWindow = (): BrowserWindow | null => (window?.isDestroyed() === false ? window : null)
    const open = async (): Promise<House> => {
      const house = await options.openHouse(
        {
          kind: 'electron',
          locale: app.getLocale(),
          nativeDialogs: true,
          chooseModelFile: () => chooseModelFile(currentWindow),
          chooseModelFolder: () => chooseModelFolder(currentWindow),
          openLink: (url) => openLink(url, log),
          dialogs: fileDialogs(currentWindow),
          openFolder: (path) => openFolder(path),
          restart,
          secrets: systemSecrets,
        },
        createEmit(currentWindow),
      )
      address.house = house
      return house
    }
    const restart: NonNullable<HostFacilities['restart']> = (between) => {
      const house = address.house
      if (house === null) return
      address.house = null
      log.info('starting anew')
      closeInTime(house)
        .then((closed) => between?.(closed))
        .then(open)
        .then((opened) => {
          opened.start()
          currentWindow()?.webContents.reload()
        })
        .catch((error: unknown) => {
          log.error('not started anew', errorFields(error))
          dialog.showErrorBox('Roost', startingProblem(error))
          app.exit(1)
        })
    }
    const first = await open()
    connectCalls(currentWindow, dispatchTo(address))
    connectFiles(currentWindow, (path) => {
      if (address.house === null) throw new RoostError('busy', { reason: 'Roost starts anew.' })
      return address.house.files.know(path)
    })
    endWithHouse(address, log)

    const show = async (): Promise<void> => {
      if (window !== null && !window.isDestroyed()) {
        if (window.isMinimized()) window.restore()
        window.show()
        window.focus()
        return
      }
      const { preload, windowStateFile: stateFile } = options
      await openWindow({ preload, stateFile, developerTools, log }, (opened) => (window = opened))
    }
    const showAgain = (): void => {
      show().catch((error: unknown) => log.error('window not shown', errorFields(error)))
    }
    app.on('second-instance', showAgain)
    app.on('activate', showAgain)
    await show()
    first.start()
  } catch (error) {
    log.error('not started', errorFields(error))
    if (address.house !== null) await closeInTime(address.house)
    dialog.showErrorBox('Roost', startingProblem(error))
    app.exit(1)
  }
}

/** Before there is a house: one sentence for the person, then the end. */
export function sayAndExit(sentence: string, status: number): void {
  if (status === 0) process.stdout.write(`${sentence}\n`)
  else dialog.showErrorBox('Roost', sentence) // on standard error where there is no display yet
  app.exit(status)
}

/** Ends with the last window (macOS keeps the application, as people expect there), and never before the house closed. */
function endWithHouse(address: Address, log: HostLog): void {
  let ending = false
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit()
  })
  app.on('will-quit', (event) => {
    event.preventDefault()
    if (ending) return
    ending = true
    ;(address.house === null ? Promise.resolve(true) : closeInTime(address.house))
      .catch((error: unknown) => {
        log.error('closing failed', errorFields(error))
        return false
      })
      .then((closed) => {
        log.info('ended', { closed })
        app.exit(0)
      })
      .catch(() => app.exit(1)) // only a log that throws gets here
  })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => app.quit())
}
