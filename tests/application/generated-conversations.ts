// Conversations made by chance, for tests and benchmarks: many of them, very long ones, bushy trees. The same seed gives
// the same words. They enter storage the way an import does, so every index holds them.
import type { ArrivingConversation, ArrivingMessage } from '../../electron/storage/keeping-types.ts'
import type { Storage } from '../../electron/storage/storage.ts'
import type { SeededRandom } from './seeded-random.ts'

const english =
  `harbour lighthouse winter tide letter boat river window garden paper lantern morning bridge engine story island
   keeper storm bread market bird feather road station clock music kitchen valley snow summer question answer reason
   memory state model token branch path number table figure measure quiet bright narrow early late seldom often the a
   of and to in that it with for was on are be at one have this from by not but what all were when there can more`.split(
    /\s+/,
  )
const chinese =
  '巢鸟海港灯塔冬天潮汐信件船河窗花园纸早晨桥故事岛守护风暴面包市场羽毛路车站时钟音乐厨房山谷雪夏问题回答原因记忆状态模型分支数字安静明亮的一是不了在人有我他这中大来上国'

export interface Words {
  /** About this many characters. */
  readonly characters: number
  /** Share of sentences in Chinese. */
  readonly chinese?: number
}

export function generatedText(random: SeededRandom, { characters, chinese: share = 0.2 }: Words): string {
  let text = ''
  while (text.length < characters)
    text += random.chance(share) ? chineseSentence(random) : englishSentence(random)
  return text.trimEnd()
}

function englishSentence(random: SeededRandom): string {
  const words = Array.from({ length: 5 + random.below(12) }, () => random.pick(english))
  const sentence = words.join(' ')
  return `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}. `
}

function chineseSentence(random: SeededRandom): string {
  return `${Array.from({ length: 6 + random.below(18) }, () => chinese[random.below(chinese.length)] ?? '').join('')}。`
}

/** Ids that look like ids and follow from the seed. */
export function generatedId(random: SeededRandom): string {
  const hex = (length: number): string => Array.from({ length }, () => random.below(16).toString(16)).join('')
  return `${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(12)}`
}

export interface Shape {
  /** Questions and answers together. */
  readonly messages: number
  /** Mean characters of a message; with the fake engine a character of ASCII is a token. */
  readonly characters?: number
  /** Probability that a new turn begins at an earlier answer, or answers an earlier question again. */
  readonly branching?: number
  readonly title?: string
  readonly updatedAt?: number
  readonly chinese?: number
}

/** A line when `branching` is 0, else a tree. Every message is complete; the newest one is the active leaf. */
export function generatedConversation(random: SeededRandom, shape: Shape): ArrivingConversation {
  const { messages: count, characters = 200, branching = 0, chinese: share = 0.2 } = shape
  const updatedAt = shape.updatedAt ?? Date.UTC(2026, 10, 1)
  const messages: ArrivingMessage[] = []
  const questions: string[] = []
  const answers: string[] = []
  let last: string | null = null
  while (messages.length < count) {
    const again =
      random.chance(branching) && random.chance(0.5)
        ? questions.at(random.below(questions.length))
        : undefined
    const from = random.chance(branching)
      ? (answers.at(random.below(Math.max(1, answers.length))) ?? null)
      : last
    const text = generatedText(random, {
      characters: Math.max(8, Math.round(characters * (0.4 + 1.2 * (random.below(1000) / 1000)))),
      chinese: share,
    })
    const next = messages.at(-1)
    const asks = again === undefined && !(next?.role === 'user')
    const id = generatedId(random)
    messages.push({
      id,
      parent: asks ? from : (again ?? next?.id ?? null),
      role: asks ? 'user' : 'assistant',
      text,
      state: 'complete',
      createdAt: updatedAt - (count - messages.length) * 60_000,
      model: asks ? null : 'Tiny',
      figures: null,
      error: null,
    })
    if (asks) questions.push(id)
    else {
      answers.push(id)
      last = id
    }
  }
  return {
    id: generatedId(random),
    title: shape.title ?? generatedText(random, { characters: 20, chinese: share }).slice(0, 40),
    createdAt: updatedAt - count * 60_000,
    updatedAt,
    pinned: false,
    folder: null,
    tags: [],
    systemPrompt: '',
    draft: '',
    activeLeaf: messages.at(-1)?.id ?? null,
    messages,
  }
}

export interface ManyShape extends Omit<Shape, 'title' | 'updatedAt'> {
  readonly conversations: number
  readonly folders?: readonly string[]
  readonly tags?: readonly string[]
  /** Of the newest; the others lie hours to days before one another. */
  readonly now?: number
}

/** Oldest first, as they would have come to be. */
export function* generatedConversations(
  random: SeededRandom,
  shape: ManyShape,
): Generator<ArrivingConversation> {
  const { conversations: count, folders = [], tags = [] } = shape
  const now = shape.now ?? Date.UTC(2026, 10, 21)
  for (let left = count - 1; left >= 0; left -= 1) {
    const made = generatedConversation(random, { ...shape, updatedAt: now - left * 7 * 3_600_000 })
    yield {
      ...made,
      folder: folders.length > 0 && random.chance(0.4) ? random.pick(folders) : null,
      tags: tags.filter(() => random.chance(0.15)),
    }
  }
}

/** Puts them into storage, visible at once; returns their ids. */
export async function fillStorage(
  storage: Pick<Storage, 'write'>,
  conversations: Iterable<ArrivingConversation>,
): Promise<string[]> {
  const ids: string[] = []
  let batch: ArrivingConversation[] = []
  let messages = 0
  const flush = async (): Promise<void> => {
    const added = await storage.write.addArriving(batch)
    await storage.write.admit(added)
    ids.push(...added)
    batch = []
    messages = 0
  }
  for (const conversation of conversations) {
    batch.push(conversation)
    messages += conversation.messages.length
    if (messages > 2_000) await flush()
  }
  if (batch.length > 0) await flush()
  return ids
}
