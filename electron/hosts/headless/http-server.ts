// The headless host's one socket: the built window, POST /call/<name> and GET /events, on 127.0.0.1 and nowhere else.
// Order of checks: limits of the header, Host, Origin -> session -> method and exact path -> content type -> size ->
// dispatch (name, schema). Answers carry no stack, no path and no words of a conversation.
import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import {
  CALL_PATH,
  DOWNLOAD_PATH,
  EVENTS_PATH,
  UPLOAD_NAME_HEADER,
  UPLOAD_PATH,
} from '../../contract/bridge.ts'
import { LIMITS } from '../../contract/limits.ts'
import type { Reply } from '../../contract/calls.ts'
import { RoostError } from '../../contract/errors.ts'
import type { ErrorCode } from '../../contract/errors.ts'
import type { FileExchange } from '../../services/files/file-exchange.ts'
import type { Dispatch, HostLog } from '../dispatch.ts'
import { errorFields } from '../../platform/log.ts'
import { PAGE_HEADERS } from '../content-security-policy.ts'
import type { WindowFiles } from '../window-files.ts'
import type { EventStream } from './event-stream.ts'
import { checkRequest, comesFromElsewhere } from './request-checks.ts'
import { createSessions } from './session.ts'
import type { Sessions } from './session.ts'

export interface HttpServerOptions {
  /** 0: a free one. */
  readonly port: number
  readonly files: WindowFiles
  readonly dispatch: Dispatch
  readonly events: EventStream
  readonly log: HostLog
  /** Files on their way; null while the house is closed. */
  readonly exchange: () => FileExchange | null
}

export interface HttpServer {
  /** With the token: for the person's browser only, never for a log. */
  readonly openingAddress: string
  close(): Promise<void>
}

const LOOPBACK = '127.0.0.1'
const HEARTBEAT_MS = 15_000

/** Rejects with the system's error when the port is taken. */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const server = createServer({
    maxHeaderSize: 16 * 1024,
    headersTimeout: 10_000,
    requestTimeout: 30_000,
    keepAliveTimeout: 5_000,
    connectionsCheckingInterval: 5_000,
  })
  server.maxHeadersCount = 0 // counted by request-checks; node would silently drop what is above its limit
  server.maxConnections = 64
  const port = await listen(server, options.port)
  const sessions = createSessions(port)

  server.on('request', (request, response) => {
    answer(request, response, { ...options, port, sessions }).catch((error: unknown) => {
      options.log.error('request failed', errorFields(error))
      if (!response.headersSent) sendError(response, 500, 'internal')
      else response.destroy()
    })
  })
  // Malformed requests never reach 'request'.
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    // A connection that a browser opened ahead and has not used yet: it would take words of ours for the answer to the
    // request that it sends next.
    if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') socket.destroy()
    else if (socket.writable)
      socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
    else socket.destroy()
  })
  const beat = setInterval(() => options.events.heartbeat(), HEARTBEAT_MS)
  beat.unref()

  return {
    openingAddress: `http://${LOOPBACK}:${port}/?token=${sessions.token}`,
    async close() {
      clearInterval(beat)
      options.events.close()
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    },
  }
}

interface Context extends HttpServerOptions {
  readonly port: number
  readonly sessions: Sessions
}

async function answer(request: IncomingMessage, response: ServerResponse, context: Context): Promise<void> {
  const refusal = checkRequest(request, context.port)
  if (refusal !== null) {
    context.log.warn('request refused', { status: refusal.status })
    sendError(response, refusal.status, 'untrusted_sender', refusal.reason)
    return
  }
  // Paths are compared as they were sent: nothing is decoded or shortened, so nothing can mean two things.
  const [pathname = '', query = ''] = (request.url ?? '').split('?', 2)
  const token = new URLSearchParams(query).get('token')
  if (request.method === 'GET' && pathname === '/' && token !== null) {
    const cookie = context.sessions.open(token)
    if (cookie !== null) {
      // The token leaves the address bar and the history entry.
      response.writeHead(303, {
        ...PAGE_HEADERS,
        Location: '/',
        'Set-Cookie': cookie,
        'Cache-Control': 'no-store',
      })
      response.end()
      return
    }
  }

  const client = context.sessions.find(request.headers.cookie)
  if (client === null || comesFromElsewhere(request)) {
    if (request.method === 'GET' && pathname === '/') sendClosedDoor(response)
    else sendError(response, 401, 'untrusted_sender', 'Open the address that Roost printed when it started.')
    return
  }

  if (pathname.startsWith(CALL_PATH)) {
    await answerCall(request, response, context, pathname.slice(CALL_PATH.length), client)
  } else if (pathname === UPLOAD_PATH) {
    await answerUpload(request, response, context)
  } else if (request.method !== 'GET') {
    sendError(response, 405, 'unknown_call')
  } else if (pathname.startsWith(DOWNLOAD_PATH)) {
    await answerDownload(response, context, pathname.slice(DOWNLOAD_PATH.length))
  } else if (pathname === EVENTS_PATH) {
    answerEvents(request, response, context)
  } else {
    await answerFile(response, context.files, pathname)
  }
}

