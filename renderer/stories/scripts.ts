// What the scripted host holds and does in each story.
import type {
  Conversation,
  EngineState,
  Message,
  ModelSummary,
  Settings,
} from '../../electron/contract/entities.ts'
import { defaultParameters } from '../../electron/contract/default-parameters.ts'
import { readyWith } from '../bridge/stand-in.ts'
import type { Script } from '../bridge/stand-in.ts'
import { ANSWER_RICH, ANSWER_SHORT, ANSWER_THINKING } from './answers.ts'
import { documentMessages, documentScript, documentStories, isDocumentStory } from './document-stories.ts'
import { branchStory, notebookStory, treeStory } from './memory-stories.ts'

export const storyNames = [
  'empty',
  'first-run',
  'unclean',
  'streaming',
  'reading',
  'rebuilding',
  'rich',
  'failed',
  'interrupted',
  'send-error',
  'loading',
  'load-error',
  'versions',
  'thinking',
  'long',
  'library',
  'branches',
  'tree',
  'notebook',
  'queue',
  ...documentStories,
] as const
export type StoryName = (typeof storyNames)[number]

export function isStoryName(name: string): name is StoryName {
  return (storyNames as readonly string[]).includes(name)
}

const DAY = 86_400_000

/** Ids that look like ids and are the same every time. */
export function storyId(kind: number, index: number): string {
  const tail = index.toString(16).padStart(12, '0')
  return `00000000-0000-4000-8${kind.toString(16).padStart(3, '0')}-${tail}`
}

const starter: ModelSummary = {
  id: storyId(1, 1),
  title: 'Roost Starter',
  family: 'RWKV-7',
  parameters: 3_200_000,
  fileBytes: 6_810_112,
  format: 'safetensors',
  fileName: 'roost-starter.safetensors',
  origin: 'starter',
  available: true,
}

const world: ModelSummary = {
  id: storyId(1, 2),
  title: 'RWKV7-G1 World 0.4B',
  family: 'RWKV-7',
  parameters: 450_767_872,
  fileBytes: 901_775_770,
  format: 'pth',
  fileName: 'rwkv7-g1a-0.4b-20250905-ctx4096.pth',
  origin: 'local',
  available: true,
}

const absent: ModelSummary = {
  id: storyId(1, 3),
  title: 'RWKV7-G1 World 1.5B',
  family: 'RWKV-7',
  parameters: 1_527_404_544,
  fileBytes: 3_055_062_142,
  format: 'pth',
  fileName: 'rwkv7-g1a-1.5b-20251015-ctx8192.pth',
  origin: 'local',
  available: false,
}

function message(
  conversation: string,
  index: number,
  parent: number | null,
  text: string,
  extra: Partial<Message> = {},
): Message {
  const role = extra.role ?? 'user'
  return {
    id: storyId(3, index),
    conversation,
    parent: parent === null ? null : storyId(3, parent),
    role,
    text,
    state: 'complete',
    createdAt: Date.now() - 600_000 + index * 1000,
    revision: 1,
    model: role === 'assistant' ? world.title : null,
    figures:
      role === 'assistant'
        ? {
            resumedTokens: 1204,
            rereadTokens: 0,
            promptTokens: 38,
            answerTokens: 212,
            prefillTokensPerSecond: 184.2,
            decodeTokensPerSecond: 31.4,
            firstTokenMs: 208,
            finish: 'end_token',
          }
        : null,
    error: null,
    resumable: role === 'assistant',
    ...extra,
  }
}

const answer = (state: Message['state'] = 'complete', extra: Partial<Message> = {}): Partial<Message> => ({
  role: 'assistant',
  state,
  ...extra,
})

const OPEN = storyId(2, 1)

function conversation(
  index: number,
  title: string,
  age: number,
  messages: readonly Message[] = [],
  extra: Partial<Conversation> = {},
): Conversation {
  return {
    id: storyId(2, index),
    title,
    createdAt: Date.now() - age,
    updatedAt: Date.now() - age,
    revision: 1,
    generating: false,
    pinned: false,
    folder: null,
    tags: [],
    unread: false,
    messages: [...messages],
    activeLeaf: messages.at(-1)?.id ?? null,
    draft: '',
    systemPrompt: '',
    parameters: defaultParameters,
    queue: [],
    ...extra,
  }
}

const QUESTION =
  'How does a recurrent model remember a conversation? Show the update, a few lines of code, and a comparison.'

