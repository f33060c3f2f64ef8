// What a conversation has that nobody changed. Apart from the schemas: the window may not load what checks them.
import type { Parameters } from './memory.ts'

export const defaultParameters: Parameters = {
  mode: 'chat',
  sampling: {},
  thinking: null,
  rememberThinking: true,
  examples: [],
  persona: null,
  tunedState: null,
  model: null,
}
