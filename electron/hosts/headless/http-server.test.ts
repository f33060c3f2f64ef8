import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { silentLogger } from '../../platform/log.ts'
import type { CallRequest } from '../dispatch.ts'
import { FileExchange } from '../../services/files/file-exchange.ts'
import { listWindowFiles } from '../window-files.ts'
import { createEventStream } from './event-stream.ts'
import { startHttpServer } from './http-server.ts'
import type { HttpServer } from './http-server.ts'

let folder: string
let server: HttpServer
let port: number
let token: string
const events = createEventStream()
let fileExchange: FileExchange
const dispatched: CallRequest[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'roost-http-'))
  await mkdir(join(folder, 'window', 'assets'), { recursive: true })
  await writeFile(join(folder, 'secret.txt'), 'not for the window')
  await writeFile(join(folder, 'window', 'index.html'), '<!doctype html><title>Roost</title>')
  await writeFile(join(folder, 'window', 'assets', 'main-1a2b.js'), 'export {}')
  await writeFile(join(folder, 'window', 'assets', 'main-1a2b.js.map'), '{}')
  fileExchange = new FileExchange(join(folder, 'exchange'), null)
  server = await startHttpServer({
    port: 0,
    files: await listWindowFiles(join(folder, 'window')),
    dispatch: (call) => {
      dispatched.push(call)
      return Promise.resolve({ ok: true, value: undefined })
    },
    events,
    log: silentLogger,
    exchange: () => fileExchange,
  })
  const address = new URL(server.openingAddress)
  port = Number(address.port)
  token = address.searchParams.get('token') ?? ''
})

afterAll(async () => {
  await server.close()
  await rm(folder, { recursive: true, force: true })
})

interface Answer {
  status: number
  headers: Record<string, string | string[] | undefined>
  body: string
}

/** fetch hides Host and Origin from its caller, so requests are made by hand. */
function ask(method: string, path: string, headers: Record<string, string> = {}, body = ''): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port, method, path, headers, agent: false }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (piece: string) => (text += piece))
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
      )
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

async function openSession(): Promise<string> {
  const answer = await ask('GET', `/?token=${token}`)
  const cookie = answer.headers['set-cookie']?.[0] ?? ''
  return cookie.split(';')[0] ?? ''
}

/** What the server answers to exactly these characters. */
function exchange(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(text))
    socket.setEncoding('utf8')
    socket.on('data', (piece: string) => (answer += piece))
    socket.on('error', (error) => (answer === '' ? reject(error) : undefined))
    socket.on('close', () => resolve(answer))
  })
}

const json = { 'Content-Type': 'application/json' }

