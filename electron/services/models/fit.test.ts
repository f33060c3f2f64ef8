// The sums behind "Fits", "May be slow" and "Won't fit".
//
// Expected figures come from elsewhere: sizes of the published files, the shapes of the releases, packed weights and peaks as
// `roost-engine bench` reported them for random models of those shapes (docs/benchmarks.md), and plain judgement over what a
// machine of that kind can do.
import { describe, expect, it } from 'vitest'
import type { FitReason, WeightFormat } from '../../contract/library-entities.ts'
import { judgeFit, likelyShape, predictMemory, predictSpeed, stateBytesOf } from './fit.ts'
import type { FitSubject, MachineMemory } from './fit.ts'

const GB = 1e9

/** The releases: parameters, layers, width, bytes of the published 16-bit file. */
const releases = {
  '0.1b': [191_034_624, 12, 768, 382_223_725],
  '0.4b': [450_767_872, 24, 1024, 901_776_749],
  '1.5b': [1_527_404_544, 24, 2048, 3_055_444_605],
  '2.9b': [2_947_735_040, 32, 2560, 5_896_273_469],
  '7.2b': [7_199_416_320, 32, 4096, 14_400_007_869],
  '13.3b': [13_269_245_952, 61, 4096, 26_540_868_485],
} as const
type Release = keyof typeof releases

/** @param share of the 16-bit file's size that this file has */
function subject(release: Release, share = 1): FitSubject {
  const [parameters, layers, width, bytes] = releases[release]
  return { generation: '7', parameters, layers, width, vocabulary: 65_536, fileBytes: bytes * share }
}

const q8 = 34 / 64
const q4 = 0.31 // most of it at 4.5 bits, embedding and head at 8.5

/** Total and free memory, free disk, bandwidth, all in GB and GB/s. */
function machine(total: number, free: number, disk: number, bandwidth: number): MachineMemory {
  return {
    totalMemoryBytes: total * GB,
    freeMemoryBytes: free * GB,
    freeDiskBytes: disk * GB,
    bandwidth: bandwidth * GB,
  }
}

const board = machine(4, 3, 20, 6) // a small single-board computer
const oldLaptop = machine(8, 4.5, 60, 14) // two channels of DDR3
const laptop = machine(16, 10, 200, 40) // two channels of DDR4
const desktop = machine(32, 26, 800, 60) // two channels of DDR5
const workstation = machine(128, 110, 2000, 180) // eight channels
const crowded = machine(16, 1.2, 200, 40) // a laptop with everything open
const fullDisk = machine(32, 26, 3, 60)

const pairs: [
  name: string,
  subject: FitSubject,
  machine: MachineMemory,
  reason: FitReason,
  weights?: WeightFormat,
][] = [
  ['0.1B on a board', subject('0.1b'), board, 'roomy'],
  ['0.4B on a board', subject('0.4b'), board, 'roomy'],
  ['1.5B in 16 bits on a board', subject('1.5b'), board, 'memoryShort'],
  ['1.5B in 8 bits on a board', subject('1.5b', q8), board, 'slow'],
  ['1.5B in 4 bits on a board', subject('1.5b', q4), board, 'roomy'],
  ['2.9B in 16 bits on a board', subject('2.9b'), board, 'memorySmall'],
  ['7.2B on a board', subject('7.2b', q4), board, 'memorySmall'],
  ['0.4B on an old laptop', subject('0.4b'), oldLaptop, 'roomy'],
  ['1.5B in 16 bits on an old laptop', subject('1.5b'), oldLaptop, 'slow'],
  ['1.5B in 8 bits on an old laptop', subject('1.5b', q8), oldLaptop, 'roomy'],
  ['2.9B in 16 bits on an old laptop', subject('2.9b'), oldLaptop, 'memoryShort'],
  ['2.9B, rounded to 8 bits when it is loaded, on an old laptop', subject('2.9b'), oldLaptop, 'slow', 'q8'],
  ['2.9B in 4 bits on an old laptop', subject('2.9b', q4), oldLaptop, 'roomy'],
  ['7.2B in 16 bits on an old laptop', subject('7.2b'), oldLaptop, 'memorySmall'],
  ['7.2B in 4 bits on an old laptop', subject('7.2b', q4), oldLaptop, 'memoryShort'],
  ['1.5B on a laptop', subject('1.5b'), laptop, 'roomy'],
  ['2.9B on a laptop', subject('2.9b'), laptop, 'roomy'],
  ['7.2B in 16 bits on a laptop', subject('7.2b'), laptop, 'memoryShort'],
  ['7.2B in 8 bits on a laptop', subject('7.2b', q8), laptop, 'slow'],
  ['7.2B in 4 bits on a laptop', subject('7.2b', q4), laptop, 'roomy'],
  ['13.3B in 16 bits on a laptop', subject('13.3b'), laptop, 'memorySmall'],
  ['2.9B on a desktop', subject('2.9b'), desktop, 'roomy'],
  ['7.2B in 16 bits on a desktop', subject('7.2b'), desktop, 'slow'],
  ['7.2B in 8 bits on a desktop', subject('7.2b', q8), desktop, 'roomy'],
  ['13.3B in 16 bits on a desktop', subject('13.3b'), desktop, 'memoryShort'],
  ['13.3B in 8 bits on a desktop', subject('13.3b', q8), desktop, 'slow'],
  ['13.3B in 16 bits on a workstation', subject('13.3b'), workstation, 'roomy'],
  ['7.2B on a workstation', subject('7.2b'), workstation, 'roomy'],
  ['1.5B on a laptop with everything open', subject('1.5b'), crowded, 'memoryShort'],
  ['0.4B on a laptop with everything open', subject('0.4b'), crowded, 'memoryTight'],
  ['2.9B on a full disk', subject('2.9b'), fullDisk, 'diskShort'],
]

