// What a request must look like before anything else of it is read. A page of another site can make a browser send
// requests to loopback, and can point a name of its own at it: Host, Origin and Sec-Fetch-Site tell them from ours.
import type { IncomingMessage } from 'node:http'

const MAXIMUM_HEADERS = 100

export interface Refusal {
  readonly status: 400 | 403 | 421 | 431
  readonly reason: string
}

/** @param port the one that the server listens on */
export function checkRequest(request: IncomingMessage, port: number): Refusal | null {
  if (request.rawHeaders.length > MAXIMUM_HEADERS * 2)
    return { status: 431, reason: 'Too many header lines.' }

  const hosts = headerValues(request, 'host')
  const [host] = hosts
  if (hosts.length !== 1 || (host !== `127.0.0.1:${port}` && host !== `localhost:${port}`)) {
    return { status: 421, reason: 'The Host header is not the address of this server.' }
  }
  const origins = headerValues(request, 'origin')
  if (origins.length > 1 || (origins[0] !== undefined && origins[0] !== `http://${host}`)) {
    return { status: 403, reason: 'The request comes from another origin.' }
  }
  // "//host" and "/\\host" would be read as another address, not as a path.
  if (!/^\/(?![/\\])/.test(request.url ?? '')) return { status: 400, reason: 'The address is not a path.' }
  return null
}

/** Browsers say where a request comes from; other programs do not send this header. */
export function comesFromElsewhere(request: IncomingMessage): boolean {
  const site = request.headers['sec-fetch-site']
  return site !== undefined && site !== 'same-origin' && site !== 'none'
}

/** `headers` joins or drops repeated lines; the raw list shows them. */
function headerValues(request: IncomingMessage, name: string): string[] {
  const values: string[] = []
  for (let i = 0; i + 1 < request.rawHeaders.length; i += 2) {
    if (request.rawHeaders[i]?.toLowerCase() === name) values.push(request.rawHeaders[i + 1] ?? '')
  }
  return values
}
