// Passages by the words of a question. The index gives candidates by BM25; their texts are then looked at again for what
// it does not see: how near the words stand, whether an identifier stands there exactly, what only the headings say.
//
// Cost stays bounded, however common the words are: the rarest terms look for candidates until they would bring more rows
// than `mostRows`; all terms take part in the second look.
import type { ReadableDatabase, SqlValue } from './database.ts'
import { isDamage } from './database.ts'
import type { FoundPassage, FoundPassages, FoundSentence, PassageQuery } from './document-storage.ts'
import { bestSentence } from './passage-sentences.ts'
import { passageOf, selectPassages } from './passages.ts'
import type { PassageRow } from './passages.ts'
import { questionTerms, termsOf } from './passage-terms.ts'
import type { QuestionTerm } from './passage-terms.ts'

const candidates = 80
const mostRows = 8_000
const fewestTerms = 3
/** A word in more passages than this looks for none, unless there is no rarer one. */
const mostNeededRows = 6_000
const mostIndexTerms = 24
/** Of name, headings and text in BM25. */
const columnWeights = 'bm25(1.5, 1.5, 1.0)'

export function searchPassages(db: ReadableDatabase, query: PassageQuery): FoundPassages {
  const nothing: FoundPassages = { passages: [], sentence: null, searched: 0, indexDamaged: false }
  const scope = scopeOf(db, query)
  if (scope?.length === 0) return nothing
  const searched = countPassages(db, scope)
  const terms = questionTerms(query.question)
  if (searched === 0 || terms.length === 0) return { ...nothing, searched }
  try {
    const total = scope === null ? searched : countPassages(db, null)
    const weighed = weigh(db, terms, Math.max(total, 1))
    const rows = candidateRows(db, matchOf(weighed), scope)
    const found = ranked(rows, weighed, query.question).slice(0, query.limit)
    return {
      passages: found.map(({ passage }) => passage),
      sentence: sentenceIn(db, query, weighed, found),
      searched,
      indexDamaged: false,
    }
  } catch (error) {
    if (!isDamage(error)) throw error
    return { ...nothing, searched, indexDamaged: true }
  }
}

/** Sequences of the documents; null: all. */
function scopeOf(db: ReadableDatabase, { scope }: PassageQuery): number[] | null {
  if (scope === null) return null
  return db
    .all<{ sequence: number }>(
      `SELECT d.sequence FROM document AS d LEFT JOIN document_collection AS c ON c.sequence = d.collection
       WHERE d.status = 'ready'
         AND (d.id IN (SELECT value FROM json_each(?)) OR c.id IN (SELECT value FROM json_each(?)))`,
      JSON.stringify(scope.documents),
      JSON.stringify(scope.collections),
    )
    .map(({ sequence }) => sequence)
}

function countPassages(db: ReadableDatabase, scope: readonly number[] | null): number {
  const within = scope === null ? '' : 'AND sequence IN (SELECT value FROM json_each(?))'
  const values = scope === null ? [] : [JSON.stringify(scope)]
  return (
    db.one<{ n: number }>(
      `SELECT coalesce(sum(passages), 0) AS n FROM document WHERE status = 'ready' ${within}`,
      ...values,
    )?.n ?? 0
  )
}

interface WeighedTerm extends QuestionTerm {
  /** Passages that have it. */
  readonly rows: number
  /** Rarity times what its kind says. */
  readonly value: number
  readonly beginning: boolean
}

function weigh(db: ReadableDatabase, terms: readonly QuestionTerm[], total: number): WeighedTerm[] {
  return terms.map((term) => {
    const beginning = term.kind === 'characters' && Array.from(term.term).length === 1
    const rows = beginning
      ? (db.one<{ n: number }>(
          'SELECT coalesce(sum(doc), 0) AS n FROM passage_term WHERE term >= ? AND term < ?',
          term.term,
          `${term.term}\u{10ffff}`,
        )?.n ?? 0)
      : (db.one<{ doc: number }>('SELECT doc FROM passage_term WHERE term = ?', term.term)?.doc ?? 0)
    const rarity = Math.log(1 + (total - Math.min(rows, total) + 0.5) / (rows + 0.5))
    return { ...term, rows, beginning, value: term.weight * rarity }
  })
}

