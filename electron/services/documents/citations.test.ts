// M31: a number that points nowhere never passes for a citation, and a quote is what the document says, to the letter.
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../../tests/application/seeded-random.ts'
import { evaluationCorpus, foldBlanks } from '../../../tests/documents/corpus.ts'
import type { EvidencePassage } from '../../contract/evidence.ts'
import { checkCitations, citationMarks, isSupported, quoteFor } from './citations.ts'
import { sentencesOf } from '../../platform/sentences.ts'
import { contentTerms, stem } from './matching.ts'

function passage(number: number, text: string, start = 0): EvidencePassage {
  return {
    number,
    document: 'd',
    documentName: 'a.txt',
    start,
    end: start + text.length,
    text,
    page: null,
    headings: [],
    score: 1,
    cited: false,
  }
}

const numbersOf = (text: string) => citationMarks(text).flatMap(({ numbers }) => numbers)

describe('what counts as a citation', () => {
  it.each([
    ['In Lowen. [2]', [2]],
    ['In Lowen [1, 2].', [1, 2]],
    ['In Lowen [1][3].', [1, 3]],
    ['In Lowen [1-3].', [1, 2, 3]],
    ['In Lowen [2–4, 7].', [2, 3, 4, 7]],
    ['在白石镇。【1】', [1]],
    ['在白石镇［１、２］。', [1, 2]],
    ['在白石镇〔2〕', [2]],
    ['在白石镇[来源2]', [2]],
    ['See [Passage 2] and [source 3].', [2, 3]],
    ['A note[^4].', [4]],
    ['It opened in spring.²', [2]],
    ['Lowen¹,²', [1, 2]],
    ['Look [1](https://example.org/leak?q=1).', [1]],
    ['[0] and [007] and [123456]', [0, 7, 123456]],
    ['[3-1]', [3, 1]],
    ['[1-99999]', [1, 99999]],
  ])('%s', (text, numbers) => expect(numbersOf(text)).toEqual(numbers))

  it.each([
    'an area of 12 m² and 3 cm³',
    'take `list[1]` of it',
    '```\nvalue = rows[0][2]\n```',
    '```\nunclosed [1]',
    'a [link](https://example.org) and a [box]',
    '(1) first, 2) second',
    '[1 crown] and [x]',
  ])('not: %s', (text) => expect(numbersOf(text)).toEqual([]))

  it('takes the target of a link into the mark, so that nothing of it stays a link', () => {
    const text = 'Look [1](https://example.org/leak) here.'
    const [mark] = citationMarks(text)
    expect(text.slice(mark?.start, mark?.end)).toBe('[1](https://example.org/leak)')
  })

  it('takes a time that grows with the length only', () => {
    const began = performance.now()
    citationMarks('['.repeat(200_000))
    citationMarks('[1,'.repeat(100_000))
    citationMarks('`'.repeat(2000) + '[1]'.repeat(50_000))
    expect(performance.now() - began).toBeLessThan(4000)
  })
})

