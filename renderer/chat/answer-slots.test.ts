// S4: values of each answer. Would catch: an answer that is written with the values of its neighbour, values that outlive
// the number of answers, an emptied field that still counts.
import { describe, expect, it } from 'vitest'
import { en } from '../text/en.ts'
import {
  anyOwn,
  changedSlot,
  differingValues,
  replacedSlot,
  sameChoice,
  slotsOf,
  spreadTemperature,
  valueWords,
} from './answer-slots.ts'

describe('S4: values of each answer', () => {
  it('there are as many slots as answers, whatever was set before', () => {
    expect(slotsOf([], 3)).toEqual([{}, {}, {}])
    expect(slotsOf([{ seed: 1 }, { seed: 2 }, { seed: 3 }], 2)).toEqual([{ seed: 1 }, { seed: 2 }])
  })

  it('a value belongs to one answer, and an emptied one to none', () => {
    const one = changedSlot([], 3, 1, 'temperature', 0.4)
    expect(one).toEqual([{}, { temperature: 0.4 }, {}])
    const two = changedSlot(one, 3, 1, 'seed', 7)
    expect(changedSlot(two, 3, 1, 'temperature', null)).toEqual([{}, { seed: 7 }, {}])
  })

  it('a preset replaces the values of its answer alone', () => {
    expect(replacedSlot([{ seed: 1 }, { seed: 2 }], 2, 0, { topP: 0.3 })).toEqual([
      { topP: 0.3 },
      { seed: 2 },
    ])
  })

  it('values of answers that will not be written do not count', () => {
    expect(anyOwn([{}, {}, { seed: 3 }], 2)).toBe(false)
    expect(anyOwn([{}, {}, { seed: 3 }], 3)).toBe(true)
  })

  it('temperatures are spread evenly with both ends, and leave the rest alone', () => {
    expect(spreadTemperature([{ seed: 5 }], 4, 0.4, 1.6)).toEqual([
      { seed: 5, temperature: 0.4 },
      { temperature: 0.8 },
      { temperature: 1.2 },
      { temperature: 1.6 },
    ])
  })

  it('only what answers do not have in common stands above them', () => {
    const drawn = {
      temperature: 0.4,
      topP: 0.3,
      topK: 0,
      minP: 0,
      presencePenalty: 0,
      frequencyPenalty: 0,
      penaltyDecay: 1,
      seed: null,
      maximumTokens: 9,
    }
    const differing = differingValues([drawn, { ...drawn, temperature: 1.6 }, { ...drawn, seed: 7 }])
    expect(differing).toEqual(['temperature', 'seed'])
    expect(valueWords(drawn, differing, en)).toBe('Temperature 0.4 · Seed random')
    expect(differingValues([drawn, drawn])).toEqual([])
    expect(differingValues([])).toEqual([])
  })

  it('a choice is the same in whatever order it was made', () => {
    expect(sameChoice({ topP: 0.3, seed: 1 }, { seed: 1, topP: 0.3 })).toBe(true)
    expect(sameChoice({ topP: 0.3 }, { topP: 0.3, seed: 1 })).toBe(false)
  })
})
