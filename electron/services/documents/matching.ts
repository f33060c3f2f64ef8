// How texts are compared: what is folded before letters are compared, and which words carry what a sentence says. Folding
// keeps for every unit the place it came from, so that what was found is shown as it stands in the source.

export interface FoldedText {
  readonly source: string
  readonly text: string
  /** For each unit of `text` the offset in the source of the character it came from. */
  readonly from: Int32Array
}

const dropped = /[\u00AD\u200B-\u200F\u2060\uFEFF]/
const quotes = /[\u2018\u2019\u201A\u201B\u2032\u00B4`]/
const doubleQuotes = /[\u201C\u201D\u201E\u201F\u2033\u00AB\u00BB\u300C\u300D\u300E\u300F]/
const dashes = /[\u2010-\u2015\u2212]/
const cjk = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u
const wide = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}，。：；！？、（）“”]/u

/**
 * Compatibility forms (full-width letters, ligatures), letter case, kinds of quotation marks and dashes do not count;
 * invisible characters go; a run of blanks is one, and none beside wide characters. Linear.
 */
export function foldText(source: string): FoldedText {
  let text = ''
  const from: number[] = []
  let blankAt = -1
  let before = ''
  for (let at = 0; at < source.length;) {
    const character = String.fromCodePoint(source.codePointAt(at) ?? 0)
    const here = at
    at += character.length
    if (dropped.test(character)) continue
    if (/\s/.test(character)) {
      if (blankAt < 0) blankAt = here
      continue
    }
    if (blankAt >= 0) {
      if (text !== '' && !wide.test(before) && !wide.test(character)) {
        text += ' '
        from.push(blankAt)
      }
      blankAt = -1
    }
    before = character
    for (const unit of foldCharacter(character)) {
      text += unit
      for (let part = 0; part < unit.length; part++) from.push(here)
    }
  }
  return { source, text, from: Int32Array.from(from) }
}

function foldCharacter(character: string): string {
  if (quotes.test(character)) return "'"
  if (doubleQuotes.test(character)) return '"'
  if (dashes.test(character)) return '-'
  return character.normalize('NFKC').toLowerCase()
}

/** Offsets in the source of `wanted` (folded already, by its text) within `folded`; null: it is not there. */
export function findFolded(folded: FoldedText, wanted: string): { start: number; end: number } | null {
  if (wanted === '') return null
  const at = folded.text.indexOf(wanted)
  if (at < 0) return null
  const start = folded.from[at] ?? 0
  const last = folded.from[at + wanted.length - 1] ?? start
  return { start, end: last + String.fromCodePoint(folded.source.codePointAt(last) ?? 0).length }
}

const emptyWords = new Set(
  (
    'a an and any are as at be been but by can could did do does for from had has have he her his how i if in into is it its ' +
    'me my no not of on one or our she so some than that the their them there they this to up was we were what when where ' +
    'which who whom whose why will with would you your about after all also say says said tell please does many much ' +
    'passage document text according yes'
  ).split(' '),
)
const emptyCharacters = new Set(
  Array.from(
    '的了是在和与及或就都也很这那哪什么么谁吗呢吧啊们个之于把被让给从到对为以而且但要会能可有没不几多少怎样何时请问一',
  ),
)

/**
 * The words that carry what a text says, folded, each once: words and numbers as a whole (also "AB-12/3"), of Chinese and
 * Japanese pairs of characters.
 */
export function contentTerms(text: string): Set<string> {
  const terms = new Set<string>()
  for (const [run] of foldText(text).text.matchAll(/[\p{L}\p{N}\p{M}]+(?:[-./_:'][\p{L}\p{N}\p{M}]+)*/gu)) {
    for (const part of splitScripts(run)) {
      if (cjk.test(part)) addPairs(part, terms)
      else if (!emptyWords.has(part)) terms.add(part)
    }
  }
  return terms
}

function splitScripts(run: string): string[] {
  return run.split(
    /(?<=[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}])(?=[a-z0-9])|(?<=[a-z0-9])(?=[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}])/u,
  )
}

function addPairs(run: string, terms: Set<string>): void {
  const characters = Array.from(run)
  const content = characters.filter((character) => !emptyCharacters.has(character))
  if (content.length === 1 && content[0] !== undefined) terms.add(content[0])
  for (let at = 0; at + 1 < characters.length; at++) {
    const [first = '', second = ''] = [characters[at], characters[at + 1]]
    if (!emptyCharacters.has(first) && !emptyCharacters.has(second)) terms.add(first + second)
  }
}

/** Words that a sentence hardly holds by chance: numbers, identifiers. */
export function isExact(term: string): boolean {
  return /\d/.test(term)
}

/** English endings that do not change what is meant; enough for comparing, not for showing. */
export function stem(term: string): string {
  if (!/^[a-z']+$/.test(term) || term.length < 4) return term
  const bare = term.replace(/'s?$/, '')
  for (const [ending, instead] of [
    ['ies', 'y'],
    ['sses', 'ss'],
    ['ing', ''],
    ['ed', ''],
    ['es', ''],
    ['s', ''],
  ] as const) {
    if (bare.endsWith(ending) && bare.length - ending.length >= 3) {
      const root = bare.slice(0, bare.length - ending.length) + instead
      return root.replace(/([b-df-hj-np-tv-z])\1$/, '$1').replace(/e$/, '')
    }
  }
  return bare.replace(/e$/, '')
}

/** Share of `wanted` (terms) that a text holds; 0 where nothing is wanted. */
export function coverage(wanted: ReadonlySet<string>, text: string): number {
  if (wanted.size === 0) return 0
  const held = new Set(Array.from(contentTerms(text), stem))
  let found = 0
  for (const term of wanted) if (held.has(stem(term))) found += 1
  return found / wanted.size
}
