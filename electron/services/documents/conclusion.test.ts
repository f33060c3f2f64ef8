// "Only from documents": what a model wrote is shown where it holds, else the sentence that carries the question, else nothing.
// The rule must not depend on how able the model is; its words are scripted here.
import { describe, expect, it } from 'vitest'
import type { Evidence, EvidencePassage } from '../../contract/evidence.ts'
import type { FoundSentence } from '../../storage/storage.ts'
import { asking, deciding } from './conclusion.ts'

const text =
  'Mara Lund lives in Lowen. She sold the boat "Heron" [2] for 340 crowns. Tom Brandt was born in 1931.'
const passage: EvidencePassage = {
  ...{ number: 2, document: 'd', documentName: 'people.txt', start: 100, end: 100 + text.length, text },
  ...{ page: null, headings: [], score: 1, cited: false },
}
const evidence: Evidence = {
  ...{ message: '', mode: 'passages', strict: true, sources: [], read: [], passages: [passage] },
  ...{ citations: [], searchedFor: null, stages: [], refused: null },
}

function sentenceAt(words: string): FoundSentence {
  const start = 100 + text.indexOf(words)
  return { passage: 1, start, end: start + words.length, text: words, aspect: 1, topic: 1 }
}
const lives = sentenceAt('Mara Lund lives in Lowen.')
const sold = sentenceAt('She sold the boat "Heron" [2] for 340 crowns.')
const question = 'Where does Mara Lund live?'

describe('a model that is not trusted', () => {
  const says = (words: string, sentence: FoundSentence | null = lives) =>
    asking('turn', evidence, { question, sentence, trusted: false }).conclude(words, 0)

  it('is shown where the sentence that carries the question says what it says', () => {
    const { replacement, evidence: shown } = says('In Lowen. [2]')
    expect(replacement).toBeNull()
    expect(shown).toMatchObject({ refused: null, citations: [{ number: 2, state: 'verified' }] })
    expect(shown.quoted).toBeUndefined()
  })

  it.each([
    ['another value of the passage', 'In 1931. [2]'],
    ['a value of no passage', 'In Marston. [2]'],
    ['no citation', 'In Lowen.'],
    ['a citation that points nowhere', 'In Lowen. [7]'],
    ['nothing but the question', 'Mara Lund lives. [2]'],
    ['a refusal', 'I am sorry, the passage does not say that.'],
  ])('with %s gives way to the sentence, to the letter', (_, words) => {
    const { replacement, evidence: shown } = says(words)
    expect(replacement).toBe('The document says: “Mara Lund lives in Lowen.” [2]')
    expect(shown).toMatchObject({
      quoted: true,
      refused: null,
      citations: [
        {
          number: 2,
          state: 'verified',
          quote: { start: 100, end: 125, text: 'Mara Lund lives in Lowen.', exact: true },
        },
      ],
      passages: [{ number: 2, cited: true }],
    })
    const [citation] = shown.citations
    expect(replacement?.slice(citation?.start, citation?.end)).toBe('[2]')
  })

  it('and without such a sentence to a refusal', () => {
    for (const words of ['In Lowen. [2]', 'In Marston. [2]'])
      expect(says(words, null)).toMatchObject({
        replacement: 'Not in the documents.',
        evidence: { refused: 'code', citations: [], passages: [{ cited: false }] },
      })
  })
})

it('brackets of a quoted sentence are no citation, and its quote is the source to the letter', () => {
  const { refusal, evidence: shown } = deciding(evidence, {
    question: 'For how many crowns was the boat sold?',
    sentence: sold,
    trusted: true,
  })
  expect(refusal).toBe('The document says: “She sold the boat "Heron" (2) for 340 crowns.” [2]')
  expect(shown.citations).toHaveLength(1)
  expect(shown.citations[0]?.quote?.text).toBe('She sold the boat "Heron" [2] for 340 crowns.')
})

it('a sentence that stands in none of the passages is not quoted', () => {
  const elsewhere = { ...lives, start: 5000, end: 5025 }
  expect(deciding(evidence, { question, sentence: elsewhere, trusted: true })).toMatchObject({
    refusal: 'Not in the documents.',
    evidence: { refused: 'code' },
  })
})

describe('a model that is trusted', () => {
  const says = (words: string, sentence: FoundSentence | null = null) =>
    asking('turn', evidence, { question, sentence, trusted: true }).conclude(words, 0)

  it('is shown where any passage says what it says, and may refuse', () => {
    expect(says('Tom Brandt was born in 1931. [2]').replacement).toBeNull()
    const refused = says('Not in the documents.', lives)
    expect([refused.replacement, refused.evidence.refused]).toEqual([null, 'model'])
  })

  it('does not stand on a number that is only a part of another one', () => {
    expect(says('There were 34 crowns. [2]').replacement).toBe('Not in the documents.')
    expect(says('There were 340 crowns. [2]').replacement).toBeNull()
  })
})

it('freely, everything is shown and only marked', () => {
  const free = { ...evidence, strict: false }
  const { replacement, evidence: shown } = asking('turn', free, {
    question,
    sentence: lives,
    trusted: false,
  }).conclude('In Marston. [7]', 0)
  expect(replacement).toBeNull()
  expect(shown.citations).toMatchObject([{ number: 7, state: 'dangling' }])
})
