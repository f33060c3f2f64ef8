import { describe, expect, it } from 'vitest'
import { textBlocks } from './text-blocks.ts'

const lines = Array.from({ length: 200 }, (_, line) => `Line ${line}: the keeper climbs the stairs.`).join(
  '\n',
)

describe('a long text in blocks', () => {
  it('loses and doubles nothing, and cuts at line ends', () => {
    const blocks = textBlocks(lines, 500, null, 300)
    expect(blocks.map(({ text }) => text).join('')).toBe(lines)
    expect(blocks.length).toBeGreaterThan(20)
    for (const { start, text } of blocks)
      expect(lines.slice(start - 500, start - 500 + text.length)).toBe(text)
    for (const { text } of blocks.slice(0, -1)) expect(text.endsWith('\n')).toBe(true)
  })

  it('keeps a marked passage in one block, wherever it lies', () => {
    for (const start of [0, 290, 301, 1000, lines.length - 900]) {
      const end = Math.min(lines.length, start + 900)
      const marked = textBlocks(lines, 0, { start, end }, 300).filter(({ mark }) => mark !== null)
      expect(marked).toHaveLength(1)
      const [block] = marked
      expect(block?.text.slice(block.mark?.from, block.mark?.to)).toBe(lines.slice(start, end))
    }
  })

  it('does not cut a character in two where there is neither line nor blank', () => {
    const blocks = textBlocks('🦉'.repeat(500), 0, null, 101)
    for (const { text } of blocks) expect(text.isWellFormed()).toBe(true)
  })

  it('marks what of a passage lies in a piece that was fetched', () => {
    const [block] = textBlocks('keeper of the lamp', 100, { start: 90, end: 106 })
    expect(block?.mark).toEqual({ from: 0, to: 6 })
    expect(textBlocks('keeper', 100, { start: 10, end: 20 })[0]?.mark).toBeNull()
  })
})
