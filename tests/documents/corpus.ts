// The corpus of the evaluation: documents with questions whose answers are known to the letter. Everything is a function
// of the texts beside this file and of `seed`; nothing is read from anywhere else.
import type { SeededRandom } from '../application/seeded-random.ts'
import { seededRandom } from '../application/seeded-random.ts'
import { chineseHeld } from './texts/chinese-held.ts'
import { chineseTuning } from './texts/chinese-tuning.ts'
import { englishHeld } from './texts/english-held.ts'
import { englishTuning } from './texts/english-tuning.ts'
import type { Family, Half, Language, QuestionKind } from './texts/family.ts'
import { drawValues, fill } from './texts/slots.ts'
import { written } from './texts/written.ts'

export interface CorpusDocument {
  /** File name, unique. */
  readonly name: string
  readonly kind: 'markdown' | 'text' | 'csv' | 'html' | 'code'
  readonly language: Language
  readonly half: Half
  /** As it stands in the file. */
  readonly text: string
}

export interface ExpectedPassage {
  readonly document: string
  /** As it stands in the file, but for markup: whoever looks for it folds blanks (`foldBlanks`). */
  readonly quote: string
}

export interface CorpusQuestion {
  readonly id: string
  readonly language: Language
  readonly half: Half
  readonly kind: QuestionKind | 'unanswerable'
  readonly text: string
  /** What was said just before; null: it is the first question. */
  readonly before: { readonly question: string; readonly answer: string } | null
  /** Any of them will do; empty: nothing in the corpus answers it. */
  readonly expected: readonly ExpectedPassage[]
}

export interface Corpus {
  readonly documents: readonly CorpusDocument[]
  readonly questions: readonly CorpusQuestion[]
}

const documentsOfFamily = 4
const askedOfDocument = 4

export function evaluationCorpus(seed = 20): Corpus {
  const documents: CorpusDocument[] = []
  const questions: CorpusQuestion[] = []
  const families = [...englishTuning, ...englishHeld, ...chineseTuning, ...chineseHeld]
  families.forEach((family, index) => {
    const random = seededRandom(seed * 1000 + index)
    for (let place = 0; place < documentsOfFamily; place++) {
      addFamilyDocument(family, place, random, documents, questions)
    }
  })
  for (const { file: name, half, language, kind, text, ...asked } of written) {
    documents.push({ name, kind, language, half, text })
    asked.questions.forEach(({ kind: sort, text: question, quote, before }, place) => {
      questions.push({
        id: `${name} ${place + 1}`,
        language,
        half,
        kind: sort,
        text: question,
        before: before === undefined ? null : { question: before[0], answer: before[1] },
        expected: [{ document: name, quote }],
      })
    })
    asked.unanswerable.forEach((question, place) => {
      const id = `${name} none ${place + 1}`
      questions.push({ id, language, half, kind: 'unanswerable', text: question, before: null, expected: [] })
    })
  }
  return { documents, questions }
}

function addFamilyDocument(
  family: Family,
  place: number,
  random: SeededRandom,
  documents: CorpusDocument[],
  questions: CorpusQuestion[],
): void {
  const { language, half, kind } = family
  const values = drawValues(family, place, random)
  const sentences = new Map<string, string>()
  const text = fill(family.text, values).replaceAll(
    /«(\w+)\|([^»]*)»/g,
    (_: string, key: string, sentence: string) => {
      sentences.set(key, sentence)
      return sentence
    },
  )
  const name = fill(family.file, values)
  documents.push({ name, kind, language, half, text })
  for (let asked = 0; asked < askedOfDocument; asked++) {
    // Over the documents of a family every form is used before one comes again.
    const form = family.questions[(place * askedOfDocument + asked) % family.questions.length]
    if (form === undefined) continue
    const quote = sentences.get(form.about)
    if (quote === undefined) throw new Error(`${family.name} marks no sentence ${form.about}`)
    questions.push({
      id: `${name} ${asked + 1}`,
      language,
      half,
      kind: form.kind,
      text: fill(form.text, values),
      before:
        form.before === undefined
          ? null
          : { question: fill(form.before[0], values), answer: fill(form.before[1], values) },
      expected: [{ document: name, quote }],
    })
  }
  const none = family.unanswerable[place % family.unanswerable.length]
  if (none === undefined) return
  questions.push({
    id: `${name} none`,
    language,
    half,
    kind: 'unanswerable',
    text: fill(none, values),
    before: null,
    expected: [],
  })
}

/** A turn that leans on the one before it and says nothing: what comes after it leans on a turn that leans. */
export const leaningTurn = {
  en: { question: 'And what else is said about it?', answer: 'Nothing more.' },
  zh: { question: '关于它还写了什么？', answer: '没有别的了。' },
} as const

/** For comparing a quote with a passage: line ends and runs of blanks are one blank, blanks between Chinese none. */
export function foldBlanks(text: string): string {
  return text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/(?<=[\p{Script=Han}，。：；！？、])\s(?=[\p{Script=Han}])/gu, '')
    .trim()
}

/**
 * Whether this text of a passage holds what answers. A table is read row by row, and its cells may stand apart or have their
 * column's name before them: all cells must be there.
 */
export function holdsAnswer(passage: string, { document, quote }: ExpectedPassage): boolean {
  const text = foldBlanks(passage)
  if (!document.endsWith('.csv')) return text.includes(foldBlanks(quote))
  return quote.split(',').every((cell) => text.includes(cell.replaceAll('"', '')))
}
