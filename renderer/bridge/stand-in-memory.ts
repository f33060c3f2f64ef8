// The scripted host's answers about memory: parameters, queue, several answers, states, personas. Never part of the
// application.
import type { CallName, Input, Output } from '../../electron/contract/calls.ts'
import type { Conversation, Message } from '../../electron/contract/entities.ts'
import { RoostError } from '../../electron/contract/errors.ts'
import type { Emit } from '../../electron/contract/events.ts'
import type { memoryCalls } from '../../electron/contract/memory-calls.ts'
import type { portableCalls } from '../../electron/contract/portable-calls.ts'
import type { refreshCalls } from '../../electron/contract/refresh-calls.ts'
import { defaultParameters } from '../../electron/contract/default-parameters.ts'
import type {
  Persona,
  Preset,
  QueuedMessage,
  TokenDetail,
  TunedState,
} from '../../electron/contract/memory.ts'
import { summaryOf } from '../state/summary-of.ts'

type Answers<N extends CallName> = { [K in N]: (input: Input<K>) => Output<K> | Promise<Output<K>> }

export interface StandInMemoryHost {
  readonly all: Map<string, Conversation>
  change(id: string, patch: Partial<Conversation>): Conversation
  create(id: string): Conversation
  ask(conversation: string, parent: string | null, question: string, text: string): void
  write(conversation: string, question: string, answer: string): void
  readonly emit: Emit
}

/** A state of the model that the stories load. */
const STATE_BYTES = 6_488_064

