import { describe, expect, it } from 'vitest'
import { createFramePacer } from './frame-pacer.ts'
import type { FrameClock } from './frame-pacer.ts'

/** A clock whose frames come every 16 ms, and on which painting takes as long as it is told. */
function scripted(hidden = false) {
  let now = 0
  const tasks: { at: number; run: () => void }[] = []
  const clock: FrameClock = {
    now: () => now,
    hidden: () => hidden,
    nextFrame: (run) => tasks.push({ at: Math.floor(now / 16 + 1) * 16, run }),
    after: (milliseconds, run) => tasks.push({ at: now + milliseconds, run }),
  }
  const run = (until: number): void => {
    for (;;) {
      tasks.sort((a, b) => a.at - b.at)
      const next = tasks[0]
      if (next === undefined || next.at > until) break
      tasks.shift()
      now = Math.max(now, next.at)
      next.run()
    }
    now = Math.max(now, until)
  }
  return { clock, run, spend: (milliseconds: number) => (now += milliseconds) }
}

function paintings(cost: number, hidden = false): number {
  const { clock, run, spend } = scripted(hidden)
  const pace = createFramePacer(clock)
  let count = 0
  const again = (): void => {
    count += 1
    spend(cost)
    clock.after(1, () => pace(again)) // more text came meanwhile
  }
  pace(again)
  run(1600)
  return count
}

describe('the pace of painting', () => {
  it('is every frame while painting is cheap', () => {
    expect(paintings(2)).toBeGreaterThanOrEqual(98)
  })

  it('leaves at least half of the time to others when painting is dear', () => {
    for (const cost of [20, 60, 200]) {
      const count = paintings(cost)
      expect(count * cost, `${cost} ms each`).toBeLessThanOrEqual(900)
      expect(count).toBeGreaterThan(1)
    }
  })

  it('goes on slowly in a hidden window', () => {
    expect(paintings(2, true)).toBeGreaterThanOrEqual(5)
    expect(paintings(2, true)).toBeLessThan(10)
  })
})
