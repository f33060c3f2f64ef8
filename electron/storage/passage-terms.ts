// Texts and questions as terms. One tokenisation serves English, Chinese, Japanese, Korean and identifiers:
//   - words in small letters without accents, English ones by their stem;
//   - runs of Chinese, Japanese and Korean as every two characters in a row; the last character stands alone as well, so
//     every character begins a term and one character is found as the beginning of one;
//   - identifiers and part numbers ("AX-2000/B", "getUserName", "3.14") whole, without their joints, and in parts.
// Terms hold no space and no quote; the index divides them by spaces only (migration 4).
import { porterStem } from './porter-stemming.ts'

export type TermKind = 'word' | 'stop' | 'identifier' | 'part' | 'characters'

export interface Term {
  readonly term: string
  readonly kind: TermKind
  /** As it stands in the text, folded; equal to `term` but for stemmed words. */
  readonly surface: string
  /** Counts words, and characters of runs: what stands side by side differs by one. */
  readonly position: number
}

const cjk = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u30fc\u3005\u3006`
const letter = String.raw`[[\p{L}\p{M}\p{N}]--[${cjk}]]`
const pieces = new RegExp(
  [
    String.raw`(?<run>[${cjk}]+)`,
    String.raw`(?<number>\p{Nd}{1,3}(?:,\p{Nd}{3})+(?:\.\p{Nd}+)?(?!${letter}))`,
    String.raw`(?<word>${letter}+(?:[\-_.\/:+#@&%'\u2019]${letter}+)*(?:\+\+|[#%])?)`,
  ].join('|'),
  'gv',
)
const joint = /[-_./:+#@&%]/
/** A longer word is none: base64 and the like would fill the index. */
const longestTerm = 64
const mostParts = 12

/** In the order of the text. */
export function termsOf(text: string): Term[] {
  const terms: Term[] = []
  let position = 0
  for (const found of text.normalize('NFKC').matchAll(pieces)) {
    const { run, number, word } = found.groups ?? {}
    if (run !== undefined) position = runTerms(run, position, terms)
    else if (number !== undefined) {
      const plain = number.replaceAll(',', '')
      terms.push({ term: plain, kind: 'identifier', surface: plain, position })
      position += 1
    } else if (word !== undefined) position = wordTerms(word, position, terms)
    position += 1 // what is divided by a space is no neighbour of a run's characters
  }
  return terms
}

function runTerms(run: string, first: number, terms: Term[]): number {
  const characters = Array.from(run)
  let position = first
  for (const [index, character] of characters.entries()) {
    const term = character + (characters[index + 1] ?? '')
    terms.push({ term, kind: 'characters', surface: term, position })
    position += 1
  }
  return position
}

/** Terms of one written word, positions from 0, and how far it moves what comes behind it. */
interface WordTerms {
  readonly terms: readonly Term[]
  readonly moves: number
}

/** Texts of one library share their words, and folding and stemming them is most of the work. */
const knownWords = new Map<string, WordTerms>()
const mostKnownWords = 20_000
/** Longer ones come seldom; and V8 keeps a longer piece of a text as a view of it, which would hold the text in memory. */
const longestKnownWord = 12

function wordTerms(written: string, position: number, terms: Term[]): number {
  let word = knownWords.get(written)
  if (word === undefined) {
    word = newWordTerms(written)
    if (knownWords.size >= mostKnownWords) knownWords.clear()
    if (written.length <= longestKnownWord) knownWords.set(written, word)
  }
  for (const term of word.terms) terms.push({ ...term, position: position + term.position })
  return position + word.moves
}

function newWordTerms(written: string): WordTerms {
  const whole = folded(written)
  if (whole === '') return { terms: [], moves: 0 }
  const alone = joint.test(whole) || /\d/.test(whole) || /\p{Ll}\p{Lu}/u.test(written)
  if (!alone) return { terms: [plainWord(whole, 0, 'word')], moves: 0 }
  const terms: Term[] = []
  const surface = whole.slice(0, longestTerm)
  terms.push({ term: surface, kind: 'identifier', surface, position: 0 })
  const squeezed = whole.replaceAll(/[-_./:+#@&%]/g, '').slice(0, longestTerm)
  if (squeezed !== surface && squeezed !== '') {
    terms.push({ term: squeezed, kind: 'identifier', surface: squeezed, position: 0 })
  }
  const parts = partsOf(written).filter((part) => part !== surface && part !== squeezed)
  for (const [index, part] of parts.slice(0, mostParts).entries()) terms.push(plainWord(part, index, 'part'))
  return { terms, moves: Math.max(0, Math.min(parts.length, mostParts) - 1) }
}

function plainWord(surface: string, position: number, kind: 'word' | 'part'): Term {
  const word = surface.slice(0, longestTerm)
  return { term: porterStem(word), kind: stopWords.has(word) ? 'stop' : kind, surface: word, position }
}

/** At its joints, between letters and digits, and where a small letter meets a capital. */
function partsOf(written: string): string[] {
  return written
    .split(joint)
    .flatMap((piece) =>
      piece.split(
        /(?<=\p{Ll})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})|(?<=\p{L})(?=\p{N})|(?<=\p{N})(?=\p{L})/u,
      ),
    )
    .map(folded)
    .filter((part) => part !== '')
}

/** Small letters, no accents, no apostrophes; the English genitive is none of the word. */
export function folded(word: string): string {
  return word
    .replace(/['\u2019]s$/iu, '')
    .replaceAll(/['\u2019]/g, '')
    .toLowerCase()
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll('ß', 'ss')
}

/** What the index gets. */
export function indexTerms(text: string): string {
  return termsOf(text)
    .map(({ term }) => term)
    .join(' ')
}

export interface QuestionTerm extends Term {
  /** How much it says, before its rarity: 0 to 2. */
  readonly weight: number
}

/** Each term once; those that say nothing are left out, unless there are no others. */
export function questionTerms(question: string): QuestionTerm[] {
  const seen = new Map<string, QuestionTerm>()
  for (const term of lastCharactersLeftOut(termsOf(question))) {
    const weight = weightOf(term)
    if (weight > (seen.get(term.term)?.weight ?? -1)) seen.set(term.term, { ...term, weight })
  }
  const terms = [...seen.values()]
  const telling = terms.filter(({ weight }) => weight > 0)
  return (telling.length > 0 ? telling : terms.map((term) => ({ ...term, weight: 0.1 }))).slice(0, mostTerms)
}

const mostTerms = 48

/** A character alone is looked for only where the question has nothing but it: behind a run it repeats the last term. */
function lastCharactersLeftOut(terms: readonly Term[]): Term[] {
  return terms.filter(({ kind, term, position }) => {
    const single = kind === 'characters' && Array.from(term).length === 1
    return !single || !terms.some((other) => other.kind === 'characters' && other.position === position - 1)
  })
}

function weightOf({ kind, term, surface }: Term): number {
  switch (kind) {
    case 'stop':
      return 0
    case 'identifier':
      return /\d/.test(surface) ? 2 : 1.5
    case 'part':
      return surface.length < 2 ? 0.2 : 0.6
    case 'characters':
      return weightOfCharacters(Array.from(term))
    case 'word':
      return surface.length < 2 ? 0.3 : 1
  }
}

const functionCharacters = new Set('的了吗呢吧啊呀嘛是在和与及或有我你他她它们这那哪请问几么什谁怎何为被把从')
const hiragana = /^\p{Script=Hiragana}$/u

function weightOfCharacters(characters: readonly string[]): number {
  const light = characters.filter((one) => functionCharacters.has(one)).length
  const kana = characters.filter((one) => hiragana.test(one)).length
  if (light === characters.length) return 0
  if (kana === characters.length) return 0.1
  return (light > 0 ? 0.25 : 0.75) * (kana > 0 ? 0.5 : 1)
}

const stopWords = new Set(
  (
    'a about after all also am an and any are as at be been before being but by can could did do does doing down each ' +
    'few for from had has have having he her here hers him his how i if in into is it its itself just me more most my ' +
    'no nor not of off on once only or other our ours out over own please s same she should so some such t tell than ' +
    'that the their theirs them then there these they this those through to too under until up us very was we were ' +
    'what when where which while who whom whose why will with would you your yours according'
  ).split(' '),
)