export function standInMemory(
  host: StandInMemoryHost,
  personas: Persona[],
): Answers<keyof typeof memoryCalls | keyof typeof portableCalls | keyof typeof refreshCalls> {
  const presets: Preset[] = [
    { id: crypto.randomUUID(), name: 'Exact', sampling: { temperature: 0.4, topP: 0.3 } },
  ]
  const find = (id: string): Conversation => {
    const found = host.all.get(id)
    if (found === undefined) throw new RoostError('not_found')
    return found
  }
  const setQueue = (conversation: string, queue: QueuedMessage[]): QueuedMessage[] => {
    host.change(conversation, { queue })
    host.emit('queue.changed', { conversation, queue })
    return queue
  }
  const answersOf = (conversation: string): Message[] =>
    find(conversation).messages.filter(({ role }) => role === 'assistant')
  return {
    'conversations.setParameters': ({ conversation, parameters }) => {
      if (!host.all.has(conversation)) host.create(conversation)
      const given = Object.entries(parameters).filter(([, value]) => value !== undefined)
      const next = { ...find(conversation).parameters, ...Object.fromEntries(given) }
      host.change(conversation, { parameters: next })
      return next
    },
    'chat.answers': ({ conversation, parent, question, text, slots }) => {
      if (!host.all.has(conversation)) host.create(conversation)
      if (text !== null) host.ask(conversation, parent, question, text)
      for (const { answer } of slots) host.write(conversation, question, answer)
      host.change(conversation, { activeLeaf: slots[0]?.answer ?? null })
    },
    'chat.branchAtToken': ({ conversation, message, answer }) => {
      const old = find(conversation).messages.find(({ id }) => id === message)
      host.write(conversation, old?.parent ?? '', answer)
    },
    'chat.tokens': () => tokensOfStory,
    'queue.add': ({ conversation, queued, text }) =>
      setQueue(conversation, [...find(conversation).queue, { id: queued, text }]),
    'queue.edit': ({ conversation, queued, text }) =>
      setQueue(
        conversation,
        find(conversation).queue.map((one) => (one.id === queued ? { ...one, text } : one)),
      ),
    'queue.remove': ({ conversation, queued }) =>
      setQueue(
        conversation,
        find(conversation).queue.filter(({ id }) => id !== queued),
      ),
    'queue.sendNext': ({ conversation }) => {
      const [first, ...rest] = find(conversation).queue
      if (first === undefined) return
      setQueue(conversation, rest)
      host.ask(conversation, find(conversation).activeLeaf, first.id, first.text)
      host.write(conversation, first.id, crypto.randomUUID())
    },
    'memory.conversation': ({ conversation }) => {
      const answers = answersOf(conversation)
      const ready = answers.filter((_, index) => index === answers.length - 1 || index % 3 !== 1)
      return {
        conversation,
        tokens: answers.length * 250,
        snapshots: ready.length,
        bytes: ready.length * STATE_BYTES,
        lastCheckpointAt: ready.length === 0 ? null : Date.now() - 240_000,
        ready: ready.map(({ id }) => id),
        turnTokens: Object.fromEntries(answers.map(({ id }) => [id, 250])),
        stateBytes: STATE_BYTES,
        trainingContext: 4096,
      }
    },
    'memory.usage': () => ({ snapshots: 41, bytes: 41 * STATE_BYTES, budgetBytes: 2 * 1024 ** 3 }),
    'memory.free': () => ({ snapshots: 12, bytes: 12 * STATE_BYTES, budgetBytes: 2 * 1024 ** 3 }),
    'memory.attend': () => undefined,
    'memory.goTo': () => ({ resumedTokens: 1204, rereadTokens: 250, milliseconds: 38 }),
    'memory.forget': ({ conversation, message }) => {
      const { messages } = find(conversation)
      const chosen = messages.find(({ id }) => id === message)
      const question = chosen?.role === 'user' ? chosen : messages.find(({ id }) => id === chosen?.parent)
      const gone = messages.filter(({ id, parent }) => id === question?.id || parent === question?.id)
      const left = messages
        .filter((one) => !gone.includes(one))
        .map((one) =>
          gone.some(({ id }) => id === one.parent) ? { ...one, parent: question?.parent ?? null } : one,
        )
      const changed = host.change(conversation, { messages: left, activeLeaf: left.at(-1)?.id ?? null })
      return { conversation: changed, forgotten: { messages: gone.map(({ id }) => id), snapshots: 3 } }
    },
    'memory.summarise': () => ({
      summary:
        'The lighthouse on Gull Island has stood since 1871. Two brothers built it with stones from Lowen.\nSaid word for word:\n- Mara came to the island as a baker.',
    }),
    'memory.refresh': ({ conversation, message, turns, summary }) => {
      const { messages } = find(conversation)
      const byId = new Map(messages.map((one) => [one.id, one]))
      const path: Message[] = []
      for (let at = byId.get(message); at !== undefined; at = byId.get(at.parent ?? '')) path.unshift(at)
      const like = path[1] ?? path[0]
      if (like === undefined) throw new RoostError('not_found')
      const root = { ...like, id: crypto.randomUUID(), parent: null, role: 'user', text: summary } as const
      const reply = { ...like, id: crypto.randomUUID(), parent: root.id, text: 'Understood.', figures: null }
      const rows: Message[] = [root, reply]
      for (const one of turns === 0 ? [] : path.slice(-turns * 2))
        rows.push({ ...one, id: crypto.randomUUID(), parent: rows.at(-1)?.id ?? null })
      const leaf = rows.at(-1)?.id ?? ''
      host.change(conversation, { messages: [...messages, ...rows], activeLeaf: leaf })
      const recall = { before: 0.21, after: 0.64, details: 6 }
      return { root: root.id, leaf, before: message, tokensBefore: 21_400, tokensAfter: 612, recall }
    },
    'memory.cancelRefresh': () => undefined,
    'personas.list': () => [...personas],
    'personas.save': ({ persona, ...rest }) => {
      const made: Persona = { id: persona, ...rest, ready: true, tokens: 812, bytes: STATE_BYTES }
      const at = personas.findIndex(({ id }) => id === persona)
      if (at < 0) personas.push(made)
      else personas[at] = made
      return [...personas]
    },
    'personas.delete': ({ persona }) => {
      personas.splice(0, personas.length, ...personas.filter(({ id }) => id !== persona))
      return [...personas]
    },
    'personas.start': ({ conversation, persona }) => {
      const found = personas.find(({ id }) => id === persona)
      host.create(conversation)
      return summaryOf(
        host.change(conversation, {
          systemPrompt: found?.systemPrompt ?? '',
          parameters: { ...defaultParameters, persona, examples: found?.examples ?? [] },
        }),
      )
    },
    'presets.list': () => [...presets],
    'presets.save': ({ preset, name, sampling }) => {
      presets.push({ id: preset, name, sampling })
      return [...presets]
    },
    'presets.delete': ({ preset }) => {
      presets.splice(0, presets.length, ...presets.filter(({ id }) => id !== preset))
      return [...presets]
    },
    'tunedStates.list': () => [...tunedStatesOfStory],
    'tunedStates.choose': () => null,
    'tunedStates.add': () => [],
    'tunedStates.delete': () => [],
    'portable.export': ({ conversation }) => ({
      name: `${find(conversation).title}.roost`,
      bytes: 14_200_000,
      conversations: 1,
      download: null,
    }),
    'portable.choose': () => ({ file: crypto.randomUUID(), name: 'lighthouse.roost' }),
    'portable.inspect': () => ({
      title: 'The lighthouse on Gull Island',
      messages: 42,
      branches: 3,
      writtenAt: Date.now() - 86_400_000,
      writtenBy: 'Roost 0.1.0',
      fileBytes: 14_200_000,
      model: { title: 'RWKV7-G1 World 1.5B', generation: '7', layers: 24, width: 2048 },
      states: 2,
      stateBytes: 13_000_000,
      fits: 'no',
      loadedModel: 'RWKV7-G1 World 0.4B',
    }),
    'portable.import': () => summaryOf(host.create(crypto.randomUUID())),
  }
}

/** One for the model that the stories load, one for another. */
export const tunedStatesOfStory: readonly TunedState[] = [
  ...(
    [
      ['Harbour tales', true],
      ['Legal letters', false],
    ] as const
  ).map(([name, fits], index) => ({
    id: `00000000-0000-4000-8009-00000000000${index + 1}`,
    name,
    fits,
    fingerprint: 'f',
    layers: 24,
    heads: 16,
    headSize: 64,
    bytes: 6_291_456,
  })),
]

const tokensOfStory: TokenDetail[] = [
  ' A',
  ' state',
  ' is',
  ' a',
  ' cache',
  ';',
  ' the',
  ' transcript',
  '.',
].map((text, index) => ({
  text,
  probability: [0.82, 0.31, 0.97, 0.66, 0.12, 0.44, 0.91, 0.58, 0.99][index] ?? 0.5,
  alternatives: [
    { id: 100 + index, text, probability: 0.5 },
    { id: 200 + index, text: ' memory', probability: 0.2 },
    { id: 300 + index, text: ' kept', probability: 0.08 },
  ],
}))