describe('the headless host', () => {
  it('opens a session once for the token, and takes the token out of the address', async () => {
    const answer = await ask('GET', `/?token=${token}`)
    expect(answer.status).toBe(303)
    expect(answer.headers.location).toBe('/')
    expect(answer.headers['set-cookie']?.[0]).toMatch(
      /^roost-\d+=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/$/,
    )
    expect(answer.headers['set-cookie']?.[0]).not.toContain(token)
  })

  it.each(['', 'x', 'A'.repeat(43), '%00', '../'])('opens nothing for the token "%s"', async (wrong) => {
    const answer = await ask('GET', `/?token=${wrong}`)
    expect(answer.status).toBe(401)
    expect(answer.headers['set-cookie']).toBeUndefined()
  })

  it('serves the window, with its policy, to a session only', async () => {
    const cookie = await openSession()
    for (const path of ['/', '/index.html', '/assets/main-1a2b.js']) {
      expect((await ask('GET', path)).status).toBe(401)
      const answer = await ask('GET', path, { Cookie: cookie })
      expect(answer.status).toBe(200)
      expect(answer.headers['content-security-policy']).toContain("default-src 'none'; script-src 'self'")
      expect(answer.headers['x-content-type-options']).toBe('nosniff')
    }
  })

  it.each([
    '/secret.txt',
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/assets/main-1a2b.js.map',
    '/assets',
    '/assets/',
    '/.',
    '/index.html/',
    '/C:/Windows/win.ini',
  ])('answers 404 for %s', async (path) => {
    const answer = await ask('GET', path, { Cookie: await openSession() })
    expect(answer.status).toBe(404)
    expect(answer.body).not.toContain('not for the window')
  })

  it.each([
    ['another name', { Host: 'roost.example' }, 421],
    ['another port', { Host: '127.0.0.1:1' }, 421],
    ['a name that begins like ours', { Host: 'PORT.evil.example' }, 421],
    ['another origin', { Origin: 'http://evil.example' }, 403],
    ['an opaque origin', { Origin: 'null' }, 403],
    ['our name on another port as origin', { Origin: 'http://127.0.0.1:1' }, 403],
    ['https', { Origin: 'https://127.0.0.1:PORT' }, 403],
    ['a browser on another site', { 'Sec-Fetch-Site': 'cross-site' }, 401],
    ['a browser on another port of this machine', { 'Sec-Fetch-Site': 'same-site' }, 401],
  ])('refuses a call from %s, cookie or not', async (_what, headers, status) => {
    const fill = (text: string) => text.replace('PORT', String(port))
    const filled = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, fill(value)]))
    const before = dispatched.length
    const answer = await ask(
      'POST',
      '/call/app.info',
      { ...json, Cookie: await openSession(), ...filled },
      '{}',
    )
    expect(answer.status).toBe(status)
    expect(dispatched).toHaveLength(before)
  })

  it('hands a call of a session to dispatch, with the client as caller', async () => {
    const cookie = await openSession()
    const origin = `http://localhost:${port}`
    const headers = {
      ...json,
      Cookie: cookie,
      Host: `localhost:${port}`,
      Origin: origin,
      'Sec-Fetch-Site': 'same-origin',
    }
    const answer = await ask('POST', '/call/models.load', headers, '{"model":"x"}')
    expect(answer.status).toBe(200)
    expect(JSON.parse(answer.body)).toEqual({ ok: true, value: null })
    const call = dispatched.at(-1)
    expect(call).toMatchObject({
      name: 'models.load',
      input: { model: 'x' },
      trusted: true,
      caller: { host: 'headless' },
    })
  })

  it('refuses calls that are no JSON, too large, or sent in another way, without a stack', async () => {
    const cookie = await openSession()
    const before = dispatched.length
    const large = JSON.stringify({ text: 'x'.repeat(8 * 1024 * 1024) })
    const answers = [
      await ask('POST', '/call/app.info', { ...json, Cookie: cookie }, '{"a":'),
      await ask('POST', '/call/app.info', { 'Content-Type': 'text/plain', Cookie: cookie }, '{}'),
      await ask('POST', '/call/app.info', { Cookie: cookie }, '{}'),
      await ask('GET', '/call/app.info', { Cookie: cookie }),
      await ask('POST', '/', { ...json, Cookie: cookie }, '{}'),
      await ask(
        'POST',
        '/call/app.info',
        { ...json, Cookie: cookie, 'Content-Length': String(large.length) },
        large,
      ),
    ]
    expect(answers.map((answer) => answer.status)).toEqual([400, 415, 415, 405, 405, 413])
    for (const answer of answers) {
      expect(JSON.parse(answer.body)).toMatchObject({ ok: false })
      expect(answer.body).not.toMatch(/\.ts|at /)
    }
    expect(dispatched).toHaveLength(before)
  })

  it.each([
    ['no Host', ''],
    ['an empty Host', 'Host:\r\n'],
    ['two Hosts', 'Host: 127.0.0.1:PORT\r\nHost: evil.example\r\n'],
    ['a whole address as path', 'Host: 127.0.0.1:PORT\r\n', 'http://127.0.0.1:PORT/call/app.info'],
    ['another host as path', 'Host: 127.0.0.1:PORT\r\n', '//evil.example/call/app.info'],
    ['150 header lines', 'Host: 127.0.0.1:PORT\r\n' + 'X: 1\r\n'.repeat(150)],
    ['a header of 20,000 characters', 'Host: 127.0.0.1:PORT\r\nX: ' + 'x'.repeat(20_000) + '\r\n'],
  ])('refuses %s', async (_what, lines, path = '/call/app.info') => {
    const before = dispatched.length
    const cookie = await openSession()
    const text = `POST ${path} HTTP/1.1\r\n${lines}Cookie: ${cookie}\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}`
    expect(await exchange(text.replaceAll('PORT', String(port)))).toMatch(/^HTTP\/1\.1 4(00|21|31) /)
    expect(dispatched).toHaveLength(before)
  })

  it('survives what is no HTTP at all', async () => {
    expect(await exchange('\x00\x01garbage\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /)
    expect((await ask('GET', '/', { Cookie: await openSession() })).status).toBe(200)
  })

  it('listens on loopback only', async () => {
    // Every address 127.x.y.z is this machine; a server on all addresses would answer there too.
    const outcome = await new Promise<string>((resolve) => {
      const socket = connect(port, '127.0.0.2', () => {
        socket.destroy()
        resolve('connected')
      })
      socket.on('error', () => resolve('refused'))
    })
    expect(outcome).toBe('refused')
  })
})

