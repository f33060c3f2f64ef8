import { describe, expect, it } from 'vitest'
import { isLongPaste, pasteName } from './long-paste.ts'

describe('a long paste', () => {
  it('is longer than the setting says', () => {
    expect(isLongPaste('a'.repeat(2000), 2000)).toBe(false)
    expect(isLongPaste('a'.repeat(2001), 2000)).toBe(true)
  })

  it('does not exist where the setting is "Never": 0 is no limit of no characters', () => {
    expect(isLongPaste('a'.repeat(500_000), 0)).toBe(false)
  })

  it('is called by its first line with words', () => {
    expect(pasteName('\n\n---\n# Minutes of the harbour board\n\nPresent: Mara')).toBe(
      'Minutes of the harbour board',
    )
    expect(pasteName('  灯塔的历史\n第一章')).toBe('灯塔的历史')
    expect(pasteName('***\n---')).toBeNull()
  })

  it('has a name that is cut between characters', () => {
    const name = pasteName('🦉'.repeat(100))
    expect(name).toBeNull() // no letters, no name
    expect(pasteName(`a${'🦉'.repeat(100)}`)?.isWellFormed()).toBe(true)
    expect(Array.from(pasteName('word '.repeat(40)) ?? '').length).toBeLessThanOrEqual(60)
  })
})
