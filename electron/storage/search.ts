// Search in titles and messages. Three characters or more use the index; one or two, frequent in Chinese, scan the texts.
import type { ConversationSummary } from '../contract/entities.ts'
import { summariesWhere } from './conversations.ts'
import { isDamage } from './database.ts'
import type { ReadableDatabase, WritableDatabase } from './database.ts'
import type { SearchResult } from './storage.ts'

/** Every word must occur somewhere in the conversation's title or in one of its messages. Case is ignored (ASCII). */
export function search(db: ReadableDatabase, query: string): SearchResult {
  const words = [...new Set(query.split(/\s+/u).filter((word) => word !== ''))]
  if (words.length === 0) return { conversations: [], indexDamaged: false }
  try {
    return { conversations: find(db, words, true), indexDamaged: false }
  } catch (error) {
    if (!isDamage(error)) throw error
    return { conversations: find(db, words, false), indexDamaged: true }
  }
}

function find(db: ReadableDatabase, words: readonly string[], useIndex: boolean): ConversationSummary[] {
  const conditions: string[] = []
  const values: string[] = []
  for (const word of words) {
    const like = `%${word.replaceAll(/[\\%_]/g, '\\$&')}%`
    conditions.push(`(c.title LIKE ? ESCAPE '\\' OR c.sequence IN (${messagesWith(word, useIndex)}))`)
    values.push(like, useIndex && isIndexed(word) ? `"${word.replaceAll('"', '""')}"` : like)
  }
  return summariesWhere(db, conditions.join(' AND '), values)
}

function messagesWith(word: string, useIndex: boolean): string {
  return useIndex && isIndexed(word)
    ? `SELECT m.conversation FROM message_search AS s JOIN message AS m ON m.sequence = s.rowid
       WHERE message_search MATCH ?`
    : `SELECT m.conversation FROM message AS m WHERE m.text LIKE ? ESCAPE '\\'`
}

/** The index knows runs of three characters (code points). */
function isIndexed(word: string): boolean {
  return Array.from(word).length >= 3
}

export function rebuildSearchIndex(db: WritableDatabase): void {
  // Reads the view message_text: what is being written is not in it (migration 2).
  db.run("INSERT INTO message_search (message_search) VALUES ('rebuild')")
}
