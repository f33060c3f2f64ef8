// An answer in its parts. Where main counted how far the thoughts go, that counts: tags further on are words like any others.
import type { Message } from '../../electron/contract/entities.ts'
import { splitThinking } from '../text/thinking.ts'
import type { ThoughtAnswer } from '../text/thinking.ts'

const TAGS = /^\s*<think(?:ing)?>|<\/think(?:ing)?>\s*$/g

export function shownParts(message: Message, written: string): ThoughtAnswer {
  const counted = message.figures?.thoughtCharacters
  if (counted === undefined || message.state === 'generating') return splitThinking(written)
  return {
    thinking: written.slice(0, counted).replace(TAGS, '').trim(),
    open: false,
    answer: written.slice(counted).trimStart(),
  }
}
