// The window shows one page for ever. Every way to show another one, to open one, to load from elsewhere or to get a
// permission ends here; addresses leave only through open-link.ts.
import { app } from 'electron'
import type { Session, WebContents } from 'electron'
import { openLink } from './open-link.ts'
import { parseWindowAddress } from './window-scheme.ts'
import type { HostLog } from '../dispatch.ts'

/** For every page that will ever be made in this process, before the first one is. */
export function guardPages(log: HostLog): void {
  app.on('web-contents-created', (_event, contents) => guardPage(contents, log))
}

function guardPage(contents: WebContents, log: HostLog): void {
  const refuse = (event: { preventDefault: () => void }, what: string): void => {
    event.preventDefault()
    log.warn('navigation refused', { what })
  }
  contents.on('will-navigate', (event) => {
    // The page itself again, at whatever place in it: a reload.
    if (parseWindowAddress(event.url) !== '/') refuse(event, 'navigate')
  })
  contents.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame) refuse(event, 'frame')
  })
  contents.on('will-redirect', (event) => refuse(event, 'redirect'))
  contents.on('will-attach-webview', (event) => refuse(event, 'webview'))
  contents.setWindowOpenHandler(({ url }) => {
    void openLink(url, log)
    return { action: 'deny' }
  })
}

export function guardSession(session: Session, options: { readonly developerTools: boolean }): void {
  // "Copy" writes text to the clipboard after a click; nothing else is ever granted, reading the clipboard included.
  const granted = (permission: string, address: string): boolean =>
    permission === 'clipboard-sanitized-write' && parseWindowAddress(address) !== null
  session.setPermissionRequestHandler((contents, permission, answer) => {
    answer(granted(permission, contents.getURL()))
  })
  session.setPermissionCheckHandler((_contents, permission, origin) => granted(permission, `${origin}/`))
  session.setDevicePermissionHandler(() => false)
  session.setSpellCheckerEnabled(false) // its dictionaries would be downloaded

  session.webRequest.onBeforeRequest((details, answer) => {
    const inside =
      parseWindowAddress(details.url) !== null ||
      details.url.startsWith('blob:roost://app/') ||
      (options.developerTools && details.url.startsWith('devtools:'))
    answer({ cancel: !inside })
  })
  session.on('will-download', (event) => event.preventDefault())
}
