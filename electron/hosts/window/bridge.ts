// Calls from the preload into dispatch, events from the services to the window.
import { ipcMain } from 'electron'
import type { BrowserWindow, IpcMainInvokeEvent } from 'electron'
import type { Reply } from '../../contract/calls.ts'
import { RoostError } from '../../contract/errors.ts'
import type { Emit } from '../../contract/events.ts'
import type { Dispatch } from '../dispatch.ts'
import { CALL_CHANNEL, EVENT_CHANNEL, GIVE_CHANNEL } from './channels.ts'
import { parseWindowAddress } from './window-scheme.ts'

/** The window of this moment, or null. */
export type CurrentWindow = () => BrowserWindow | null

export function connectCalls(currentWindow: CurrentWindow, dispatch: Dispatch): void {
  ipcMain.handle(CALL_CHANNEL, (event, name: unknown, input: unknown) =>
    dispatch({
      name,
      input,
      trusted: isOurWindow(event, currentWindow()),
      caller: { host: 'electron', client: 'window' },
    }),
  )
}

/** Files that were dropped on the window: `know` gives the id by which calls name them from then on. */
export function connectFiles(
  currentWindow: CurrentWindow,
  know: (path: string) => Promise<{ file: string; name: string }>,
): void {
  ipcMain.handle(
    GIVE_CHANNEL,
    async (event, path: unknown): Promise<Reply<{ file: string; name: string }>> => {
      if (!isOurWindow(event, currentWindow())) return { ok: false, error: { code: 'untrusted_sender' } }
      if (typeof path !== 'string') return { ok: false, error: { code: 'bad_request' } }
      try {
        return { ok: true, value: await know(path) }
      } catch (error) {
        // Any kind; what is no RoostError is a fault of ours.
        return { ok: false, error: error instanceof RoostError ? error.toValue() : { code: 'internal' } }
      }
    },
  )
}

/** Only the main frame of our window, while it shows our page. */
function isOurWindow(event: IpcMainInvokeEvent, window: BrowserWindow | null): boolean {
  const frame = event.senderFrame
  return (
    window !== null &&
    frame !== null && // gone meanwhile
    event.sender === window.webContents &&
    frame === window.webContents.mainFrame &&
    parseWindowAddress(frame.url) !== null
  )
}

export function createEmit(currentWindow: CurrentWindow): Emit {
  return (name, payload) => {
    const contents = currentWindow()?.webContents
    // No window: nothing is lost, a window asks for everything when it opens.
    if (contents !== undefined && !contents.isDestroyed()) contents.send(EVENT_CHANNEL, { name, payload })
  }
}
