import { describe, expect, it } from 'vitest'
import { findInPage } from './pdf-highlight.ts'

const items = (...strings: string[]): { str: string }[] => strings.map((str) => ({ str }))
const words = (page: { str: string }[], passage: string): string[] =>
  findInPage(page, passage).map(({ item, from, to }) => page[item]?.str.slice(from, to) ?? '')

describe('M31: a passage on a drawn page', () => {
  const page = items(
    'The harbour of Lowen',
    ' ',
    'was built in 1871 by two bro-',
    'thers from the town.',
    'Fees are due in May.',
  )

  it('is found across items, line ends and a divided word', () => {
    expect(words(page, 'was built in 1871 by two brothers from the town.')).toEqual([
      'was built in 1871 by two bro',
      'thers from the town.',
    ])
  })

  it('is marked as far as it stands on this page', () => {
    expect(words(page, 'Earlier words on the page before: Fees are due in May.')).toEqual([
      'Fees are due in May.',
    ])
  })

  it('is found where the page is drawn with ligatures, and in Chinese without blanks', () => {
    expect(words(items('The ﬁne oﬃce of the harbour'), 'fine office')).toEqual(['ﬁne oﬃce'])
    expect(words(items('灯塔建于', '一八七一年。'), '灯塔建于 一八七一年')).toEqual([
      '灯塔建于',
      '一八七一年',
    ])
  })

  it('is nowhere when the page does not hold it', () => {
    expect(findInPage(page, 'The lighthouse keeper came from the islands.')).toEqual([])
    expect(findInPage([], 'anything')).toEqual([])
    expect(findInPage(page, '  ')).toEqual([])
  })
})
