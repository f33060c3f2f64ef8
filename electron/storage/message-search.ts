// Search in all messages and titles, ranked, with the place of every hit.
//
// Every word must occur in the text, ASCII case ignored. Words of three characters and more are found by the index. One
// or two characters, frequent in Chinese, are looked for in the newest messages first, which is enough for frequent ones;
// rare ones are found as beginnings of entries of the index (migration 2). Only the newest `candidates` messages with all
// words are ranked: what is looked at stays bounded, however common a word is.
import type { MessageHit, SearchQuery, Snippet } from '../contract/keeping.ts'
import { isDamage } from './database.ts'
import type { ReadableDatabase, SqlValue, WritableDatabase } from './database.ts'
import type { FoundMessages } from './keeping-types.ts'

const mostWords = 8
const candidates = 300
const shownMessages = 100
const shownTitles = 50
/** Messages that are scanned for one or two characters before the index is asked. */
const scannedFirst = 6_000

export function searchMessages(db: ReadableDatabase, query: SearchQuery): FoundMessages {
  const words = [...new Set(query.query.split(/\s+/u).filter((word) => word !== ''))].slice(0, mostWords)
  const nothing: FoundMessages = { titles: [], messages: [], more: false, indexDamaged: false }
  if (words.length === 0) return nothing
  const titles = query.in === 'messages' ? [] : inTitles(db, query, words)
  if (query.in === 'titles') return { ...nothing, titles }
  let rows: Row[]
  let indexDamaged = false
  try {
    rows = candidateRows(db, query, words)
  } catch (error) {
    if (!isDamage(error)) throw error
    indexDamaged = true
    rows = scan(db, query, words, 'm.sequence > 0', [])
  }
  const more = rows.length > candidates
  return { titles, messages: ranked(rows.slice(0, candidates), words), more, indexDamaged }
}

interface Row {
  sequence: number
  message: string
  role: 'user' | 'assistant'
  text: string
  createdAt: number
  conversation: string
  title: string
}

/** Conditions on conversation c, and their values. */
function conversationFilter(query: SearchQuery): { sql: string; values: SqlValue[] } {
  const conditions = ["c.presence = 'kept'"]
  const values: SqlValue[] = []
  if (query.folder === 'none') conditions.push('c.folder IS NULL')
  else if (query.folder !== null) {
    conditions.push('c.folder = (SELECT sequence FROM folder WHERE id = ?)')
    values.push(query.folder)
  }
  if (query.tag !== null) {
    conditions.push('c.sequence IN (SELECT conversation FROM conversation_tag WHERE tag = ?)')
    values.push(query.tag)
  }
  return { sql: conditions.join(' AND '), values }
}

function timeFilter(query: SearchQuery, column: string): { sql: string; values: SqlValue[] } {
  const conditions = ['1']
  const values: SqlValue[] = []
  if (query.since !== null) {
    conditions.push(`${column} >= ?`)
    values.push(query.since)
  }
  if (query.until !== null) {
    conditions.push(`${column} < ?`)
    values.push(query.until)
  }
  return { sql: conditions.join(' AND '), values }
}

function like(word: string): string {
  return `%${word.replaceAll(/[\\%_]/g, '\\$&')}%`
}

function inTitles(
  db: ReadableDatabase,
  query: SearchQuery,
  words: readonly string[],
): { conversation: string; title: Snippet }[] {
  const place = conversationFilter(query)
  const time = timeFilter(query, 'c.updated_at')
  const fits = words.map(() => "c.title LIKE ? ESCAPE '\\'").join(' AND ')
  return db
    .all<{ id: string; title: string }>(
      `SELECT c.id, c.title FROM conversation AS c WHERE ${fits} AND ${place.sql} AND ${time.sql}
       ORDER BY c.activity DESC LIMIT ${shownTitles}`,
      ...words.map(like),
      ...place.values,
      ...time.values,
    )
    .map(({ id, title }) => ({ conversation: id, title: { text: title, marks: marksIn(title, words) } }))
}

/** Newest first, at most one more than are ranked. */
function candidateRows(db: ReadableDatabase, query: SearchQuery, words: readonly string[]): Row[] {
  const indexed = words.filter((word) => Array.from(word).length >= 3)
  if (indexed.length > 0) {
    const match = indexed.map((word) => `"${word.replaceAll('"', '""')}"`).join(' AND ')
    const short = words.filter((word) => !indexed.includes(word))
    // The index gives its rows newest first, one at a time: a frequent word costs no more than a rare one.
    const source = 'message_search AS s CROSS JOIN message AS m ON m.sequence = s.rowid'
    const range = { sql: 's.message_search MATCH ?', values: [match] }
    return select(db, query, source, [], short, range, 's.rowid')
  }
  const newest = db.one<{ n: number }>('SELECT coalesce(max(sequence), 0) AS n FROM message')?.n ?? 0
  const first = newest - scannedFirst
  const recent = scan(db, query, words, 'm.sequence > ?', [first])
  if (recent.length > candidates || first <= 0) return recent
  // The longest word says most.
  const leading = [...words].sort((a, b) => b.length - a.length)[0]?.toLowerCase() ?? ''
  const source = `(SELECT DISTINCT doc FROM message_place WHERE term >= ? AND term < ?) AS s
    CROSS JOIN message AS m ON m.sequence = s.doc`
  return select(db, query, source, [leading, `${leading}\u{10ffff}`], words)
}

