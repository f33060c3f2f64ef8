/** Allowance of calls per client: `burst` at once, `perSecond` of them come back each second. Time in milliseconds. */
export interface RateLimitOptions {
  readonly burst: number
  readonly perSecond: number
  readonly now: () => number
}

/** More clients than this are not kept apart in memory: those whose allowance is full again are forgotten first. */
const MAXIMUM_CLIENTS = 256

export function createRateLimit(options: RateLimitOptions): (client: string) => boolean {
  const { burst, perSecond, now } = options
  const allowances = new Map<string, { left: number; at: number }>()

  return (client) => {
    const time = now()
    const known = allowances.get(client) ?? { left: burst, at: time }
    const left = Math.min(burst, known.left + ((time - known.at) * perSecond) / 1000)
    const allowed = left >= 1
    allowances.delete(client)
    allowances.set(client, { left: allowed ? left - 1 : left, at: time })
    if (allowances.size > MAXIMUM_CLIENTS) {
      // Oldest first: a map keeps the order of insertion.
      const oldest = allowances.keys().next()
      if (!oldest.done) allowances.delete(oldest.value)
    }
    return allowed
  }
}
