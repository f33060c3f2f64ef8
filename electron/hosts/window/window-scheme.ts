// The window's own scheme: roost://app/ is the built window and nothing else. Not file:, whose pages may read files.
import { protocol } from 'electron'
import type { Session } from 'electron'
import { PAGE_HEADERS } from '../content-security-policy.ts'
import type { WindowFiles } from '../window-files.ts'

export const WINDOW_ADDRESS = 'roost://app/'
const SCHEME = 'roost'

/** Before the application is ready: later the scheme would be an opaque origin without fetch. */
export function registerWindowScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ])
}

export function serveWindowFiles(session: Session, files: WindowFiles): void {
  session.protocol.handle(SCHEME, async (request) => {
    const address = parseWindowAddress(request.url)
    const file = request.method === 'GET' && address !== null ? files.get(address) : undefined
    if (file === undefined) return new Response(null, { status: 404, headers: PAGE_HEADERS })
    const content = await file.read()
    return new Response(new Uint8Array(content), {
      headers: { ...PAGE_HEADERS, 'Content-Type': file.contentType },
    })
  })
}

/** The path of an address of the window, or null for anything else. */
export function parseWindowAddress(address: string): string | null {
  let url
  try {
    url = new URL(address)
  } catch (error) {
    if (error instanceof TypeError) return null
    throw error
  }
  const ours =
    url.protocol === `${SCHEME}:` && url.host === 'app' && url.username === '' && url.password === ''
  return ours ? url.pathname : null
}
