// Passages are what every offset stands on: they must hold the whole text in order, and none may be too large for a prompt.
import { describe, expect, it } from 'vitest'
import { Chunking, sentencesOf, weightOf } from './chunking.ts'
import type { Chunk } from './chunking.ts'
import type { Block } from './readers/reader.ts'

function chunked(blocks: readonly Block[]): { chunks: Chunk[]; text: string; chunking: Chunking } {
  const chunks: Chunk[] = []
  const chunking = new Chunking((chunk) => chunks.push(chunk))
  for (const block of blocks) chunking.add(block)
  chunking.end()
  return { chunks, text: chunks.map(({ text }) => text).join(''), chunking }
}

const paragraph = (text: string): Block => ({ kind: 'paragraph', text })

describe('passages', () => {
  it('hold the whole text, one behind the other', () => {
    const blocks = Array.from({ length: 60 }, (_, index) =>
      index % 7 === 0
        ? ({ kind: 'heading', level: 2, text: `Part ${index}` } as const)
        : paragraph(`Sentence ${index} with words. `.repeat((index * 13) % 40)),
    )
    const { chunks, text, chunking } = chunked(blocks)
    let at = 0
    for (const [index, chunk] of chunks.entries()) {
      expect(chunk.ordinal).toBe(index)
      expect(chunk.start).toBe(at)
      expect(text.slice(chunk.start, chunk.end).trim()).toBe(chunk.text.trim())
      expect(chunk.text.slice(chunk.end - chunk.start).trim()).toBe('')
      at += chunk.text.length
    }
    expect(at).toBe(text.length)
    expect(chunking.characters).toBe(text.length)
    for (const block of blocks) {
      if ('text' in block) expect(text).toContain(block.text.trim())
    }
  })

  it('are no larger than a prompt can take, whatever the text is made of', () => {
    const texts = [
      'word '.repeat(5000),
      'x'.repeat(50_000),
      '字'.repeat(20_000),
      '一句话。'.repeat(3000),
      '😀'.repeat(5000),
      `${'a'.repeat(699)}😀`.repeat(50),
    ]
    for (const text of texts) {
      const { chunks, text: whole } = chunked([paragraph(text)])
      expect(whole).toBe(text.trim())
      for (const chunk of chunks) {
        expect(weightOf(chunk.text)).toBeLessThanOrEqual(1100)
        expect(chunk.text.isWellFormed()).toBe(true)
      }
    }
  })

  it('keep the headings above their beginning and the page that they begin on', () => {
    const filler = 'Some words that fill the passage up to its usual size. '.repeat(12)
    const { chunks } = chunked([
      { kind: 'page', page: 1 },
      { kind: 'heading', level: 1, text: 'Manual' },
      { kind: 'heading', level: 2, text: 'Safety' },
      paragraph(filler),
      { kind: 'page', page: 2 },
      { kind: 'heading', level: 2, text: 'Cleaning' },
      paragraph(filler),
      { kind: 'heading', level: 1, text: 'Appendix' },
      paragraph(filler),
    ])
    expect(chunks.map(({ headings, page }) => [headings.join(' > '), page])).toEqual([
      ['Manual', 1],
      ['Manual > Cleaning', 2],
      ['Appendix', 2],
    ])
  })

  it('tell where headings and pages begin', () => {
    const { chunking, text } = chunked([
      { kind: 'page', page: 1 },
      paragraph('Before.'),
      { kind: 'heading', level: 1, text: 'First' },
      paragraph('Text.'),
      { kind: 'page', page: 2 },
      { kind: 'heading', level: 2, text: 'Second' },
    ])
    const titles = chunking.outline.filter(({ level }) => level > 0)
    expect(titles.map(({ start, title }) => text.slice(start, start + title.length))).toEqual([
      'First',
      'Second',
    ])
    expect(chunking.outline.find(({ page, level }) => level === 0 && page === 2)?.start).toBe(
      text.indexOf('Second'),
    )
  })

  it('leave out what nobody can see, and count it', () => {
    const { chunking, text } = chunked([paragraph('see\u200b \u202ethis\u202c\u0000 \u{e0041}\ud800 word')])
    expect(text).toBe('see this \ufffd word')
    expect(chunking.dropped).toBe(5)
  })
})

it('a text of one endless line is divided in linear time', () => {
  const pieces = [...sentencesOf('ab'.repeat(2_000_000))]
  expect(pieces.join('')).toHaveLength(4_000_000)
})
