// One call of the window, from its name to a Reply: both hosts take this path, so what the headless tests prove
// holds for the Electron window too. Never throws: Electron keeps only the message of an error that crosses over.
import { calls } from '../contract/calls.ts'
import { RoostError } from '../contract/errors.ts'
import { LIMITS } from '../contract/limits.ts'
import type { CallName, Caller, Handlers, Reply } from '../contract/calls.ts'
import type { ErrorDetail } from '../contract/errors.ts'
import { errorFields } from '../platform/log.ts'
import type { Logger } from '../platform/log.ts'
import { createRateLimit } from './rate-limit.ts'

export interface CallRequest {
  readonly name: unknown
  readonly input: unknown
  /** Decided by the host: our window's main frame and origin, or a session with our cookie. */
  readonly trusted: boolean
  readonly caller: Caller
}

export type Dispatch = (request: CallRequest) => Promise<Reply<unknown>>

/** The part of the log that a host writes to. */
export type HostLog = Pick<Logger, 'info' | 'warn' | 'error'>

export interface DispatchOptions {
  /** Calls one client may make at once, and the rate in calls per second at which the allowance comes back. */
  readonly burst?: number
  readonly perSecond?: number
  /** Milliseconds that never go back; the default is the monotonic clock. */
  readonly now?: () => number
}

const MAXIMUM_DEPTH = 32

export function createDispatch(handlers: Handlers, log: HostLog, options: DispatchOptions = {}): Dispatch {
  const allow = createRateLimit({
    burst: options.burst ?? 400,
    perSecond: options.perSecond ?? 200,
    now: options.now ?? (() => performance.now()),
  })

  const answer = async (request: CallRequest): Promise<unknown> => {
    if (!request.trusted) throw new RoostError('untrusted_sender')
    const { name, caller } = request
    if (!isCallName(name)) throw new RoostError('unknown_call')
    if (!allow(`${caller.host}:${caller.client}`)) {
      throw new RoostError('busy', { reason: 'Too many requests in a short time.' })
    }
    if (!fits(request.input)) {
      throw new RoostError('bad_request', { call: name, limit: LIMITS.callBytes, field: '' })
    }
    const parsed = calls[name].input.safeParse(request.input)
    if (!parsed.success) {
      const issue = parsed.error.issues[0]
      throw new RoostError('bad_request', {
        call: name,
        // Names of fields and of the broken rule; never what was in them.
        field: issue?.path.map(String).join('.') ?? '',
        rule: issue?.code ?? '',
      })
    }
    // The table makes input and handler of one name fit together; the compiler cannot follow that through a variable.
    const handler = handlers[name] as (input: unknown, caller: Caller) => Promise<unknown>
    return handler(parsed.data, caller)
  }

  return async (request) => {
    try {
      return { ok: true, value: await answer(request) }
    } catch (error) {
      const call = isCallName(request.name) ? request.name : 'unknown'
      if (error instanceof RoostError && error.kind !== 'bug') {
        if (error.kind !== 'cancelled' && error.kind !== 'input') {
          log.warn('call refused', { call, code: error.code })
        }
        return { ok: false, error: { code: error.code, detail: shownDetail(error.detail) } }
      }
      const bug = error instanceof RoostError && error.cause instanceof Error ? error.cause : error
      log.error('call failed', { ...errorFields(bug), call })
      return { ok: false, error: { code: 'internal' } }
    }
  }
}

function isCallName(name: unknown): name is CallName {
  return typeof name === 'string' && Object.hasOwn(calls, name)
}

/** Only plain facts leave the process, even if a layer below put something else into a detail. */
function shownDetail(detail: ErrorDetail): ErrorDetail {
  return Object.fromEntries(
    Object.entries(detail).filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value)),
  )
}

/**
 * Whether an input is shallow and small enough to be worth parsing: a lower bound of its size as JSON in UTF-16 units,
 * found without building that text. Stops at the first excess, so a hostile value costs no more than the limit.
 */
function fits(input: unknown): boolean {
  let left: number = LIMITS.callBytes
  const walk = (value: unknown, depth: number): boolean => {
    if (depth > MAXIMUM_DEPTH) return false
    left -= 1
    if (typeof value === 'string') {
      left -= value.length
    } else if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) {
      left -= value.byteLength
    } else if (Array.isArray(value)) {
      for (const item of value as unknown[]) if (!walk(item, depth + 1)) return false
    } else if (value instanceof Map || value instanceof Set) {
      return false
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, item] of Object.entries(value)) {
        left -= key.length
        if (!walk(item, depth + 1)) return false
      }
    }
    return left >= 0
  }
  return walk(input, 0)
}
