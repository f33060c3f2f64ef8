// Runs sandboxed in the window's isolated world, and gives the page one function per call of the table and one
// subscription. A channel or a name that is not in the table cannot be reached from the page. A file that is dropped on
// the page is named by its File, never by a path: the page cannot make up a File of a path.
import { contextBridge, ipcRenderer, webUtils } from 'electron'
import { BRIDGE_NAME } from '../../../contract/bridge.ts'
import type { RoostBridge } from '../../../contract/bridge.ts'
import type { CallName, Reply } from '../../../contract/calls.ts'
import type { EventMessage } from '../../../contract/events.ts'
import { CALL_CHANNEL, EVENT_CHANNEL, GIVE_CHANNEL } from '../channels.ts'

/** Written in by the build, from the table of calls. */
declare const CALL_NAMES: readonly CallName[]

async function invoke(name: CallName, input: unknown): Promise<Reply<unknown>> {
  try {
    return (await ipcRenderer.invoke(CALL_CHANNEL, name, input)) as Reply<unknown>
  } catch {
    // Main is ending, or the input cannot be cloned; a handler's error would have come back as a reply.
    return { ok: false, error: { code: 'connection_lost' } }
  }
}

async function give(file: unknown): Promise<Reply<{ file: string; name: string }>> {
  const path = file instanceof File ? webUtils.getPathForFile(file) : ''
  // A File that lies nowhere on the disk: made by a page, or dragged out of one.
  if (path === '') return { ok: false, error: { code: 'file_missing' } }
  try {
    return (await ipcRenderer.invoke(GIVE_CHANNEL, path)) as Reply<{ file: string; name: string }>
  } catch {
    return { ok: false, error: { code: 'connection_lost' } }
  }
}

const calls = Object.fromEntries(CALL_NAMES.map((name) => [name, (input: unknown) => invoke(name, input)]))

const bridge: RoostBridge = {
  // One entry per name of the table, by construction.
  calls: calls as unknown as RoostBridge['calls'],
  subscribe(listener) {
    const receive = (_event: unknown, message: EventMessage): void => listener(message)
    ipcRenderer.on(EVENT_CHANNEL, receive)
    return () => {
      ipcRenderer.removeListener(EVENT_CHANNEL, receive)
    }
  },
  give,
}

contextBridge.exposeInMainWorld(BRIDGE_NAME, bridge)
