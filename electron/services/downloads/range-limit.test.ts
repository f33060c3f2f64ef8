// How much a run may ask for after one that was killed: what it asks for is what the next kill may cost.
import { expect, it } from 'vitest'
import { RangeLimit } from './range-limit.ts'

it('four connections never have more outstanding than 48 KiB or a hundredth of the run, for 15 seconds', () => {
  const limit = new RangeLimit(1000)
  let brought = 0
  for (const bytes of [0, 10_000, 1_000_000, 20_000_000, 400_000_000]) {
    limit.add(bytes)
    brought += bytes
    expect(4 * limit.bytes(15_999)).toBeLessThanOrEqual(Math.max(48 * 1024, brought / 100))
  }
  expect(limit.bytes(16_000)).toBe(Infinity)
})

it('is never so small that a request brings less than its own head', () => {
  expect(new RangeLimit(0).bytes(0)).toBeGreaterThanOrEqual(8 * 1024)
})
