import { describe, expect, it } from 'vitest'
import { estimatedThinkingSeconds, splitThinking } from './thinking.ts'

describe('telling thinking from the answer', () => {
  it.each([
    ['plain', { thinking: null, open: false, answer: 'plain' }],
    ['<think>\na\n</think>\n\nb', { thinking: 'a', open: false, answer: 'b' }],
    ['<think>a', { thinking: 'a', open: true, answer: '' }],
    ['<think></think>b', { thinking: '', open: false, answer: 'b' }],
    ['<think>a <think>b</think> c</think>d', { thinking: 'a <think>b</think> c', open: false, answer: 'd' }],
    [
      '<think>the tag <think> opens</think>d',
      { thinking: 'the tag <think> opens', open: false, answer: 'd' },
    ],
    ['The tag `<think>` opens.', { thinking: null, open: false, answer: 'The tag `<think>` opens.' }],
    ['<think>a</think>b </think> c', { thinking: 'a', open: false, answer: 'b </think> c' }],
  ])('%j', (text, expected) => {
    expect(splitThinking(text)).toEqual(expected)
  })

  it('estimates the time of an answer it did not see from what the engine counted', () => {
    const figures = {
      resumedTokens: 0,
      rereadTokens: 0,
      promptTokens: 5,
      answerTokens: 120,
      prefillTokensPerSecond: null,
      decodeTokensPerSecond: 30,
      firstTokenMs: null,
      finish: null,
    }
    expect(estimatedThinkingSeconds(figures, 0.5)).toBe(2)
    expect(estimatedThinkingSeconds({ ...figures, decodeTokensPerSecond: null }, 0.5)).toBe(0)
    expect(estimatedThinkingSeconds(null, 1)).toBe(0)
  })
})
