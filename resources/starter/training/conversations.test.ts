// Promises of the generator that the figures in the model card rest on.

import { expect, test } from 'vitest'

import {
  guideQuestion,
  HELD_KINDS,
  heldConversation,
  plain,
  TOPICS,
  trainingConversation,
} from './conversations.ts'
import { personName, placeName } from './names.ts'
import { read } from './passages.ts'
import { isHeld, Random } from './random.ts'
import { FOLLOW_FRAMES, FOLLOWS } from './texts/follows.ts'
import { CHINESE, ENGLISH } from './texts/frames.ts'
import { CHINESE_MATERIAL } from './texts/passages-chinese.ts'
import { ENGLISH_MATERIAL } from './texts/passages-english.ts'
import { build, bytesBody, Tokenizer } from './vocabulary.ts'

function sample(n: number): string[] {
  const random = new Random(5)
  return Array.from({ length: n }, () =>
    trainingConversation(random, 1)
      .spans.map((span) => span.text)
      .join(''),
  )
}

const tokens = build(sample(4000), 5, 2)
const tokenizer = new Tokenizer(tokens)

test('ids 1 to 256 are the single bytes, so that every text can be encoded and read back', () => {
  for (let byte = 0; byte < 256; byte++) expect(tokens[byte]).toEqual(Buffer.from([byte]))
  const text = 'User: naïve ☃ 龘 \u0000\n\nAssistant:'
  const ids = tokenizer.encode(text)
  expect(Buffer.concat(ids.map((id) => tokens[id - 1] as Buffer)).toString()).toBe(text)
})

test('a name is split alike after a citation, in a question and at the end of a sentence', () => {
  const random = new Random(9)
  for (let n = 0; n < 2000; n++) {
    const language = n % 2 === 0 ? 'en' : 'zh'
    const name = n % 4 < 2 ? personName(random, language, false) : placeName(random, language, false)
    const space = language === 'en' ? ' ' : ''
    const alone = tokenizer.encode(space + name)
    const places = language === 'en' ? ['[1]', 'Where is', '. On Monday'] : ['[1] ', '问题：', '昨天', '。']
    const after = language === 'en' ? [' lives in', '?', "'s", '.', ','] : ['住在', '的', '？', '。', '和']
    for (const before of places)
      for (const behind of after) {
        const ids = tokenizer.encode(before + space + name + behind)
        const at = tokenizer.encode(before).length
        expect(ids.slice(at, at + alone.length), before + name + behind).toEqual(alone)
      }
  }
})

test('training never draws a name of the evaluation side, nor the reverse', () => {
  const random = new Random(3)
  for (let n = 0; n < 1000; n++) {
    expect(isHeld(personName(random, 'en', false))).toBe(false)
    expect(isHeld(placeName(random, 'zh', true))).toBe(true)
  }
})

test('training never asks a question about Roost that is kept for evaluation, and shares no frame with it', () => {
  const random = new Random(4)
  for (const topic of TOPICS)
    for (const language of ['en', 'zh'] as const) {
      const { held } = topic[language]
      expect(held.length, topic.id).toBeGreaterThanOrEqual(3)
      const kept = new Set(held.map(plain))
      for (let n = 0; n < 60; n++)
        expect(kept).not.toContain(plain(guideQuestion(topic, language, random, false)))
    }
  for (const { train, held } of [ENGLISH, CHINESE])
    for (const part of ['how', 'what', 'before', 'after'] as const)
      expect(train[part].filter((frame) => held[part].includes(frame))).toEqual([])
  for (const { train, held } of [FOLLOW_FRAMES.en, FOLLOW_FRAMES.zh])
    expect(train.filter((frame) => (held as readonly string[]).includes(frame))).toEqual([])
})

test('training never asks about a passage in a wording that is kept for evaluation', () => {
  const random = new Random(8)
  for (const material of [ENGLISH_MATERIAL, CHINESE_MATERIAL]) {
    const name =
      material.language === 'en' ? "(?:(?!\\b(?:for|at|entry)\\b)[\\w ']){1,40}" : '(?:(?!人们).){1,20}'
    const kept = [...material.relations, material.act]
      .flatMap(({ askHeld, whoHeld }) => [...askHeld, ...(whoHeld ?? [])])
      .filter((template) => !/\{(past|base)\}/.test(template))
      .map((template) => new RegExp(`^${template.replace('?', '\\?').replace(/\{(s|v)\}/g, name)}$`))
    const size = { facts: 4, subjects: 2, passages: 1, filler: 0 }
    const hits = (held: boolean): string[] =>
      Array.from(
        { length: 1500 },
        (_, n) => read(random, material, size, held).ask(n % 2 === 0)?.text ?? '',
      ).filter((question) => kept.some((pattern) => pattern.test(question)))
    expect(hits(false)).toEqual([])
    expect(hits(true).length, 'the evaluation side asks in these wordings').toBeGreaterThan(700)
  }
})

test('every follow-up leads to a topic, and no two topics share an answer', () => {
  const ids = new Set(TOPICS.map((topic) => topic.id))
  for (const follow of FOLLOWS) expect(ids.has(follow.to), follow.to).toBe(true)
  expect(TOPICS.length).toBeGreaterThanOrEqual(80)
  for (const language of ['en', 'zh'] as const)
    expect(new Set(TOPICS.map((topic) => topic[language].answer)).size).toBe(TOPICS.length)
})

test('an answer begins with a space, holds no blank line and ends with one; nothing else is trained as an answer', () => {
  const random = new Random(6)
  const check = (spans: readonly { text: string; weight: number }[]): void => {
    spans.forEach((span, i) => {
      if (span.weight < 8) return
      if (span.text === '\n\n') return
      expect(span.text).toMatch(/^ \S/)
      expect(span.text).not.toContain('\n\n')
      expect(spans[i + 1]?.text).toBe('\n\n')
    })
  }
  for (let n = 0; n < 3000; n++) check(trainingConversation(random, n / 3000).spans)
  for (const kind of HELD_KINDS) for (let n = 0; n < 50; n++) check(heldConversation(random, kind, 'zh', n))
})

test('a token is written as the body of a Python bytes literal', () => {
  expect(bytesBody(Buffer.from('\n\n'))).toBe('\\n\\n')
  expect(bytesBody(Buffer.from("it's \\"))).toBe("it's \\\\")
  expect(bytesBody(Buffer.from('问'))).toBe('\\xe9\\x97\\xae')
})