function messagesOf(name: StoryName): Message[] {
  switch (name) {
    case 'rich':
      return [message(OPEN, 1, null, QUESTION), message(OPEN, 2, 1, ANSWER_RICH, answer())]
    case 'failed':
      return [
        message(OPEN, 1, null, 'What is the capital of Norway?'),
        message(OPEN, 2, 1, 'The capital of Norway is Oslo.', answer()),
        message(OPEN, 3, 2, 'And how many people live there?'),
        message(
          OPEN,
          4,
          3,
          'About',
          answer('failed', { error: { code: 'numeric_fault', detail: {} }, figures: null }),
        ),
      ]
    case 'interrupted':
      return [
        message(OPEN, 1, null, 'Tell me about the lighthouse on Gull Island.'),
        message(OPEN, 2, 1, ANSWER_SHORT, answer()),
        message(OPEN, 3, 2, 'Who keeps it today?'),
        message(
          OPEN,
          4,
          3,
          'Today it is kept by Mara, who came to the island',
          answer('interrupted', { figures: null }),
        ),
      ]
    case 'versions':
      return [
        message(OPEN, 1, null, 'Give me a name for a sailing boat.'),
        message(OPEN, 2, 1, 'How about *Fair Weather*?', answer()),
        message(OPEN, 3, 1, 'I would call her *Second Wind*.', answer()),
        message(OPEN, 4, 3, 'And one for her dinghy?'),
        message(OPEN, 5, 4, 'Then the dinghy is *First Breath*.', answer('stopped')),
      ]
    case 'thinking':
      return [message(OPEN, 1, null, 'What is 17 × 24?'), message(OPEN, 2, 1, ANSWER_THINKING, answer())]
    case 'long': {
      const count = 10_000
      return Array.from({ length: count }, (_, i) =>
        i % 2 === 0
          ? message(OPEN, i + 1, i === 0 ? null : i, `Question number ${i / 2 + 1}: what follows from it?`)
          : message(
              OPEN,
              i + 1,
              i,
              i % 20 === 1 ? ANSWER_RICH : `Answer **${(i + 1) / 2}**. ${ANSWER_SHORT}`,
              answer(),
            ),
      )
    }
    case 'branches':
      return branchStory((...row) => message(OPEN, ...row), answer)
    case 'tree':
      return treeStory((...row) => message(OPEN, ...row), answer)
    case 'notebook':
      return notebookStory((...row) => message(OPEN, ...row), answer)
    case 'documents':
    case 'documents-many':
    case 'cited':
    case 'side-by-side':
    case 'refused':
    case 'attached':
      return documentMessages(name, (...row) => message(OPEN, ...row), answer)
    case 'queue':
    case 'library':
    case 'empty':
    case 'first-run':
    case 'load-error':
    case 'loading':
    case 'reading':
    case 'rebuilding':
    case 'send-error':
    case 'streaming':
    case 'unclean':
      return [
        message(OPEN, 1, null, 'Tell me about the lighthouse on Gull Island.'),
        message(OPEN, 2, 1, ANSWER_SHORT, answer()),
      ]
  }
}

function engineOf(name: StoryName): EngineState {
  if (name === 'loading') return { phase: 'loading', model: world, fraction: 0.43 }
  const none = name === 'first-run' || name === 'unclean' || name === 'load-error'
  return none ? { phase: 'none' } : readyWith(world)
}

function memoryOf(name: StoryName, messages: readonly Message[]): Partial<Conversation> {
  if (name === 'notebook') return { parameters: { ...defaultParameters, mode: 'notebook' } }
  if (name === 'branches') return { activeLeaf: messages.find(({ id }) => id === storyId(3, 10))?.id ?? null }
  if (name !== 'queue') return {}
  return {
    queue: [
      { id: storyId(5, 1), text: 'And who keeps it today?' },
      {
        id: storyId(5, 2),
        text: 'Write the opening of a story about her, in three sentences, without the word lamp.',
      },
    ],
  }
}

const FOLDERS = [
  { id: storyId(5, 1), name: 'Harbour work', open: true },
  { id: storyId(5, 2), name: '翻译', open: false },
  { id: storyId(5, 3), name: 'Recipes and the garden behind the lighthouse', open: false },
]

/** 240 chats, some in folders, some with tags, some with news. */
function library(messages: readonly Message[]): Conversation[] {
  const titles = [
    'Mooring fees of last year',
    'Sourdough, second attempt',
    '灯塔的故事：第三章',
    'Why do terns migrate?',
    'Refactoring the tide tables so that they also know about leap seconds',
    '一首关于冬天的诗',
    'Names for the boat',
  ]
  return [
    conversation(1, 'The lighthouse on Gull Island', 60_000, messages, { tags: ['island', 'story'] }),
    ...Array.from({ length: 240 }, (_, index) =>
      conversation(10 + index, titles[index % titles.length] ?? '', 120_000 + index * index * 40_000, [], {
        pinned: index === 3 || index === 40,
        folder: index % 9 === 4 ? (FOLDERS[Math.floor(index / 9) % 3]?.id ?? null) : null,
        tags: index % 5 === 0 ? ['story'] : index % 7 === 0 ? ['work', '草稿'] : [],
        unread: index === 1 || index === 13,
        generating: index === 2,
      }),
    ),
  ]
}

