// A small generator of repeatable random numbers (mulberry32): a failed run is repeated with its seed.
export interface SeededRandom {
  readonly seed: number
  /** From 0 (included) to `end` (excluded). */
  below(end: number): number
  pick<T>(values: readonly T[]): T
  chance(probability: number): boolean
}

export function seededRandom(seed: number): SeededRandom {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (end: number): number => Math.floor(next() * end)
  return {
    seed,
    below,
    pick(values) {
      const value = values[below(values.length)]
      if (value === undefined) throw new Error('nothing to pick from')
      return value
    },
    chance: (probability) => next() < probability,
  }
}

/** ROOST_SEED repeats a run. */
export function seedOfThisRun(): number {
  return Number(process.env.ROOST_SEED ?? Math.floor(Math.random() * 2 ** 31))
}
