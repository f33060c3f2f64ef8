// Parameters of one conversation, as JSON in its row.
import { defaultParameters } from '../contract/default-parameters.ts'
import { parametersSchema } from '../contract/memory.ts'
import type { Parameters } from '../contract/memory.ts'
import type { ReadableDatabase } from './database.ts'

/** What does not fit counts as not set: one bad field costs one default. */
export function toParameters(json: string): Parameters {
  let stored: unknown
  try {
    stored = JSON.parse(json)
  } catch {
    return defaultParameters
  }
  if (typeof stored !== 'object' || stored === null) return defaultParameters
  const kept: Record<string, unknown> = { ...defaultParameters }
  for (const [key, schema] of Object.entries(parametersSchema.shape)) {
    const value = (stored as Record<string, unknown>)[key]
    if (value !== undefined && schema.safeParse(value).success) kept[key] = value
  }
  return parametersSchema.parse(kept)
}

export function readParameters(db: ReadableDatabase, conversation: string): Parameters {
  const sql = 'SELECT parameters FROM conversation WHERE id = ?'
  return toParameters(db.one<{ parameters: string }>(sql, conversation)?.parameters ?? '{}')
}
