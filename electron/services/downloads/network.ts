// Requests for downloads: one answer with a stream, redirects followed by hand so that every hop is checked, and the
// access token decided anew at every hop. Node's own client; see docs/decisions for why no library.
import { Agent as HttpAgent, request as httpRequest } from 'node:http'
import type { ClientRequest, IncomingHttpHeaders, IncomingMessage, RequestOptions } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { createSecureContext, getCACertificates } from 'node:tls'
import type { SecureContext } from 'node:tls'
import { RoostError } from '../../contract/errors.ts'
import { systemCode } from '../../platform/paths.ts'
import type { AddressPolicy } from './address-policy.ts'

export interface NetworkOptions {
  readonly policy: AddressPolicy
  /** Value of the Authorization header for this address; null: none. */
  readonly authorization: (url: URL) => string | null
  /** HTTP_PROXY, HTTPS_PROXY, NO_PROXY. */
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly userAgent: string
  /** Until the socket stands, and until the head of the answer is there. */
  readonly connectMs: number
  readonly answerMs: number
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** Where the answer came from, after redirects. */
  readonly url: URL
  /** Headers of the first answer, where it was a redirect: a hub describes the file there. */
  readonly firstHeaders: IncomingHttpHeaders
  readonly body: IncomingMessage
  /** Lets go of a body that nobody wants. */
  discard(): void
}

const mostRedirects = 6

export class Network {
  readonly #options: NetworkOptions
  readonly #http: HttpAgent
  #https: HttpsAgent | null = null

  constructor(options: NetworkOptions) {
    this.#options = options
    this.#http = new HttpAgent({ keepAlive: true, maxFreeSockets: 8, proxyEnv: this.#proxies() })
  }

  /** Bodies are never compressed. Errors: cancelled, network_unavailable, address_refused. Any status is an answer. */
  async get(
    address: string | URL,
    options: { readonly headers?: Readonly<Record<string, string>>; readonly signal: AbortSignal },
  ): Promise<Answer> {
    let url = this.#options.policy.check(address)
    let firstHeaders: IncomingHttpHeaders | null = null
    for (let hop = 0; hop <= mostRedirects; hop += 1) {
      const body = await this.#once(url, options.headers ?? {}, options.signal)
      const status = body.statusCode ?? 0
      const location = body.headers.location
      if (![301, 302, 303, 307, 308].includes(status) || location === undefined) {
        return {
          status,
          headers: body.headers,
          url,
          firstHeaders: firstHeaders ?? body.headers,
          body,
          discard: () => void body.destroy(),
        }
      }
      firstHeaders ??= body.headers
      body.resume() // small; the socket can be used again
      if (!URL.canParse(location, url.href)) {
        throw new RoostError('address_refused', { reason: 'it forwards to nowhere', host: url.hostname })
      }
      const next = this.#options.policy.check(new URL(location, url))
      if (url.protocol === 'https:' && next.protocol !== 'https:') {
        throw new RoostError('address_refused', {
          reason: 'it forwards to an address that is not encrypted',
          host: next.hostname,
        })
      }
      url = next
    }
    throw new RoostError('address_refused', { reason: 'it forwards in a circle', host: url.hostname })
  }

  close(): void {
    this.#http.destroy()
    this.#https?.destroy()
  }

  #once(url: URL, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<IncomingMessage> {
    const { policy, userAgent, connectMs, answerMs } = this.#options
    const authorization = this.#options.authorization(url)
    const secure = url.protocol === 'https:'
    const options: RequestOptions = {
      method: 'GET',
      agent: secure ? this.#secureAgent() : this.#http,
      lookup: policy.lookup,
      headers: {
        'user-agent': userAgent,
        'accept-encoding': 'identity',
        ...headers,
        ...(authorization === null ? {} : { authorization }),
      },
    }
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(new RoostError('cancelled'))
        return
      }
      const request: ClientRequest = (secure ? httpsRequest : httpRequest)(url, options)
      // Only until there is an answer: whoever reads that ends it in its own way.
      const abort = (): void => void request.destroy()
      signal.addEventListener('abort', abort)
      let timer = setTimeout(() => request.destroy(new TimedOut('connect')), connectMs)
      const connected = (): void => {
        clearTimeout(timer)
        timer = setTimeout(() => request.destroy(new TimedOut('answer')), answerMs)
      }
      request.on('socket', (socket) => {
        if (!socket.connecting) connected()
        else socket.once(secure ? 'secureConnect' : 'connect', connected)
      })
      request.on('response', (response) => {
        clearTimeout(timer)
        signal.removeEventListener('abort', abort)
        // Whoever reads it deals with its errors; until then a broken one must not end the process.
        response.on('error', ignore)
        resolve(response)
      })
      request.on('error', (error) => {
        clearTimeout(timer)
        signal.removeEventListener('abort', abort)
        reject(signal.aborted ? new RoostError('cancelled') : networkError(error, url.hostname))
      })
      request.end()
    })
  }

  #proxies(): NodeJS.ProcessEnv {
    const { environment } = this.#options
    const chosen: NodeJS.ProcessEnv = {}
    for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy']) {
      const value = environment[name]
      if (value !== undefined && value !== '') chosen[name] = value
    }
    return chosen
  }

  /** Made when it is first needed: reading the system's certificates takes a moment. */
  #secureAgent(): HttpsAgent {
    if (this.#https === null) {
      const trust = systemTrust()
      this.#https = new HttpsAgent({
        keepAlive: true,
        maxFreeSockets: 8,
        proxyEnv: this.#proxies(),
        ...(trust === null ? {} : { secureContext: trust }),
      })
    }
    return this.#https
  }
}

/** Node's authorities and the system's: a company's own are only there. null: Node's alone. */
function systemTrust(): SecureContext | null {
  try {
    return createSecureContext({ ca: [...getCACertificates('default'), ...getCACertificates('system')] })
  } catch (error) {
    if (!(error instanceof Error)) throw error
    return null // a runtime that cannot read them
  }
}

class TimedOut extends Error {
  constructor(what: 'connect' | 'answer') {
    super(what === 'connect' ? 'no connection in time' : 'no answer in time')
    this.name = 'TimedOut'
  }
}

/** Whatever a socket says, as the one error that may be tried again. */
export function networkError(error: unknown, host: string): RoostError {
  if (error instanceof RoostError) return error
  const code = systemCode(error)
  const reason =
    error instanceof TimedOut
      ? error.message
      : (reasons[code] ?? (code === 'unknown' ? 'the connection broke' : code))
  return new RoostError('network_unavailable', { host, reason }, { cause: error })
}

const reasons: Readonly<Record<string, string>> = {
  ENOTFOUND: 'its name is not known',
  EAI_AGAIN: 'names cannot be looked up now',
  ECONNREFUSED: 'it refuses the connection',
  ECONNRESET: 'the connection was reset',
  EPIPE: 'the connection was closed',
  ETIMEDOUT: 'no connection in time',
  ENETUNREACH: 'there is no way to it',
  EHOSTUNREACH: 'there is no way to it',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is not trusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is not trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is not trusted',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
}

function ignore(): void {
  // See where it is set.
}
