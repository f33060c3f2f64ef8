// Promises of the generator that the figures in the model card rest on.

import { expect, test } from 'vitest'

import { HELD_KINDS, heldConversation, TOPICS, trainingConversation } from './conversations.ts'
import { personName, placeName } from './names.ts'
import { expand, isHeld, Random } from './random.ts'
import { FOLLOWS } from './texts/frames.ts'
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

test('held-out whole questions are new: at most two can be made by the grammar of their topic, and generate.ts refuses those', () => {
  const random = new Random(4)
  const both: string[] = []
  for (const topic of TOPICS)
    for (const language of ['en', 'zh'] as const) {
      const { ask, held } = topic[language]
      expect(held.length, topic.id).toBeGreaterThanOrEqual(3)
      const made = new Set<string>()
      for (const text of ask ?? []) for (let n = 0; n < 100; n++) made.add(expand(text, random).toLowerCase())
      both.push(...held.filter((question) => made.has(question.toLowerCase())))
    }
  expect(both.length, both.join(' ')).toBeLessThanOrEqual(2)
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