const verdictOf: Readonly<Record<FitReason, string>> = {
  roomy: 'fits',
  memoryTight: 'slow',
  slow: 'slow',
  memoryShort: 'wontFit',
  memorySmall: 'wontFit',
  diskShort: 'wontFit',
}

describe('the label', () => {
  it.each(pairs)('of %s', (_name, model, on, reason, weights = 'file') => {
    const fit = judgeFit(model, on, { weights, bytesToStore: model.fileBytes })
    expect([fit.reason, fit.verdict]).toEqual([reason, verdictOf[reason]])
  })

  it('tells the same of a model that is loaded as before it was', () => {
    const model = subject('2.9b')
    const before = judgeFit(model, laptop)
    const held = { ...laptop, freeMemoryBytes: (laptop.freeMemoryBytes ?? 0) - before.memoryBytes }
    expect(judgeFit(model, held).verdict).toBe('wontFit')
    expect(judgeFit(model, held, { loaded: true }).verdict).toBe('fits')
  })

  it('follows a measured speed, not the formula', () => {
    const quick = judgeFit(subject('7.2b', q8), laptop, { measuredTokensPerSecond: 9 })
    expect(quick).toMatchObject({ verdict: 'fits', tokensPerSecond: 9, measured: true })
    const slow = judgeFit(subject('0.4b'), laptop, { measuredTokensPerSecond: 2 })
    expect(slow).toMatchObject({ verdict: 'slow', reason: 'slow', measured: true })
  })

  it('says no more than is known', () => {
    const nothing = { freeMemoryBytes: null, totalMemoryBytes: null, freeDiskBytes: null, bandwidth: null }
    expect(judgeFit(subject('13.3b'), nothing)).toMatchObject({ verdict: 'fits', tokensPerSecond: null })
  })
})

describe('the prediction of memory', () => {
  /** Random models of the released shape, as `roost-make-model` writes them, and the peak of a whole `roost-engine bench`
   *  with a prompt of 512: tests/bench/memory.mjs, docs/benchmarks.md. */
  const measured: [
    name: string,
    subject: FitSubject,
    weights: WeightFormat,
    weightBytes: number,
    peak: number,
  ][] = [
    ['bf16', { ...subject('0.1b'), fileBytes: 386_034_592 }, 'file', 284_120_064, 398_041_088],
    ['q8_0', { ...subject('0.1b'), fileBytes: 208_119_712 }, 'file', 153_483_264, 220_401_664],
    ['f32', { ...subject('0.1b'), fileBytes: 766_000_000 }, 'file', 563_000_000, 778_000_000],
    ['bf16 as q8', { ...subject('0.1b'), fileBytes: 386_034_592 }, 'q8', 157_307_904, 272_162_816],
    ['bf16 as q4', { ...subject('0.1b'), fileBytes: 386_034_592 }, 'q4', 120_148_992, 234_856_448],
  ]

  it.each(measured)(
    'is within 10 % of the measured peak: 0.1B %s',
    (_name, model, weights, weightBytes, peak) => {
      const memory = predictMemory(model, weights)
      expect(Math.abs(memory.weightBytes / weightBytes - 1)).toBeLessThan(0.06)
      expect(Math.abs(memory.peakBytes / peak - 1)).toBeLessThan(0.1)
    },
  )

  it('knows the state of each generation', () => {
    // RWKV-7: layers x width x 66 numbers of 4 bytes: 6.5, 13, 22 and 35 MB, as published.
    expect(stateBytesOf(subject('0.4b'))).toBe(6_488_064)
    expect(stateBytesOf(subject('1.5b'))).toBe(12_976_128)
    expect(stateBytesOf(subject('2.9b'))).toBe(21_626_880)
    expect(stateBytesOf(subject('7.2b'))).toBe(34_603_008)
    // RWKV-4 keeps five vectors.
    expect(stateBytesOf({ ...subject('0.1b'), generation: '4' })).toBe(12 * 768 * 5 * 4)
  })

  it('grows with the chats at once by one state each, in the steps in which the engine takes room', () => {
    const model = subject('2.9b')
    const one = predictMemory(model, 'file', 1)
    const sixteen = predictMemory(model, 'file', 16)
    expect(sixteen.workingBytes - one.workingBytes).toBe(12 * stateBytesOf(model))
  })

  it('does not make a small file larger', () => {
    const small = predictMemory(subject('1.5b', q4), 'q8')
    expect(small.weightBytes).toBeCloseTo(predictMemory(subject('1.5b', q4), 'file').weightBytes)
  })
})

describe('the prediction of speed', () => {
  it('is what docs/benchmarks.md measured on a quiet machine, within a fifth', () => {
    // 33.2 GB/s on one thread gave 110 tokens/s in bf16, 32.5 gave 197 in q8_0.
    const bf16 = predictMemory({ ...subject('0.1b'), fileBytes: 386_034_592 })
    expect(Math.abs(predictSpeed(bf16, 33.2e9) / 110.3 - 1)).toBeLessThan(0.2)
    const q8Model = predictMemory({ ...subject('0.1b'), fileBytes: 208_119_712 })
    expect(Math.abs(predictSpeed(q8Model, 32.5e9) / 197 - 1)).toBeLessThan(0.2)
  })

  it('guesses the shape of a release from its size', () => {
    for (const release of Object.values(releases)) {
      expect(likelyShape(release[0])).toEqual({ layers: release[1], width: release[2] })
    }
  })
})