function matchOf(terms: readonly WeighedTerm[]): string {
  const chosen: string[] = []
  let rows = 0
  for (const term of [...terms].sort((a, b) => a.rows - b.rows)) {
    if (term.rows === 0) continue
    const needed = chosen.length === 0 || (chosen.length < fewestTerms && term.rows <= mostNeededRows)
    if (!needed && (rows + term.rows > mostRows || chosen.length >= mostIndexTerms)) break
    chosen.push(`"${term.term}"${term.beginning ? '*' : ''}`)
    rows += term.rows
  }
  return chosen.join(' OR ')
}

function candidateRows(db: ReadableDatabase, match: string, scope: readonly number[] | null): PassageRow[] {
  if (match === '') return []
  const within = scope === null ? '' : 'AND p.document IN (SELECT value FROM json_each(?))'
  const join = scope === null ? '' : 'CROSS JOIN passage AS p ON p.sequence = i.rowid'
  const values: SqlValue[] = scope === null ? [match] : [match, JSON.stringify(scope)]
  return db
    .all<{ sequence: number }>(
      `SELECT i.rowid AS sequence FROM passage_index AS i ${join}
       WHERE i.passage_index MATCH ? AND i.rank MATCH '${columnWeights}' ${within}
       ORDER BY i.rank LIMIT ${candidates}`,
      ...values,
    )
    .flatMap(({ sequence }) => {
      const row = db.one<PassageRow>(
        `${selectPassages} WHERE p.sequence = ? AND d.status = 'ready'`,
        sequence,
      )
      return row === undefined ? [] : [row]
    })
}

interface Places {
  readonly length: number
  /** Positions of each term of the question. */
  readonly of: ReadonlyMap<string, readonly number[]>
  readonly surfaces: ReadonlySet<string>
}

function placesIn(text: string, terms: readonly WeighedTerm[]): Places {
  const wanted = new Set(terms.map(({ term }) => term))
  const beginnings = terms.filter(({ beginning }) => beginning).map(({ term }) => term)
  const of = new Map<string, number[]>()
  const surfaces = new Set<string>()
  let length = 0
  const add = (term: string, position: number): void => {
    const known = of.get(term)
    if (known === undefined) of.set(term, [position])
    else known.push(position)
  }
  for (const { term, surface, position, kind } of termsOf(text)) {
    if (kind !== 'part') length += kind === 'characters' ? 0.5 : 1
    if (wanted.has(term)) {
      add(term, position)
      surfaces.add(surface)
    }
    for (const beginning of beginnings) if (term.startsWith(beginning)) add(beginning, position)
  }
  return { length, of, surfaces }
}

/** Saturation and length of BM25. */
const saturation = 1.2
const lengthShare = 0.6
const headingShare = 0.6
const nameShare = 0.45
const sideBySide = 0.45
const near = 0.2
const nearWords = 6
const exactSurface = 0.15
const quoted = 3

interface Ranked {
  readonly row: PassageRow
  readonly passage: FoundPassage
}