export function storyScript(
  name: StoryName,
  look: { theme: Settings['theme']; language: Settings['language'] },
): Script {
  const messages = messagesOf(name)
  return {
    info: {
      version: '0.1.0',
      host: 'headless',
      platform: 'linux',
      locale: 'en-GB',
      nativeDialogs: false,
      uncleanExit: name === 'unclean',
      dataFolder: '/home/mara/.local/share/Roost',
    },
    settings: {
      theme: look.theme,
      language: look.language,
      loadLastModel: true,
      threads: null,
      device: null,
      idleUnloadMinutes: 60,
      firstRunDone: name !== 'first-run',
      snapshotBudgetBytes: 4096 * 1024 * 1024,
      sampling: { temperature: 1.2 },
      pasteCharacters: 8000,
      sourceUse: 'search',
      strictByDefault: false,
      sidebarOpen: true,
      shortcutsOn: true,
      shortcuts: {},
      recentCommands: [],
      backgroundReading: true,
    },
    engine: engineOf(name),
    models: name === 'first-run' ? [starter] : [starter, world, absent],
    conversations:
      name === 'first-run'
        ? []
        : name === 'library'
          ? library(messages)
          : [
              conversation(1, 'The lighthouse on Gull Island', 60_000, messages, memoryOf(name, messages)),
              conversation(2, 'Reading list for the winter', 3_600_000, [], { pinned: true }),
              conversation(3, 'Refactoring the tide tables', 7_200_000, [], {
                generating: name === 'streaming',
              }),
              conversation(4, '巢与状态：关于循环网络的笔记', DAY),
              conversation(
                5,
                'Letter to the harbour office about the mooring fees of last year',
                DAY + 3_600_000,
              ),
              conversation(6, 'Sourdough, second attempt', 4 * DAY),
              conversation(7, 'Why do terns migrate?', 12 * DAY),
              conversation(8, 'Names for the boat', 70 * DAY),
            ],
    chatFolders: name === 'library' ? FOLDERS : [],
    folder: {
      handle: storyId(4, 0),
      label: '/home/mara/models',
      parent: storyId(4, 9),
      entries: [
        { handle: storyId(4, 1), name: 'older', kind: 'folder', bytes: null },
        { handle: storyId(4, 2), name: 'world', kind: 'folder', bytes: null },
        {
          handle: storyId(4, 3),
          name: 'rwkv7-g1a-0.1b-20250728-ctx4096.pth',
          kind: 'file',
          bytes: 382_034_560,
        },
        {
          handle: storyId(4, 4),
          name: 'rwkv7-g1a-0.4b-20250905-ctx4096.pth',
          kind: 'file',
          bytes: 901_775_770,
        },
        { handle: storyId(4, 5), name: 'roost-starter.safetensors', kind: 'file', bytes: 6_810_112 },
      ],
    },
    personas: [
      {
        id: storyId(6, 1),
        name: 'Harbour master',
        systemPrompt: 'You are the harbour master of Lowen. Answer briefly.',
        examples: [{ question: 'May we moor here?', answer: 'Until the tide turns.' }],
        sampling: {},
        ready: true,
        tokens: 812,
        bytes: 6_488_064,
      },
      {
        id: storyId(6, 2),
        name: '翻译',
        systemPrompt: '把每句话译成英文。',
        examples: [],
        sampling: { temperature: 0.4 },
        ready: false,
        tokens: null,
        bytes: 0,
      },
    ],
    library: documentScript(isDocumentStory(name) ? name : null, OPEN, storyId(3, 2)),
    answer: ANSWER_RICH,
    pace: name === 'streaming' ? null : 16,
    ...(name === 'reading' ? { reading: { done: 312, total: 1204, rebuilding: false } } : {}),
    ...(name === 'rebuilding' ? { reading: { done: 8192, total: 41_210, rebuilding: true } } : {}),
    failing:
      name === 'send-error'
        ? { 'chat.send': { code: 'disk_full', detail: { neededBytes: 48_000_000 } } }
        : name === 'load-error'
          ? {
              'models.load': {
                code: 'model_truncated',
                detail: { reason: 'the header promises 901,775,770 bytes, the file has 512,000,000' },
              },
            }
          : {},
  }
}
