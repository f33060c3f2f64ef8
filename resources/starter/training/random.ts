// A seeded source of randomness and the little grammar of the texts.

/** mulberry32: 32 bits of state, enough for choosing templates. */
export class Random {
  private state: number

  constructor(seed: number) {
    this.state = seed >>> 0
  }

  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0
    let t = this.state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }

  /** An integer from low to high, both included. */
  int(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1))
  }

  chance(p: number): boolean {
    return this.next() < p
  }

  pick<T>(list: readonly T[]): T {
    const item = list[Math.floor(this.next() * list.length)]
    if (item === undefined) throw new Error('an empty list was given to pick from')
    return item
  }

  shuffle<T>(list: readonly T[]): T[] {
    const out = [...list]
    for (let i = out.length - 1; i > 0; i--) {
      const j = this.int(0, i)
      const kept = out[i] as T
      out[i] = out[j] as T
      out[j] = kept
    }
    return out
  }
}

/** FNV-1a; decides, by the text alone, on which side of the split a name or a value lies. */
export function hash(text: string): number {
  let h = 2166136261
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 16777619)
  h ^= h >>> 15
  return Math.imul(h, 2246822507) >>> 9
}

/** True for the eighth of all names and values that training never sees. */
export function isHeld(text: string): boolean {
  return hash(text) % 8 === 0
}

function split(text: string): string[] {
  const out: string[] = []
  let depth = 0
  let from = 0
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '(') depth++
    else if (text[i] === ')') depth--
    else if (text[i] === '|' && depth === 0) {
      out.push(text.slice(from, i))
      from = i + 1
    }
  }
  out.push(text.slice(from))
  return out
}

/** One expansion of a grammar text: `(a|b)` is a choice, and so is a `|` outside parentheses. */
export function expand(text: string, random: Random): string {
  const options = split(text)
  const chosen = options.length > 1 ? random.pick(options) : text
  const open = chosen.indexOf('(')
  if (open < 0) return chosen
  let depth = 0
  let close = open
  for (; close < chosen.length; close++) {
    if (chosen[close] === '(') depth++
    else if (chosen[close] === ')' && --depth === 0) break
  }
  if (depth !== 0) throw new Error(`unbalanced parentheses in "${text}"`)
  const inside = expand(chosen.slice(open + 1, close), random)
  return chosen.slice(0, open) + inside + expand(chosen.slice(close + 1), random)
}
