// Bytes per second over the last seconds.
const windowMs = 6_000
const slotMs = 250

export class SpeedMeter {
  /** Bytes by slot of time; slots older than the window are dropped. */
  #slots = new Map<number, number>()
  #began: number | null = null

  add(bytes: number, now: number): void {
    this.#began ??= now
    const slot = Math.floor(now / slotMs)
    this.#slots.set(slot, (this.#slots.get(slot) ?? 0) + bytes)
  }

  /** null in the first half second. */
  bytesPerSecond(now: number): number | null {
    if (this.#began === null) return null
    const oldest = Math.floor((now - windowMs) / slotMs)
    let bytes = 0
    for (const [slot, count] of this.#slots) {
      if (slot <= oldest) this.#slots.delete(slot)
      else bytes += count
    }
    const seconds = Math.min(windowMs, now - this.#began) / 1000
    return seconds < 0.5 ? null : bytes / seconds
  }

  reset(): void {
    this.#slots.clear()
    this.#began = null
  }
}