describe('quotes', () => {
  const shown = passage(1, 'The hall was built in 1931. Mara  Lund lives\nin Lowen with “two” cats.', 100)

  it('are the sentence that says it, with offsets into the document', () => {
    const quote = quoteFor('She lives in Lowen', shown)
    expect(quote).toEqual({ start: 128, end: 170, text: shown.text.slice(28, 70), exact: false })
    expect(quoteFor('In Lowen', shown)).toMatchObject({ start: 128, end: 170, exact: true })
  })

  it('are found through other blanks, quotation marks, letter case and full-width forms', () => {
    expect(quoteFor('It says "mara lund lives in lowen with".', shown)).toMatchObject({
      text: 'Mara  Lund lives\nin Lowen with',
      exact: true,
    })
    expect(quoteFor('建于１９３１年', passage(1, '小庙建于1931年。'))).toMatchObject({ exact: true })
  })

  it('are never shown for a number that the passage does not hold', () => {
    expect(quoteFor('The hall was built in 1932', shown)).toBeNull()
    expect(isSupported('The hall was built in 1932', shown.text)).toBe(false)
    expect(isSupported('The hall was built in 1931', shown.text)).toBe(true)
  })

  // M31's audit, on every question of the corpus and not on 100: the sentence that answers is told in three ways, and the quote
  // is looked for in the text around it. A quote that is shown must be that sentence; none may be shown instead.
  it.each([
    ['to the letter', (quote: string) => quote, 1],
    ['in short, by what it adds to the question', shortly, 1],
    ['in a longer sentence', (quote: string) => `As far as the text goes, ${quote}`, 0.9],
  ] as const)('of 292 answers told %s hold what is claimed', (_, told, leastShown) => {
    const { documents, questions } = evaluationCorpus()
    let asked = 0
    let shownQuotes = 0
    const wrong: string[] = []
    for (const { id, text: question, expected } of questions) {
      const [one] = expected
      if (one === undefined) continue
      asked += 1
      const text = documents.find(({ name }) => name === one.document)?.text ?? ''
      const at = text.indexOf(one.quote)
      const start = Math.max(0, at - 500)
      const found = quoteFor(told(one.quote, question), passage(1, text.slice(start, at + 700), start))
      if (found === null) continue
      shownQuotes += 1
      expect(text.slice(found.start, found.end)).toBe(found.text)
      const [quote, gold] = [foldBlanks(found.text), foldBlanks(one.quote)]
      if (!quote.includes(gold) && !gold.includes(quote)) wrong.push(id)
    }
    expect(asked).toBe(292)
    expect(wrong.length / shownQuotes).toBeLessThan(0.05)
    expect(shownQuotes / asked).toBeGreaterThanOrEqual(leastShown)
  })
})

/** Words of the quote that the question does not have, in their order. */
function shortly(quote: string, question: string): string {
  const asked = new Set(Array.from(contentTerms(question), stem))
  const adds = (piece: string): boolean => [...contentTerms(piece)].some((term) => !asked.has(stem(term)))
  const pieces = /\p{Script=Han}/u.test(quote) ? quote.split(/[，。、；：\s]/u) : quote.split(/\s+/u)
  return pieces.filter(adds).join(/\p{Script=Han}/u.test(quote) ? '，' : ' ')
}

it('scripted answers that cite wrongly on purpose: 500 of them, none dangles unmarked', () => {
  const random = seededRandom(31)
  const forms = [
    (n: string) => `[${n}]`,
    (n: string) => `【${n}】`,
    (n: string) => `[Source ${n}]`,
    (n: string) => `［${n}］`,
    (n: string) => `[${n}](http://attacker.example/${n.length})`,
    (n: string) => `[^${n}]`,
  ]
  let verified = 0
  let dangling = 0
  for (let answer = 0; answer < 500; answer++) {
    const count = random.below(5)
    const passages = Array.from({ length: count }, (_, index) =>
      passage(index + 1, `Fact ${index + 1}: the value is ${100 + index}.`),
    )
    let text = ''
    for (let sentence = 0; sentence < 1 + random.below(4); sentence++) {
      const numbers = Array.from({ length: 1 + random.below(3) }, () =>
        random.chance(0.5) ? 1 + random.below(5) : random.below(100_000),
      )
      text += `The value is ${100 + random.below(9)} ${random.pick(forms)(numbers.join(random.pick([', ', ',', '、'])))}. `
    }
    const citations = checkCitations(text, passages)
    for (const { number, state, quote, start, end } of citations) {
      const exists = passages.some((one) => one.number === number)
      expect(state).toBe(exists ? 'verified' : 'dangling')
      expect(text.slice(start, end)).toContain(String(number))
      if (!exists) expect(quote).toBeNull()
      if (exists) verified += 1
      else dangling += 1
    }
    // Whatever looks like a number in brackets is accounted for.
    let rest = text
    for (const { start, end } of citationMarks(text).toReversed())
      rest = rest.slice(0, start) + rest.slice(end)
    expect(rest).not.toMatch(/[[【［]\s*\d/)
    expect(rest).not.toContain('attacker')
  }
  expect(verified).toBeGreaterThan(100)
  expect(dangling).toBeGreaterThan(500)
})

it('reads sentences in both languages', () => {
  const text = 'Dr. Marn came at 7.30. He left! 他来了。“走吧。”他说\n\nEnd'
  expect(sentencesOf(text).map(({ start, end }) => text.slice(start, end))).toEqual([
    'Dr. Marn came at 7.30.',
    'He left!',
    '他来了。',
    '“走吧。”',
    '他说',
    'End',
  ])
})
