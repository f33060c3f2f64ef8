import { ipcMain } from 'electron'
import { afterEach, describe, expect, it } from 'vitest'
import type { BrowserWindow } from 'electron'
import { RoostError } from '../../contract/errors.ts'
import type { CallRequest } from '../dispatch.ts'
import { connectCalls, connectFiles, createEmit } from './bridge.ts'
import { CALL_CHANNEL, EVENT_CHANNEL, GIVE_CHANNEL } from './channels.ts'

interface Sent {
  channel: string
  message: unknown
}

/** A window with one page; `url` is what its main frame shows. */
function makeWindow(url: string) {
  const sent: Sent[] = []
  const mainFrame = { url, parent: null }
  const webContents = {
    mainFrame,
    destroyed: false,
    isDestroyed: () => webContents.destroyed,
    send: (channel: string, message: unknown) => void sent.push({ channel, message }),
  }
  return { window: { webContents } as unknown as BrowserWindow, webContents, mainFrame, sent }
}

const handlers = (ipcMain as unknown as { handlers: Map<string, (...values: unknown[]) => unknown> }).handlers

afterEach(() => {
  ipcMain.removeHandler(CALL_CHANNEL)
  ipcMain.removeHandler(GIVE_CHANNEL)
})

describe('the bridge of the window', () => {
  const ask = async (current: BrowserWindow | null, event: unknown): Promise<boolean | undefined> => {
    const seen: CallRequest[] = []
    connectCalls(
      () => current,
      (request) => {
        seen.push(request)
        return Promise.resolve({ ok: true, value: null })
      },
    )
    await handlers.get(CALL_CHANNEL)?.(event, 'app.info', {})
    return seen[0]?.trusted
  }

  it('trusts the main frame of our window on our page', async () => {
    const { window, webContents, mainFrame } = makeWindow('roost://app/')
    expect(await ask(window, { sender: webContents, senderFrame: mainFrame })).toBe(true)
  })

  it.each([
    ['a page of the web', 'https://example.org/'],
    ['a name that begins like ours', 'roost://app.example.org/'],
    ['a file', 'file:///index.html'],
    ['a user name in the address', 'roost://app@example.org/'],
    ['nothing', ''],
  ])('does not trust our window while it shows %s', async (_what, url) => {
    const { window, webContents, mainFrame } = makeWindow(url)
    expect(await ask(window, { sender: webContents, senderFrame: mainFrame })).toBe(false)
  })

  it('does not trust a frame inside the page, a frame that is gone, another window, or none', async () => {
    const ours = makeWindow('roost://app/')
    const other = makeWindow('roost://app/')
    const inside = { url: 'roost://app/', parent: ours.mainFrame }
    const events = [
      { sender: ours.webContents, senderFrame: inside },
      { sender: ours.webContents, senderFrame: null },
      { sender: other.webContents, senderFrame: other.mainFrame },
    ]
    for (const event of events) {
      expect(await ask(ours.window, event)).toBe(false)
      ipcMain.removeHandler(CALL_CHANNEL)
    }
    expect(await ask(null, { sender: ours.webContents, senderFrame: ours.mainFrame })).toBe(false)
  })

  it('takes dropped files from our page only, and says what is wrong with one', async () => {
    const { window, webContents, mainFrame } = makeWindow('roost://app/')
    const known: string[] = []
    connectFiles(
      () => window,
      (path) => {
        known.push(path)
        if (path === '/gone.pdf') throw new RoostError('file_missing', { file: 'gone.pdf' })
        return Promise.resolve({ file: 'id', name: 'report.pdf' })
      },
    )
    const give = (frame: unknown, path: unknown): unknown =>
      handlers.get(GIVE_CHANNEL)?.({ sender: webContents, senderFrame: frame }, path)
    expect(await give(mainFrame, '/home/mara/report.pdf')).toEqual({
      ok: true,
      value: { file: 'id', name: 'report.pdf' },
    })
    expect(await give(mainFrame, '/gone.pdf')).toEqual({
      ok: false,
      error: { code: 'file_missing', detail: { file: 'gone.pdf' } },
    })
    const elsewhere = { url: 'https://example.org/', parent: null }
    expect(await give(elsewhere, '/etc/passwd')).toEqual({ ok: false, error: { code: 'untrusted_sender' } })
    expect(await give(mainFrame, 7)).toEqual({ ok: false, error: { code: 'bad_request' } })
    expect(known).toEqual(['/home/mara/report.pdf', '/gone.pdf'])
  })

  it('sends events to the window of the moment, and to none without complaint', () => {
    const { window, webContents, sent } = makeWindow('roost://app/')
    let current: BrowserWindow | null = null
    const emit = createEmit(() => current)
    emit('notice', { code: 'lost', detail: {} })
    current = window
    emit('notice', { code: 'seen', detail: {} })
    webContents.destroyed = true
    emit('notice', { code: 'too late', detail: {} })
    expect(sent).toEqual([
      { channel: EVENT_CHANNEL, message: { name: 'notice', payload: { code: 'seen', detail: {} } } },
    ])
  })
})
