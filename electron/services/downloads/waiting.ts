// How long to wait before the next attempt.
const firstMs = 400
const longestMs = 60_000
/** A site may ask for longer than anybody wants to wait; then a person decides. */
const longestAskedMs = 10 * 60_000

/** `failures` counts from 1. Doubles, with up to a quarter of chance so that many clients do not come back at once. */
export function backOffMs(failures: number, random: () => number = Math.random): number {
  const base = Math.min(longestMs, firstMs * 2 ** Math.max(0, failures - 1))
  return Math.round(base * (1 + random() * 0.25))
}

/** The header Retry-After, in seconds or as a date; null: absent or unreadable. At most ten minutes. */
export function retryAfterMs(header: string | undefined, now: number): number | null {
  if (header === undefined) return null
  const text = header.trim()
  const wait = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now
  return Number.isFinite(wait) ? Math.min(longestAskedMs, Math.max(0, wait)) : null
}

/** Ends early, without an error, when the signal is aborted. */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve()
      return
    }
    const done = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, milliseconds)
    signal.addEventListener('abort', done)
  })
}
