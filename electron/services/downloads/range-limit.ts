// What a kill may cost. A process that ends without warning loses what was sent to it and is not yet on the disk: what the
// system holds for it, and what arrives while it is being taken down (tens of milliseconds of the whole speed). Once is
// nothing; a machine that kills again and again would pay for it each time. So after an end that was not clean a run asks
// for little at once, and for more as it lives on:
//
//   asked for and not yet there, over all connections, is at most leastBytes, or shareOfRun of what this run brought
//
// After `cautiousMs` there is no limit any more: what is lost then is a small part of what was fetched in that time, at any
// speed. Ranges are of the whole piece again, and no speed is lost for good.

/** Of one connection. */
const leastBytes = 12 * 1024
/** Of one connection: four of them have asked for a hundredth of the run. */
const shareOfRun = 0.0025
const cautiousMs = 15_000

export class RangeLimit {
  readonly #beganAt: number
  #bytes = 0

  /** Times are of a monotonic clock, in milliseconds. */
  constructor(now: number) {
    this.#beganAt = now
  }

  /** Something arrived and is on the disk. */
  add(bytes: number): void {
    this.#bytes += bytes
  }

  /** Most bytes that one request may ask for now. */
  bytes(now: number): number {
    if (now - this.#beganAt >= cautiousMs) return Infinity
    return Math.max(leastBytes, Math.floor(this.#bytes * shareOfRun))
  }
}
