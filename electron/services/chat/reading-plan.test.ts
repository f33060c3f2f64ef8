// Which tokens a model is fed for a path: those of the past as they were, others written anew.
import { describe, expect, it } from 'vitest'
import { fileURLToPath } from 'node:url'
import type { PathMessage, TurnTokens } from '../../storage/storage.ts'
import { chooseTemplate, readChatTemplates } from './chat-templates.ts'
import { systemPromptHash } from './prompt.ts'
import { planReading, planTokens, promptTokens, stateRange } from './reading-plan.ts'

const templates = readChatTemplates(fileURLToPath(new URL('../../../resources', import.meta.url)))
const template = chooseTemplate(templates, { basename: '', generation: '7', tokenizer: 'world' })

/** One token per character, its code. */
const model = {
  tokenizerFingerprint: 'here',
  tokenize: (text: string) =>
    Promise.resolve(Uint32Array.from(Array.from(text), (one) => one.codePointAt(0) ?? 0)),
  detokenize: (ids: Uint32Array) => Promise.resolve(String.fromCodePoint(...ids)),
}
const opening = (systemPrompt: string) => ({ systemPrompt, examples: [], tunedState: null })
const text = (tokens: Uint32Array) => String.fromCodePoint(...tokens)

function turn(
  question: string,
  answer: string,
  stored: Partial<TurnTokens> | null,
  state: PathMessage['state'] = 'complete',
): PathMessage[] {
  const tokens: TurnTokens | null =
    stored === null
      ? null
      : {
          tokenizer: 'here',
          template: 'world',
          system: '',
          prompt: Uint32Array.of(1000),
          answer: Uint32Array.of(2000),
          tail: '',
          ...stored,
        }
  return [
    { id: question, role: 'user', text: question, state: 'complete', turn: null, tokens: null, forgotten: 0 },
    { id: answer, role: 'assistant', text: answer, state, turn: null, tokens, forgotten: 0 },
  ]
}

describe('a path', () => {
  it('keeps the tokens it was fed as', async () => {
    const plan = await planReading(model, template, opening(''), [
      ...turn('a', 'b', {}),
      ...turn('c', 'd', { tail: '\n' }),
    ])
    expect([...planTokens(plan)]).toEqual([1000, 2000, 1000, 2000])
    const next = await promptTokens(model, template, new Uint32Array(), plan.turns.at(-1) ?? null, 'e')
    expect(text(next)).toBe('\nUser: e\n\nAssistant:')
    expect(stateRange(plan, 'b')).toEqual({ least: 1, most: 2 })
    expect(stateRange(plan, 'd')).toEqual({ least: 3, most: 4 })
    expect(stateRange(plan, 'elsewhere')).toBeNull()
  })

  it('is written anew where another tokenizer or template was used', async () => {
    const plan = await planReading(model, template, opening(''), [
      ...turn('a', 'b', { tokenizer: 'other', tail: '\n\n' }),
      ...turn('c', 'd\n\nUser: x', { template: 'flower' }),
      ...turn('e', 'f', null),
    ])
    expect(text(planTokens(plan))).toBe(
      'User: a\n\nAssistant: b\n\nUser: c\n\nAssistant: d User: x\n\nUser: e\n\nAssistant: f',
    )
  })

  it('begins anew with another system prompt, and keeps everything behind its beginning', async () => {
    const system = systemPromptHash('Be brief.')
    const path = [...turn('a', 'b', { system }), ...turn('c', 'd', { system })]
    expect([...planTokens(await planReading(model, template, opening('Be brief.'), path))]).toEqual([
      1000, 2000, 1000, 2000,
    ])
    const plan = await planReading(model, template, opening(''), path)
    expect(text(plan.turns[0]!.prompt)).toBe('User: a\n\nAssistant:')
    expect([...planTokens(plan)].slice(-3)).toEqual([2000, 1000, 2000])
  })

  it('leaves out turns that failed and answers without a word', async () => {
    const plan = await planReading(model, template, opening(''), [
      ...turn('a', 'broken', {}, 'failed'),
      ...turn('b', '', null, 'interrupted'),
      ...turn('c', 'd', null),
    ])
    expect(text(planTokens(plan))).toBe('User: c\n\nAssistant: d')
  })

  it('knows what an interrupted answer had read ahead of its text', async () => {
    const answer = Uint32Array.from(Array.from(' half\n'), (one) => one.codePointAt(0) ?? 0)
    const plan = await planReading(model, template, opening(''), turn('a', 'half', { answer }, 'interrupted'))
    expect(plan.turns[0]?.tail).toBe('\n')
  })

  it('S3: is written anew without the thoughts that are not to be remembered', async () => {
    const path = turn('a', '<think>hm</think>b', null)
    const thoughts = '<think>hm</think>'.length
    const forgetful = path.map((message) => ({
      ...message,
      forgotten: message.role === 'user' ? 0 : thoughts,
    }))
    const plan = await planReading(model, template, opening(''), forgetful)
    expect(text(planTokens(plan))).toBe('User: a\n\nAssistant: b')
  })

  it('S2: reads system prompt and examples by themselves, before the first question', async () => {
    const shelf = {
      systemPrompt: 'Be brief.',
      examples: [
        { question: 'p', answer: 'q' },
        { question: 'r', answer: 's' },
      ],
      tunedState: null,
    }
    const plan = await planReading(model, template, shelf, turn('a', 'b', null))
    const before = 'System: Be brief.\n\nUser: p\n\nAssistant: q\n\nUser: r\n\nAssistant: s\n\n'
    expect(text(plan.opening)).toBe(before)
    expect(text(planTokens(plan))).toBe(`${before}User: a\n\nAssistant: b`)
    expect(plan.key).not.toBe((await planReading(model, template, opening('Be brief.'), [])).key)
  })
})
