// What stands under an answer: M31 and M32 as a person reads them. What was read whole and what was cited are two things,
// a citation that points nowhere is neither, and a refusal is said.
import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import type { Citation, Evidence, EvidencePassage } from '../../electron/contract/evidence.ts'
import { AnswerStreams } from '../state/answer-streams.ts'
import { storeOn } from '../state/store-for-tests.ts'
import { AppProvider } from '../state/use-app.ts'
import { AnswerSources, citedPassages } from './answer-sources.tsx'

const passage = (number: number, cited: boolean): EvidencePassage => ({
  number,
  document: 'd',
  documentName: `Paper ${number}.pdf`,
  start: 0,
  end: 20,
  text: `text of passage ${number}`,
  page: null,
  headings: [],
  score: 1,
  cited,
})

const citation = (
  start: number,
  number: number,
  state: Citation['state'],
  quote: string | null = null,
): Citation => ({
  start,
  end: start + 3,
  number,
  state,
  quote: quote === null ? null : { start: 0, end: quote.length, text: quote, exact: true },
})

const evidence = (extra: Partial<Evidence>): Evidence => ({
  message: 'answer',
  mode: 'passages',
  strict: false,
  sources: [],
  read: [],
  passages: [passage(1, true), passage(2, true), passage(3, false)],
  citations: [],
  searchedFor: null,
  stages: [],
  refused: null,
  ...extra,
})

/** The words of the section, without its markup; null: there is none. */
function wordsOf(shown: Evidence): string | null {
  const { store } = storeOn(() => null)
  store.getState().applyEvidence(shown)
  const streams = new AnswerStreams({ schedule: () => undefined, refill: () => Promise.resolve(null) })
  // A page that is made as text sees the first state of a store: here the present one is meant.
  const present = Object.assign(Object.create(store) as typeof store, { getInitialState: store.getState })
  const markup = renderToStaticMarkup(
    <AppProvider value={{ store: present, streams }}>
      <AnswerSources answer="answer" />
    </AppProvider>,
  )
  return markup === ''
    ? null
    : markup
        .replace(/<[^>]*>/g, ' ')
        .replace(/\s+/g, ' ')
        .trim()
}

describe('under an answer', () => {
  it('its cited passages stand in the order of the answer, each once, with the words that were quoted', () => {
    const shown = evidence({
      citations: [
        citation(40, 1, 'verified'),
        citation(5, 2, 'verified', 'words of two'),
        citation(60, 2, 'verified'),
      ],
    })
    expect(citedPassages(shown).map(({ number }) => number)).toEqual([2, 1])
    const words = wordsOf(shown)
    expect(words).toMatch(/Paper 2\.pdf Word for word words of two .*Paper 1\.pdf text of passage 1/)
    expect(words).not.toContain('Paper 3.pdf')
    expect(words).toContain('1 more passage was shown to the model')
  })

  it('a citation that points nowhere is no source: it is counted as taken out', () => {
    const words = wordsOf(evidence({ citations: [citation(5, 9, 'dangling')] }))
    expect(words).toContain('One citation pointed to no passage and was taken out.')
    expect(words).toContain('3 passages were shown to the model')
    expect(words).not.toContain('Paper')
  })

  it('what was read whole stands apart from what was cited', () => {
    const words = wordsOf(
      evidence({
        mode: 'both',
        read: [
          { document: 'a', documentName: 'Whole.epub', tokens: 9000 },
          { document: 'b', documentName: 'Other.md', tokens: 100 },
        ],
        citations: [citation(5, 1, 'verified')],
      }),
    )
    expect(words).toContain('Answered from reading and passages')
    expect(words).toMatch(/Read whole Whole\.epub, Other\.md Cited .*Paper 1\.pdf/)
  })

  it('a refusal says who refused, and nothing stands there for an answer without documents', () => {
    expect(wordsOf(evidence({ mode: 'none', passages: [], refused: 'code' }))).toContain(
      'Nothing in the documents fits the question, so no answer was made up.',
    )
    expect(wordsOf(evidence({ refused: 'model' }))).toContain(
      'The documents do not say it, as far as the model sees.',
    )
    expect(wordsOf(evidence({ mode: 'none', passages: [] }))).toBeNull()
  })
})
