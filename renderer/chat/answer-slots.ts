// Values of each of several answers to one question. A slot holds only what differs from the chat's own values; an empty
// one is written like the chat.
import type { Sampling, SamplingChoice } from '../../electron/contract/sampling.ts'
import { samplingNames } from '../shared/sampling-names.ts'
import type { Text } from '../text/en.ts'

export const ALIKE: SamplingChoice = {}

/** Exactly `count` slots: those that are missing are like the chat. */
export function slotsOf(slots: readonly SamplingChoice[], count: number): SamplingChoice[] {
  return Array.from({ length: count }, (_, index) => slots[index] ?? ALIKE)
}

/** At least one of the answers that will be written has a value of its own. */
export function anyOwn(slots: readonly SamplingChoice[], count: number): boolean {
  return slotsOf(slots, count).some((slot) => Object.keys(slot).length > 0)
}

export function changedSlot<K extends keyof Sampling>(
  slots: readonly SamplingChoice[],
  count: number,
  index: number,
  key: K,
  value: Sampling[K] | null,
): SamplingChoice[] {
  return slotsOf(slots, count).map((slot, at) => {
    if (at !== index) return slot
    const next: SamplingChoice = { ...slot }
    if (value === null) Reflect.deleteProperty(next, key)
    else next[key] = value
    return next
  })
}

export function replacedSlot(
  slots: readonly SamplingChoice[],
  count: number,
  index: number,
  slot: SamplingChoice,
): SamplingChoice[] {
  return slotsOf(slots, count).map((old, at) => (at === index ? slot : old))
}

/** Temperatures in even steps from `from` to `to`, in hundredths; the other values stay. */
export function spreadTemperature(
  slots: readonly SamplingChoice[],
  count: number,
  from: number,
  to: number,
): SamplingChoice[] {
  return slotsOf(slots, count).map((slot, at) => ({
    ...slot,
    temperature: Math.round((from + ((to - from) * at) / Math.max(1, count - 1)) * 100) / 100,
  }))
}

/** Two choices with the same values, in whatever order they were made. */
export function sameChoice(one: SamplingChoice, other: SamplingChoice): boolean {
  const sorted = (choice: SamplingChoice): string =>
    JSON.stringify(Object.entries(choice).sort(([a], [b]) => a.localeCompare(b)))
  return sorted(one) === sorted(other)
}

/** Values that not all of these answers were drawn with. */
export function differingValues(drawn: readonly Sampling[]): (keyof Sampling)[] {
  const [first] = drawn
  if (first === undefined) return []
  const keys = Object.keys(first) as (keyof Sampling)[]
  return keys.filter((key) => drawn.some((one) => one[key] !== first[key]))
}

/** "Temperature 0.4 · Seed 7" */
export function valueWords(drawn: Sampling, keys: readonly (keyof Sampling)[], text: Text): string {
  const names = samplingNames(text)
  return keys.map((key) => `${names[key]} ${drawn[key] ?? text.random}`).join(' · ')
}