describe('events over HTTP', () => {
  /** The text of the stream once it matches. */
  function listen(cookie: string, lastEventId: string | null, until: RegExp): Promise<string> {
    return new Promise((resolve, reject) => {
      const headers = { Cookie: cookie, ...(lastEventId === null ? {} : { 'Last-Event-ID': lastEventId }) }
      const outgoing = request(
        { host: '127.0.0.1', port, path: '/events', headers, agent: false },
        (response) => {
          let text = ''
          response.setEncoding('utf8')
          response.on('error', () => undefined) // ended by destroy below
          response.on('data', (piece: string) => {
            text += piece
            if (!until.test(text)) return
            outgoing.destroy()
            resolve(text)
          })
        },
      )
      outgoing.on('error', reject)
      outgoing.end()
    })
  }

  it('needs a session', async () => {
    expect((await ask('GET', '/events')).status).toBe(401)
  })

  it('begins with a reset, then carries events in order, and goes on where it broke off', async () => {
    const cookie = await openSession()
    const first = listen(cookie, null, /second/)
    // The reset is written at once; give the connection time to exist before anything is emitted.
    await expect.poll(() => events.connections).toBe(1)
    events.emit('notice', { code: 'first', detail: {} })
    events.emit('notice', { code: 'second', detail: {} })
    const text = await first
    expect(text.indexOf('event: reset')).toBeGreaterThan(-1)
    expect(text.indexOf('"first"')).toBeGreaterThan(text.indexOf('event: reset'))
    expect(text.indexOf('"second"')).toBeGreaterThan(text.indexOf('"first"'))

    const ids = [...text.matchAll(/^id: (.+)$/gm)].map((match) => match[1] ?? '')
    events.emit('notice', { code: 'third', detail: {} })
    const again = await listen(cookie, ids.at(-1) ?? '', /third/)
    expect(again).not.toContain('event: reset')
    expect(again).not.toContain('"second"')
    expect(again.match(/"third"/g)).toHaveLength(1)
  })

  it('keeps a notice for the first browser that listens, and gives it once', async () => {
    const cookie = await openSession()
    await expect.poll(() => events.connections).toBe(0)
    events.emit('notice', { code: 'while nobody listened', detail: {} })
    expect(await listen(cookie, null, /\n\n/)).toContain('while nobody listened')
    expect(await listen(cookie, null, /\n\n/)).not.toContain('while nobody listened')
  })

  it.each(['', 'x', '000000000000-1', 'zz-zz'])('resets after the unknown id "%s"', async (id) => {
    expect(await listen(await openSession(), id, /\n\n/)).toContain('event: reset')
  })
})

describe('files of a browser', () => {
  const octets = { 'content-type': 'application/octet-stream' }

  it('come in under an id, with their name, and leave as a download that is no page', async () => {
    const cookie = await openSession()
    const name = encodeURIComponent('對話/../chats.json')
    const sent = await ask(
      'POST',
      '/upload',
      { ...ours(cookie), ...octets, 'x-roost-file-name': name },
      '[1,2,3]',
    )
    const reply = JSON.parse(sent.body) as { ok: boolean; value: { file: string; name: string } }
    expect(reply).toMatchObject({ ok: true, value: { name: '對話 .. chats.json' } })
    expect((await fileExchange.find(reply.value.file)).bytes).toBe(7)

    const given = await fileExchange.give(
      { name: 'Web page', extensions: ['html'] },
      'Äußerung "1".html',
      (path) => writeFile(path, '<script>alert(1)</script>'),
    )
    const got = await ask('GET', `/download/${given?.download ?? ''}`, ours(cookie))
    expect(got.body).toBe('<script>alert(1)</script>')
    expect(got.headers['content-type']).toBe('application/octet-stream')
    expect(got.headers['content-disposition']).toBe(
      "attachment; filename*=UTF-8''%C3%84u%C3%9Ferung%201.html",
    )
    expect(got.headers['x-content-type-options']).toBe('nosniff')
  })

  it('are refused without a session, with another content type, from another site, and under other ids', async () => {
    const cookie = await openSession()
    expect((await ask('POST', '/upload', { host: `127.0.0.1:${port}`, ...octets }, 'x')).status).toBe(401)
    expect(
      (await ask('POST', '/upload', { ...ours(cookie), 'content-type': 'text/plain' }, 'x')).status,
    ).toBe(415)
    expect((await ask('GET', '/upload', ours(cookie))).status).toBe(405)
    const foreign = { ...ours(cookie), ...octets, origin: 'https://evil.example' }
    expect((await ask('POST', '/upload', foreign, 'x')).status).toBe(403)
    expect((await ask('GET', '/download/../secret.txt', ours(cookie))).status).toBe(404)
    expect((await ask('GET', `/download/${'0'.repeat(36)}`, ours(cookie))).status).toBe(404)
    expect((await ask('GET', '/download/x', { host: `127.0.0.1:${port}` })).status).toBe(401)
  })
})

function ours(cookie: string): Record<string, string> {
  return { host: `127.0.0.1:${port}`, cookie }
}
