import { describe, expect, it } from 'vitest'
import { calls } from '../contract/calls.ts'
import { RoostError } from '../contract/errors.ts'
import type { CallName, Handlers } from '../contract/calls.ts'
import type { LogFields } from '../platform/log.ts'
import { createDispatch } from './dispatch.ts'
import type { HostLog } from './dispatch.ts'

const caller = { host: 'headless', client: 'browser-1' } as const
const conversation = '3f0c6f6e-8b1f-4c1e-9a57-0d5f4f4f0001'

interface LogLine {
  level: 'warn' | 'error'
  message: string
  fields: LogFields | undefined
}

function recordingLog(): HostLog & { lines: LogLine[] } {
  const lines: LogLine[] = []
  return {
    lines,
    info: () => undefined,
    warn: (message, fields) => void lines.push({ level: 'warn', message, fields }),
    error: (message, fields) => void lines.push({ level: 'error', message, fields }),
  }
}

/** Handlers that record what they are given; `replace` gives some of them a meaning. */
function recordingHandlers(replace: Partial<Record<CallName, (input: unknown) => Promise<unknown>>> = {}) {
  const seen: { name: string; input: unknown }[] = []
  const entries = (Object.keys(calls) as CallName[]).map((name) => [
    name,
    (input: unknown) => {
      seen.push({ name, input })
      return replace[name]?.(input) ?? Promise.resolve(undefined)
    },
  ])
  return { seen, handlers: Object.fromEntries(entries) as Handlers }
}

describe('dispatch', () => {
  it('gives the handler a copy of the checked input and returns its value', async () => {
    const { seen, handlers } = recordingHandlers({ 'messages.get': () => Promise.resolve({ id: 'm' }) })
    const dispatch = createDispatch(handlers, recordingLog())
    const input = { conversation, message: conversation }
    const reply = await dispatch({ name: 'messages.get', input, trusted: true, caller })
    expect(reply).toEqual({ ok: true, value: { id: 'm' } })
    expect(seen[0]?.input).toEqual(input)
    expect(seen[0]?.input).not.toBe(input)
  })

  it.each([
    'no.such.call',
    'toString',
    '__proto__',
    'constructor',
    'hasOwnProperty',
    '',
    7,
    null,
    undefined,
    { toString: () => 'app.info' },
  ])('refuses the name %s, which is not in the table', async (name) => {
    const { seen, handlers } = recordingHandlers()
    const reply = await createDispatch(handlers, recordingLog())({ name, input: {}, trusted: true, caller })
    expect(reply).toMatchObject({ ok: false, error: { code: 'unknown_call' } })
    expect(seen).toEqual([])
  })

  it('refuses an untrusted sender before it looks at anything else', async () => {
    const { seen, handlers } = recordingHandlers()
    const dispatch = createDispatch(handlers, recordingLog())
    for (const name of ['app.info', 'no.such.call']) {
      const reply = await dispatch({ name, input: {}, trusted: false, caller })
      expect(reply).toMatchObject({ ok: false, error: { code: 'untrusted_sender' } })
    }
    expect(seen).toEqual([])
  })

  it.each([
    ['an unknown key', { conversation, path: '/etc/passwd' }],
    ['a missing key', {}],
    ['a wrong type', { conversation: 7 }],
    ['no object', 'text'],
    ['nothing', undefined],
    ['an id that is none', { conversation: '../../etc' }],
  ])('refuses %s in the input, and says no word of it', async (_what, input) => {
    const { seen, handlers } = recordingHandlers()
    const log = recordingLog()
    const reply = await createDispatch(
      handlers,
      log,
    )({ name: 'conversations.open', input, trusted: true, caller })
    expect(reply).toMatchObject({ ok: false, error: { code: 'bad_request' } })
    expect(JSON.stringify([reply, log.lines])).not.toMatch(/etc/)
    expect(seen).toEqual([])
  })

  it('refuses what is too deep or too large without parsing it', async () => {
    const { seen, handlers } = recordingHandlers()
    const dispatch = createDispatch(handlers, recordingLog())
    let deep: unknown = {}
    for (let i = 0; i < 10_000; i += 1) deep = { deep }
    const cyclic: Record<string, unknown> = {}
    cyclic.self = cyclic
    const large = { query: 'x'.repeat(9 * 1024 * 1024) }
    const binary = { query: new Uint8Array(9 * 1024 * 1024) }
    for (const input of [deep, cyclic, large, binary, new Map([['query', 'x']])]) {
      const reply = await dispatch({ name: 'search.run', input, trusted: true, caller })
      expect(reply).toMatchObject({ ok: false, error: { code: 'bad_request' } })
    }
    expect(seen).toEqual([])
  })

  it('turns what a handler throws into a reply: typed errors whole, everything else without a stack', async () => {
    const { handlers } = recordingHandlers({
      'engine.state': () =>
        Promise.reject(new RoostError('model_damaged', { reason: 'Tensor 3 lies outside.' })),
      'models.list': () => Promise.reject(new TypeError('secret of the house')),
      'settings.get': () => {
        throw new RoostError('internal', { reason: 'secret of the house' })
      },
    })
    const log = recordingLog()
    const dispatch = createDispatch(handlers, log)
    expect(await dispatch({ name: 'engine.state', input: {}, trusted: true, caller })).toEqual({
      ok: false,
      error: { code: 'model_damaged', detail: { reason: 'Tensor 3 lies outside.' } },
    })
    for (const name of ['models.list', 'settings.get']) {
      const reply = await dispatch({ name, input: {}, trusted: true, caller })
      expect(reply).toEqual({ ok: false, error: { code: 'internal' } })
    }
    expect(log.lines.filter((line) => line.level === 'error')).toHaveLength(2)
  })

  it('holds one client to its rate and lets another one through', async () => {
    let time = 0
    const { seen, handlers } = recordingHandlers()
    const dispatch = createDispatch(handlers, recordingLog(), { burst: 3, perSecond: 10, now: () => time })
    const ask = async (client: string) => {
      const reply = await dispatch({
        name: 'app.info',
        input: {},
        trusted: true,
        caller: { host: 'headless', client },
      })
      return reply.ok ? 'ok' : reply.error.code
    }
    expect([await ask('a'), await ask('a'), await ask('a'), await ask('a')]).toEqual([
      'ok',
      'ok',
      'ok',
      'busy',
    ])
    expect(await ask('b')).toBe('ok')
    time = 100 // a tenth of a second brings one call back
    expect([await ask('a'), await ask('a')]).toEqual(['ok', 'busy'])
    expect(seen).toHaveLength(5)
  })
})
