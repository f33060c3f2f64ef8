// Further wordings for the guide topics, kept beside the topics so that each file stays readable. They are for training
// only: what evaluation asks stands in `held` of the topics.

import type { Topic, Wording } from './topic.ts'
import { CHINESE_GENERAL } from './wordings-chinese-general.ts'
import { CHINESE_USE } from './wordings-chinese-use.ts'
import { ENGLISH_GENERAL } from './wordings-english-general.ts'
import { ENGLISH_USE } from './wordings-english-use.ts'

/** By topic: grammars as in topic.ts. */
export type More = Readonly<
  Record<string, { readonly how?: string; readonly what?: string; readonly ask?: readonly string[] }>
>

function joined(a: string | undefined, b: string | undefined): string | undefined {
  return a === undefined || b === undefined ? (a ?? b) : `${a}|${b}`
}

function extended(wording: Wording, more: More[string] | undefined): Wording {
  if (more === undefined) return wording
  const how = joined(wording.how, more.how)
  const what = joined(wording.what, more.what)
  return {
    ...wording,
    ...(how === undefined ? {} : { how }),
    ...(what === undefined ? {} : { what }),
    ask: [...(wording.ask ?? []), ...(more.ask ?? [])],
  }
}

/** The topics with all their wordings. Fails when a wording belongs to no topic. */
export function withMore(topics: readonly Topic[]): Topic[] {
  const english: More = { ...ENGLISH_GENERAL, ...ENGLISH_USE }
  const chinese: More = { ...CHINESE_GENERAL, ...CHINESE_USE }
  const known = new Set(topics.map((topic) => topic.id))
  const lost = [...Object.keys(english), ...Object.keys(chinese)].filter((id) => !known.has(id))
  if (lost.length > 0) throw new Error(`wordings for unknown topics: ${lost.join(', ')}`)
  return topics.map((topic) => ({
    ...topic,
    en: extended(topic.en, english[topic.id]),
    zh: extended(topic.zh, chinese[topic.id]),
  }))
}