function ranked(rows: readonly PassageRow[], terms: readonly WeighedTerm[], question: string): Ranked[] {
  const quotes = quotedIn(question)
  const known = rows.map((row) => ({
    row,
    text: placesIn(row.text, terms),
    headings: placesIn((JSON.parse(row.headings) as string[]).join('\n'), terms),
    name: placesIn(row.documentName, terms),
  }))
  const mean = known.reduce((sum, { text }) => sum + text.length, 0) / Math.max(1, known.length)
  const whole = terms.reduce((sum, { value }) => sum + value, 0)
  const pairs = neighbours(terms)
  return known
    .map(({ row, text, headings, name }) => {
      let score = 0
      let covered = 0
      const length = 1 - lengthShare + (lengthShare * text.length) / Math.max(1, mean)
      for (const { term, surface, value } of terms) {
        const count = text.of.get(term)?.length ?? 0
        const inHeadings = headings.of.has(term)
        const inName = name.of.has(term)
        if (count > 0) {
          score += (value * count * (saturation + 1)) / (count + saturation * length)
          if (text.surfaces.has(surface)) score += exactSurface * value
        }
        if (inHeadings) score += headingShare * value
        if (inName) score += nameShare * value
        if (count > 0) covered += value
        else if (inHeadings) covered += 0.8 * value
        else if (inName) covered += 0.6 * value
      }
      score += pairs.reduce((sum, [a, b]) => sum + togetherness(text.of, a, b), 0)
      const coverage = whole > 0 ? covered / whole : 0
      score *= 0.5 + 0.5 * coverage
      if (quotes.length > 0) {
        const plain = row.text.normalize('NFKC').toLowerCase()
        score += quotes.filter((quote) => plain.includes(quote)).length * quoted
      }
      return { row, passage: { ...passageOf(row), score, coverage } }
    })
    .sort((a, b) => b.passage.score - a.passage.score || a.passage.id - b.passage.id)
}

/** Passages whose sentences are looked at one by one. */
const sentencesOfPassages = 8

function sentenceIn(
  db: ReadableDatabase,
  { question, asked = question }: PassageQuery,
  terms: readonly WeighedTerm[],
  found: readonly Ranked[],
): FoundSentence | null {
  const own = new Set(questionTerms(asked).map(({ term }) => term))
  const titles = new Map<string, string>()
  const rows = found.slice(0, sentencesOfPassages).map(({ row }) => {
    const title = titles.get(row.document) ?? titleOf(db, row.document)
    titles.set(row.document, title)
    return { row, title }
  })
  const askedTerms = terms.map(({ term, value }) => ({ term, value, own: own.has(term) }))
  return bestSentence(asked, askedTerms, rows)
}

/** The first line of a document. */
function titleOf(db: ReadableDatabase, document: string): string {
  const row = db.one<{ text: string }>(
    `SELECT substr(p.text, 1, 200) AS text FROM passage AS p JOIN document AS d ON d.sequence = p.document
     WHERE d.id = ? AND p.ordinal = 0`,
    document,
  )
  return row?.text.split('\n')[0] ?? ''
}

/** Terms that follow each other in the question, what says nothing between them left out. */
function neighbours(terms: readonly WeighedTerm[]): (readonly [WeighedTerm, WeighedTerm])[] {
  const inOrder = terms.filter(({ kind }) => kind !== 'part').sort((a, b) => a.position - b.position)
  return inOrder.slice(1).flatMap((term, index) => {
    const before = inOrder[index]
    return before === undefined ? [] : [[before, term] as const]
  })
}

/** Side by side as in the question, or at least near to each other. Positions are in order. */
function togetherness(
  places: ReadonlyMap<string, readonly number[]>,
  first: WeighedTerm,
  second: WeighedTerm,
): number {
  const a = places.get(first.term)
  const b = places.get(second.term)
  if (a === undefined || b === undefined) return 0
  const asked = second.position - first.position
  let nearest = Infinity
  let matching = false
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    const distance = (b[j] ?? 0) - (a[i] ?? 0)
    if (distance === asked) matching = true
    nearest = Math.min(nearest, Math.abs(distance))
    if (distance > 0) i += 1
    else j += 1
  }
  const value = Math.min(first.value, second.value)
  if (matching && asked <= nearWords) return sideBySide * value
  return nearest <= nearWords ? near * value : 0
}

/** What the question has in quotation marks. */
function quotedIn(question: string): string[] {
  const found = question.matchAll(/["“「『《]([^"”」』》]{2,80})["”」』》]/gu)
  return [...found].map((match) => (match[1] ?? '').normalize('NFKC').toLowerCase().trim()).slice(0, 4)
}