async function answerCall(
  request: IncomingMessage,
  response: ServerResponse,
  context: Context,
  name: string,
  client: string,
): Promise<void> {
  if (request.method !== 'POST') {
    sendError(response, 405, 'unknown_call')
    return
  }
  if (!/^application\/json(;\s*charset=utf-8)?$/i.test(request.headers['content-type'] ?? '')) {
    sendError(response, 415, 'bad_request', 'A call is sent as application/json.')
    return
  }
  const body = await readBody(request, LIMITS.callBytes)
  if (body === 'too large') {
    sendError(response, 413, 'bad_request', 'The request is too large.')
    return
  }
  if (body === 'broken off') return
  let input: unknown
  try {
    input = JSON.parse(body.toString('utf8'))
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    sendError(response, 400, 'bad_request', 'The request is not JSON.')
    return
  }
  const caller = { host: 'headless', client } as const
  sendJson(response, 200, await context.dispatch({ name, input, trusted: true, caller }))
}

/** The content type is none that a form or a simple request of another site can have. */
async function answerUpload(
  request: IncomingMessage,
  response: ServerResponse,
  context: Context,
): Promise<void> {
  const exchange = context.exchange()
  if (request.method !== 'POST') return sendError(response, 405, 'unknown_call')
  if (request.headers['content-type'] !== 'application/octet-stream') {
    return sendError(response, 415, 'bad_request', 'A file is sent as application/octet-stream.')
  }
  if (exchange === null) return sendError(response, 503, 'busy')
  const named = request.headers[UPLOAD_NAME_HEADER]
  try {
    const name = decodeURIComponent(typeof named === 'string' ? named : '')
    sendJson(response, 200, { ok: true, value: await exchange.receive(request, name) })
  } catch (error) {
    if (error instanceof URIError) return sendError(response, 400, 'bad_request', 'The name is not encoded.')
    if (!(error instanceof RoostError)) throw error
    context.log.warn('upload refused', { code: error.code })
    sendJson(response, 400, { ok: false, error: error.toValue() })
  }
}

async function answerDownload(response: ServerResponse, context: Context, id: string): Promise<void> {
  try {
    const file = await context.exchange()?.find(id)
    if (file === undefined) return sendError(response, 503, 'busy')
    response.writeHead(200, {
      ...PAGE_HEADERS,
      // Never shown as a page of ours, whatever is in it.
      'Content-Type': 'application/octet-stream',
      'Content-Length': file.bytes,
      'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`,
      'Cache-Control': 'no-store',
    })
    await pipeline(createReadStream(file.path), response)
  } catch (error) {
    if (response.headersSent) return void response.destroy() // the browser went away, or the file did
    if (!(error instanceof RoostError)) throw error
    sendError(response, 404, error.code)
  }
}

function answerEvents(request: IncomingMessage, response: ServerResponse, context: Context): void {
  response.writeHead(200, {
    ...PAGE_HEADERS,
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-store',
  })
  const lastEventId = request.headers['last-event-id']
  const disconnect = context.events.connect(response, Array.isArray(lastEventId) ? undefined : lastEventId)
  response.on('close', disconnect)
}

async function answerFile(response: ServerResponse, files: WindowFiles, pathname: string): Promise<void> {
  const file = files.get(pathname)
  if (file === undefined) {
    sendError(response, 404, 'not_found')
    return
  }
  const content = await file.read()
  response.writeHead(200, {
    ...PAGE_HEADERS,
    'Content-Type': file.contentType,
    'Content-Length': content.length,
    'Cache-Control': file.immutable ? 'private, max-age=31536000, immutable' : 'no-store',
  })
  response.end(content)
}

/** The body, if it has at most `limit` bytes. */
function readBody(request: IncomingMessage, limit: number): Promise<Buffer | 'too large' | 'broken off'> {
  if (Number(request.headers['content-length'] ?? 0) > limit) return Promise.resolve('too large')
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let bytes = 0
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes <= limit) {
        chunks.push(chunk)
      } else {
        request.pause()
        resolve('too large')
      }
    })
    request.on('end', () => resolve(Buffer.concat(chunks)))
    request.on('error', () => resolve('broken off'))
    request.on('aborted', () => resolve('broken off'))
  })
}

function sendJson(response: ServerResponse, status: number, reply: Reply<unknown>): void {
  if (response.destroyed) return
  // A handler that gives nothing answers `null`: JSON has no undefined.
  const body = Buffer.from(JSON.stringify(reply.ok ? { ok: true, value: reply.value ?? null } : reply))
  response.writeHead(status, {
    ...PAGE_HEADERS,
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': body.length,
    'Cache-Control': 'no-store',
    // After a refusal the rest of the request is not read.
    ...(status >= 400 ? { Connection: 'close' } : {}),
  })
  response.end(body)
}

function sendError(response: ServerResponse, status: number, code: ErrorCode, reason?: string): void {
  sendJson(response, status, {
    ok: false,
    error: { code, ...(reason === undefined ? {} : { detail: { reason } }) },
  })
}

function sendClosedDoor(response: ServerResponse): void {
  response.writeHead(401, {
    ...PAGE_HEADERS,
    'Content-Type': 'text/html; charset=utf-8',
    'Cache-Control': 'no-store',
  })
  response.end(
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>Roost</title>' +
      '<h1>Roost is running</h1><p>Open the address that it printed when it started.</p>',
  )
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: LOOPBACK, port, exclusive: true }, () => {
      server.off('error', reject)
      resolve((server.address() as AddressInfo).port)
    })
  })
}