function scan(
  db: ReadableDatabase,
  query: SearchQuery,
  words: readonly string[],
  range: string,
  values: readonly SqlValue[],
): Row[] {
  return select(db, query, 'message AS m', [], words, { sql: range, values })
}

function select(
  db: ReadableDatabase,
  query: SearchQuery,
  source: string,
  sourceValues: readonly SqlValue[],
  /** Looked for in the text itself. */
  words: readonly string[],
  range: { readonly sql: string; readonly values: readonly SqlValue[] } = { sql: '1', values: [] },
  order = 'm.sequence',
): Row[] {
  const place = conversationFilter(query)
  const time = timeFilter(query, 'm.created_at')
  const fits = words.map(() => " AND m.text LIKE ? ESCAPE '\\'").join('')
  return db.all<Row>(
    `SELECT m.sequence, m.id AS message, m.role, m.text, m.created_at AS createdAt, c.id AS conversation, c.title
     FROM ${source} CROSS JOIN conversation AS c ON c.sequence = m.conversation
     WHERE m.state <> 'generating' AND ${range.sql}${fits} AND ${place.sql} AND ${time.sql}
     ORDER BY ${order} DESC LIMIT ${candidates + 1}`,
    ...sourceValues,
    ...range.values,
    ...words.map(like),
    ...place.values,
    ...time.values,
  )
}

/**
 * How well a message answers the search: how often the words occur, less and less for each further time and the longer
 * the text is (the saturation of BM25), more where a word stands alone and not inside another, and where it is new.
 */
function ranked(rows: readonly Row[], words: readonly string[]): MessageHit[] {
  const mean = rows.reduce((sum, { text }) => sum + text.length, 0) / Math.max(1, rows.length)
  return rows
    .map((row, age) => {
      const places = marksIn(row.text, words)
      const frequency = places.length
      const length = 0.25 + (0.75 * row.text.length) / Math.max(1, mean)
      const alone = places.some(([start, end]) => standsAlone(row.text, start, end)) ? 0.5 : 0
      const score = frequency / (frequency + 1.2 * length) + alone + 0.4 * (1 - age / rows.length)
      return { row, places, score }
    })
    .sort((a, b) => b.score - a.score || b.row.sequence - a.row.sequence)
    .slice(0, shownMessages)
    .map(({ row, places }) => ({
      conversation: row.conversation,
      title: row.title,
      message: row.message,
      role: row.role,
      createdAt: row.createdAt,
      snippet: snippetOf(row.text, places),
    }))
}

/** A match inside a longer word of a script with spaces is worth less. */
function standsAlone(text: string, start: number, end: number): boolean {
  const letter = /[\p{L}\p{N}]/u
  const spaced = !/\p{Script=Han}/u.test(text.slice(start, end))
  return !spaced || (!letter.test(text[start - 1] ?? ' ') && !letter.test(text[end] ?? ' '))
}

const mostMarks = 500

/** Places of the words, in order, not overlapping. */
export function marksIn(text: string, words: readonly string[]): [number, number][] {
  const longestFirst = [...words].sort((a, b) => b.length - a.length)
  const pattern = longestFirst.map((word) => word.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')).join('|')
  const marks: [number, number][] = []
  for (const found of text.matchAll(new RegExp(pattern, 'giu'))) {
    marks.push([found.index, found.index + found[0].length])
    if (marks.length >= mostMarks) break
  }
  return marks
}

const before = 40
const shownCharacters = 180

/** A piece of the text around the densest group of marks, on one line. */
export function snippetOf(text: string, marks: readonly (readonly [number, number])[]): Snippet {
  let best = 0
  let most = 0
  for (const [index, [start]] of marks.entries()) {
    let inside = 0
    while ((marks[index + inside]?.[1] ?? Infinity) <= start + shownCharacters - before) inside += 1
    if (inside > most) {
      most = inside
      best = index
    }
  }
  const first = marks[best]?.[0] ?? 0
  let from = Math.max(0, first - before)
  let to = Math.min(text.length, from + shownCharacters)
  // Neither half a character nor half a word of a script with spaces at the beginning.
  if (from > 0) {
    const space = text.slice(from, first).search(/\s/u)
    if (space >= 0 && space < 20) from += space + 1
    if (isLowSurrogate(text.charCodeAt(from))) from += 1
  }
  if (to < text.length && isLowSurrogate(text.charCodeAt(to))) to -= 1
  const head = from > 0 ? '…' : ''
  const tail = to < text.length ? '…' : ''
  return {
    text: `${head}${text.slice(from, to).replaceAll(/\s/gu, ' ')}${tail}`,
    marks: marks
      .filter(([start, end]) => start >= from && end <= to)
      .map(([start, end]) => [start - from + head.length, end - from + head.length]),
  }
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff
}

export function rebuildSearchIndex(db: WritableDatabase): void {
  // Reads the view message_text: what is being written is not in it (migration 2).
  db.run("INSERT INTO message_search (message_search) VALUES ('rebuild')")
}
