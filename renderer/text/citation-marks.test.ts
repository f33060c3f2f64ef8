import { describe, expect, it } from 'vitest'
import type { Citation } from '../../electron/contract/evidence.ts'
import { markCitations, splitAtCitations, unmarkCitations } from './citation-marks.ts'

const of = (text: string, mark: string, number: number, state: Citation['state'] = 'verified'): Citation => {
  const start = text.indexOf(mark)
  return { start, end: start + mark.length, number, state, quote: null }
}

describe('M31: marks of citations', () => {
  it('stand apart from the words around them, and can be put back', () => {
    const text = 'In Lowen. [2] Since 1871 [1].'
    const { text: marked, marks } = markCitations(text, [of(text, '[2]', 2), of(text, '[1]', 1)], 0)
    expect(splitAtCitations(marked, marks)).toEqual(['In Lowen. ', 0, ' Since 1871 ', 1, '.'])
    expect(marks.map(({ citations }) => citations.map(({ number }) => number))).toEqual([[2], [1]])
    expect(unmarkCitations(marked, marks)).toBe(text)
  })

  it('hold several numbers in one mark', () => {
    const text = 'Both say so [1, 3].'
    const mark = '[1, 3]'
    const { marks } = markCitations(text, [of(text, mark, 1), of(text, mark, 3, 'dangling')], 0)
    expect(marks).toHaveLength(1)
    expect(marks[0]?.citations.map(({ state }) => state)).toEqual(['verified', 'dangling'])
  })

  it('are counted from the beginning of the whole text, thoughts included', () => {
    const whole = '<think>[1] fits</think>In Lowen. [1]'
    const shown = 'In Lowen. [1]'
    const start = whole.lastIndexOf('[1]')
    const inThought = of(whole, '[1]', 1)
    const cited: Citation = { start, end: start + 3, number: 1, state: 'verified', quote: null }
    const { text, marks } = markCitations(shown, [inThought, cited], whole.length - shown.length)
    expect(splitAtCitations(text, marks)).toEqual(['In Lowen. ', 0])
  })

  it('leave brackets alone that main did not call a citation', () => {
    const text = 'Take items[2] of the list [1].'
    const { text: marked, marks } = markCitations(text, [of(text, '[1]', 1)], 0)
    expect(splitAtCitations(marked, marks)).toEqual(['Take items[2] of the list ', 0, '.'])
  })

  it('leave a text alone whose citations lie beyond its end, or that holds the placeholders already', () => {
    const beyond: Citation = { start: 40, end: 43, number: 1, state: 'verified', quote: null }
    expect(markCitations('short', [beyond], 0)).toEqual({ text: 'short', marks: [] })
    const own = '\uE0F90\uE0FA [1]'
    expect(markCitations(own, [of(own, '[1]', 1)], 0)).toEqual({ text: own, marks: [] })
  })
})
