// S7: what is kept of the part that is no longer read. Would catch: a detail that is changed or cut, questions taken for
// facts, one language's words for another's chat, a long chat of which only the beginning counts, a thought in the summary.
import { describe, expect, it } from 'vitest'
import { detailsOf, draftOf, piecesOf, wordsFor } from './conversation-summary.ts'

const said = (...questions: string[]) => questions.map((question) => ({ question, answer: 'Good.' }))

describe('S7: details and pieces of a chat', () => {
  it('sentences with figures or names are kept to the letter, questions and small talk are not', () => {
    const turns = said(
      'Hello there. My harbour office is run by Elsa Brandt.',
      'The quarry sent 4,213 stones in v1.2 boxes. Nice, is it not?',
      'how are you today?',
    )
    expect(detailsOf(turns)).toEqual([
      'My harbour office is run by Elsa Brandt.',
      'The quarry sent 4,213 stones in v1.2 boxes.',
    ])
  })

  it('Chinese is read without blanks', () => {
    const turns = said('你好。我叫林海，住在青岛路12号。你觉得怎么样？')
    expect(detailsOf(turns)).toEqual(['我叫林海，住在青岛路12号。'])
    expect(wordsFor(turns).ask).toMatch(/概括/)
    expect(wordsFor(said('My name is Lin.')).ask).toMatch(/Sum up/)
  })

  it('of very many the whole chat is covered, and none twice', () => {
    const turns = said(...Array.from({ length: 100 }, (_, index) => `Box number ${index} is on the pier.`))
    const details = detailsOf([...turns, ...turns], 10)
    expect(details).toHaveLength(10)
    expect(new Set(details).size).toBe(10)
    expect(details[9]).toBe('Box number 90 is on the pier.')
  })

  it('pieces hold every turn once, in order, and are short enough to be read at once', () => {
    const turns = Array.from({ length: 40 }, (_, index) => ({
      question: `Question ${index}. ${'words '.repeat(80)}`,
      answer: `Answer ${index}.`,
    }))
    const pieces = piecesOf(turns, wordsFor(turns))
    expect(pieces.every((piece) => piece.length <= 6000)).toBe(true)
    const numbers = [...pieces.join('').matchAll(/Question (\d+)\./g)].map((match) => Number(match[1]))
    expect(numbers).toEqual(turns.map((_, index) => index))
    const [long] = piecesOf([{ question: 'a'.repeat(50_000), answer: 'END' }], wordsFor([]))
    expect(long?.length).toBeLessThan(6010)
    expect(long).toContain('END')
  })

  it('a draft is what was written, without thoughts, and the details below', () => {
    const words = wordsFor([])
    expect(draftOf(['<think>hm</think> They built\na pier. ', ''], ['It has 12 posts.'], words)).toBe(
      `They built a pier.\n${words.details}\n- It has 12 posts.`,
    )
    expect(draftOf([], [], words)).toBe('')
  })
})
