// Who may talk to the headless host: whoever opened the address with the token, which only the person at this machine
// has seen. Opening it gives the browser a cookie of its own; the token itself never travels again.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

export interface Sessions {
  /** 256 bits, base64url. Printed once, never logged. */
  readonly token: string
  /** The Set-Cookie header for a new session, or null when the token is wrong. */
  open(token: string): string | null
  /** The client's name for logs and limits, or null when the Cookie header holds no session of ours. */
  find(cookieHeader: string | undefined): string | null
}

/** Browsers that stay open; the one that was opened first is forgotten when there are more. */
const MAXIMUM_SESSIONS = 64

/** @param port part of the cookie's name: cookies are not kept apart by port, and two instances may run. */
export function createSessions(port: number): Sessions {
  const cookieName = `roost-${port}`
  const token = randomBytes(32).toString('base64url')
  const tokenDigest = digest(token)
  const clients = new Map<string, string>() // digest of the cookie's value -> client
  let opened = 0

  return {
    token,
    open(given) {
      if (!timingSafeEqual(digest(given), tokenDigest)) return null
      const value = randomBytes(32).toString('base64url')
      opened += 1
      clients.set(digest(value).toString('hex'), `browser-${opened}`)
      if (clients.size > MAXIMUM_SESSIONS) {
        const first = clients.keys().next()
        if (!first.done) clients.delete(first.value)
      }
      return `${cookieName}=${value}; HttpOnly; SameSite=Strict; Path=/`
    },
    find(cookieHeader) {
      for (const pair of (cookieHeader ?? '').split(';')) {
        const [name, value] = pair.trim().split('=', 2)
        // Looked up by digest: how long a lookup takes says nothing about the values that exist.
        const client = name === cookieName && value ? clients.get(digest(value).toString('hex')) : undefined
        if (client !== undefined) return client
      }
      return null
    },
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
