// Whole conversations for training and evaluation: guide questions, follow-ups, small talk, questions beyond the starter,
// and questions about passages.

import { personName } from './names.ts'
import { paper, type PaperQuestion, type PaperSize } from './papers.ts'
import { read, type Size } from './passages.ts'
import { expand, type Random } from './random.ts'
import { ABOUT } from './texts/about.ts'
import { CHATS } from './texts/chats.ts'
import { DATA } from './texts/data.ts'
import { DOCUMENTS } from './texts/documents.ts'
import { FILLERS_ZH } from './texts/fillers-chinese.ts'
import { FILLERS_EN } from './texts/fillers-english.ts'
import { FOLLOW_FRAMES, FOLLOWS } from './texts/follows.ts'
import { CHINESE, ENGLISH } from './texts/frames.ts'
import { MODELS } from './texts/models.ts'
import { OUTSIDE_ANSWER, OUTSIDE_EN, OUTSIDE_ZH } from './texts/outside.ts'
import { CHINESE_MATERIAL } from './texts/passages-chinese.ts'
import { CHINESE_PAPER } from './texts/paper-chinese.ts'
import { ENGLISH_PAPER } from './texts/paper-english.ts'
import { ENGLISH_MATERIAL } from './texts/passages-english.ts'
import { RWKV } from './texts/rwkv.ts'
import { SYSTEM_EN, SYSTEM_ZH, TALK } from './texts/talk.ts'
import type { Topic } from './texts/topic.ts'
import { WINDOW } from './texts/window.ts'
import { withMore } from './texts/wordings.ts'

export type Language = 'en' | 'zh'

/** A stretch of text whose tokens are predicted with this weight, in eighths; 0 is not trained. */
export interface Span {
  readonly text: string
  readonly weight: number
  /** Weight of the first four tokens, where the answer is decided. */
  readonly opening?: number
  /** Weight of the very first one, where it is decided whether a passage says what is asked. */
  readonly first?: number
}

export type Conversation = readonly Span[]

export const TOPICS: readonly Topic[] = withMore([
  ...ABOUT,
  ...DATA,
  ...RWKV,
  ...MODELS,
  ...CHATS,
  ...WINDOW,
  ...DOCUMENTS,
])
const BY_ID = new Map(TOPICS.map((topic) => [topic.id, topic]))

const WEIGHT = {
  answer: 8,
  opening: 24,
  value: 16,
  absent: 8,
  /** Of the first token of an answer about passages: where there is an answer, and where there is none. */
  present: 72,
  none: 72,
  end: 16,
  again: 3,
} as const

export interface Turn {
  readonly user: string
  readonly answer: string
  readonly weight: number
  readonly opening: number
}

function decapital(text: string): string {
  return /^(I\b|RWKV|Roost|GGUF|PDF|CUDA|API)/.test(text)
    ? text
    : text.slice(0, 1).toLowerCase() + text.slice(1)
}

/** A text without case and punctuation. */
export function plain(text: string): string {
  return text.toLowerCase().replace(/[\s.,!?:;，。！？：；]/g, '')
}

/** Draws until the text is none of those kept for evaluation, in any case and punctuation. */
function unlike(held: readonly string[], draw: () => string): string {
  const kept = new Set(held.map(plain))
  for (;;) {
    const made = draw()
    if (!kept.has(plain(made))) return made
  }
}

function replace(frame: string, x: string): string {
  const out = frame.replace('{x}', x)
  return out.slice(0, 1).toUpperCase() + out.slice(1)
}

/** Ways in which people vary a question without changing it. */
function vary(question: string, random: Random, language: Language, held: boolean): string {
  const frames = language === 'en' ? ENGLISH : CHINESE
  const set = held ? frames.held : frames.train
  let out = question
  if (random.chance(0.25)) {
    const before = random.pick(set.before)
    out = before + (language === 'en' && !/[.!] $/.test(before) && random.chance(0.7) ? decapital(out) : out)
  }
  if (random.chance(held ? 0.1 : 0.15)) out += random.pick(set.after)
  else if (random.chance(0.2)) out = out.replace(/[.?!。？！]$/, '')
  if (language === 'en' && random.chance(0.15)) out = out.toLowerCase()
  return out
}

/** source: 'frames' puts known phrases into frames, 'questions' takes whole questions. */
export function guideQuestion(
  topic: Topic,
  language: Language,
  random: Random,
  held: boolean,
  source?: 'frames' | 'questions',
): string {
  const wording = topic[language]
  const frames = (language === 'en' ? ENGLISH : CHINESE)[held ? 'held' : 'train']
  const choices: (() => string)[] = []
  const { how, what, ask } = wording
  if (source !== 'questions') {
    if (how !== undefined) choices.push(() => replace(random.pick(frames.how), expand(how, random)))
    if (what !== undefined) choices.push(() => replace(random.pick(frames.what), expand(what, random)))
  }
  if (source !== 'frames' || choices.length === 0) {
    const list = held ? wording.held : (ask ?? [])
    if (list.length > 0) choices.push(() => expand(random.pick(list), random))
    if (!held && ask !== undefined && choices.length > 1)
      choices.push(choices[choices.length - 1] as () => string)
  }
  const draw = (): string => random.pick(choices)()
  return vary(held ? draw() : unlike(wording.held, draw), random, language, held)
}

export function hasFrames(topic: Topic, language: Language): boolean {
  return topic[language].how !== undefined || topic[language].what !== undefined
}

function guideTurn(topic: Topic, language: Language, user: string): Turn {
  return { user, answer: topic[language].answer, weight: WEIGHT.answer, opening: WEIGHT.opening }
}

function talkTurn(random: Random, language: Language, held: boolean): Turn {
  const talk = random.pick(TALK)
  const side = talk[language]
  let user = held ? expand(side.held, random) : unlike(side.held.split('|'), () => expand(side.ask, random))
  if (!held && language === 'en' && random.chance(0.2)) user = user.toLowerCase()
  return { user, answer: side.answer, weight: WEIGHT.answer, opening: WEIGHT.opening }
}

function outsideQuestion(random: Random, language: Language, held: boolean): string {
  const frames = language === 'en' ? OUTSIDE_EN : OUTSIDE_ZH
  const fillers = language === 'en' ? FILLERS_EN : FILLERS_ZH
  const frame = (): string => expand(random.pick(held ? frames.held : frames.train), random)
  let text = held ? frame() : unlike(frames.held, frame)
  for (let n = 0; n < 3; n++) {
    text = text.replace(/\{(\w+)\}/g, (_, key: string) => {
      if (key === 'n') return String(random.int(2, random.chance(0.5) ? 30 : 2020))
      const list = fillers[key] ?? []
      const cut = list.indexOf('')
      return random.pick(held ? list.slice(cut + 1) : list.slice(0, cut))
    })
  }
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}

function outsideTurn(random: Random, language: Language, held: boolean): Turn {
  let user = vary(outsideQuestion(random, language, held), random, language, held)
  if (!held && random.chance(0.08)) {
    // A question about somebody, but no passage to answer it from.
    const m = language === 'en' ? ENGLISH_MATERIAL : CHINESE_MATERIAL
    const relation = random.pick(m.relations.filter((r) => r.about === 'person'))
    user = expand(random.pick(relation.ask), random).replace('{s}', personName(random, language, false))
  }
  return { user, answer: OUTSIDE_ANSWER[language], weight: WEIGHT.answer, opening: WEIGHT.opening }
}

/** A guide turn and a question that only its answer makes clear. */
function followTurns(random: Random, language: Language, held: boolean): Turn[] {
  const follow = random.pick(FOLLOWS)
  const before = random.pick(
    TOPICS.filter((topic) => topic.subject === follow.subject && topic.id !== follow.to),
  )
  const to = BY_ID.get(follow.to)
  if (to === undefined) throw new Error(`no topic ${follow.to}`)
  const side = follow[language]
  const frames = FOLLOW_FRAMES[language][held ? 'held' : 'train']
  const own = held && random.chance(0.5) ? side.held : undefined
  let user: string
  const { how, ask } = side
  if (how !== undefined)
    user = replace(random.pick(frames), own ?? unlike([side.held], () => expand(how, random)))
  else user = held || ask === undefined ? side.held : unlike([side.held], () => expand(ask, random))
  if (!held && random.chance(0.15)) user = user.replace(/[.?!。？！]$/, '')
  if (!held && language === 'en' && random.chance(0.15)) user = user.toLowerCase()
  user = user.slice(0, 1).toUpperCase() + user.slice(1)
  return [
    guideTurn(before, language, guideQuestion(before, language, random, false)),
    guideTurn(to, language, user),
  ]
}

function opening(random: Random, language: Language): Span[] {
  if (!random.chance(0.07)) return []
  return [{ text: `System: ${random.pick(language === 'en' ? SYSTEM_EN : SYSTEM_ZH)}\n\n`, weight: 0 }]
}

function spans(turns: readonly Turn[], lastOnly: boolean): Span[] {
  return turns.flatMap((turn, i) => {
    const on = lastOnly && i < turns.length - 1 ? 0 : 1
    return [
      { text: `User: ${turn.user}\n\nAssistant:`, weight: 0 },
      { text: ` ${turn.answer}`, weight: turn.weight * on, opening: turn.opening * on },
      { text: '\n\n', weight: WEIGHT.end * on },
    ]
  })
}

export type Form = 'twice' | 'once' | 'pasted'

/**
 * Up to nine questions about a set of passages.
 *   twice:  User: Question: Q / [1] … / [2] … / Question: Q      (the question frames the reading: the form to prefer)
 *   once:   User: [1] … / [2] … / Question: Q
 *   pasted: User: passage / Q                                     (answered without a citation)
 */
function passageSpans(
  random: Random,
  language: Language,
  size: Size,
  form: Form,
  questions: number,
  absent: number,
  held: boolean,
): Span[] | undefined {
  const m = language === 'en' ? ENGLISH_MATERIAL : CHINESE_MATERIAL
  const reading = read(random, m, form === 'pasted' ? { ...size, passages: 1 } : size, held)
  const out: Span[] = []
  const asked = new Set<string>()
  for (let i = 0; i < questions; i++) {
    const question = reading.ask(random.chance(absent))
    if (question === undefined || asked.has(question.text)) {
      if (i === 0) return undefined
      continue
    }
    asked.add(question.text)
    const numbered = reading.passages.map((passage, n) => `[${n + 1}] ${passage}`).join('\n')
    const asking = m.marker.trimEnd()
    const space = m.marker.slice(asking.length)
    if (i > 0)
      out.push({
        text: `User: ${form === 'pasted' ? '' : m.marker}${question.text}\n\nAssistant:`,
        weight: 0,
      })
    else if (form === 'pasted') {
      // Short texts are often typed in one line with the question.
      const between = !held && random.chance(0.35) ? (language === 'en' ? ' ' : '') : '\n'
      out.push({
        text: `User: ${reading.passages[0] ?? ''}${between}${question.text}\n\nAssistant:`,
        weight: 0,
      })
    } else if (form === 'once')
      out.push({ text: `User: ${numbered}\n${m.marker}${question.text}\n\nAssistant:`, weight: 0 })
    else {
      out.push({ text: `User: ${m.marker}${question.text}\n${numbered}\n${asking}`, weight: 0 })
      out.push({ text: space + question.text, weight: held ? 0 : WEIGHT.again })
      out.push({ text: '\n\nAssistant:', weight: 0 })
    }
    const citation = question.passage > 0 && form !== 'pasted' ? ` [${question.passage}]` : ''
    const weight = question.passage > 0 ? WEIGHT.value : WEIGHT.absent
    const first = question.passage > 0 ? WEIGHT.present : WEIGHT.none
    out.push({ text: ` ${question.answer}${citation}`, weight, first })
    out.push({ text: '\n\n', weight: WEIGHT.end })
  }
  return out
}

export type PaperForm = 'passages' | 'turns' | 'read'

/**
 * Questions about a made-up document.
 *   passages: as 'twice' above; further questions about the same passages follow without them
 *   turns:    every question with passages of its own, as a chat with documents has them; a later one may say "it"
 *   read:     User: document / Assistant: I have read it. / User: Q      (answered without a citation)
 */
function paperSpans(
  random: Random,
  language: Language,
  form: PaperForm,
  size: () => PaperSize,
  questions: number,
  absent: number,
  held: boolean,
): Span[] | undefined {
  const m = language === 'en' ? ENGLISH_PAPER : CHINESE_PAPER
  let document = paper(random, m, size(), held)
  const out: Span[] = []
  const asked = new Set<string>()
  let before: PaperQuestion | undefined
  for (let i = 0; i < questions; i++) {
    const about = form === 'turns' && random.chance(0.6) ? before?.thing : undefined
    const question = document.ask(random.chance(absent), about === '' ? undefined : about)
    if (question === undefined || asked.has(question.text)) {
      if (out.length === 0 && i === questions - 1) return undefined
      continue
    }
    asked.add(question.text)
    before = question
    const numbered = document.passages.map((passage, n) => `[${n + 1}] ${passage}`).join('\n')
    const asking = m.marker.trimEnd()
    const space = m.marker.slice(asking.length)
    if (form === 'read') {
      if (out.length === 0) {
        const text = document.passages.join('\n')
        out.push({ text: `User: ${text}\n\nAssistant: ${m.read}\n\n`, weight: 0 })
      }
      out.push({ text: `User: ${question.text}\n\nAssistant:`, weight: 0 })
    } else if (form === 'turns' || out.length === 0) {
      out.push({ text: `User: ${m.marker}${question.text}\n${numbered}\n${asking}`, weight: 0 })
      out.push({ text: space + question.text, weight: held ? 0 : WEIGHT.again })
      out.push({ text: '\n\nAssistant:', weight: 0 })
    } else out.push({ text: `User: ${m.marker}${question.text}\n\nAssistant:`, weight: 0 })
    const citation = question.passage > 0 && form !== 'read' ? ` [${question.passage}]` : ''
    const weight = question.passage > 0 ? WEIGHT.value : WEIGHT.absent
    const first = question.passage > 0 ? WEIGHT.present : WEIGHT.none
    out.push({ text: ` ${question.answer}${citation}`, weight, first })
    out.push({ text: '\n\n', weight: WEIGHT.end })
    // Another look for passages finds others.
    if (form === 'turns' && random.chance(0.3)) {
      document = paper(random, m, size(), held)
      before = undefined
    }
  }
  return out.length === 0 ? undefined : out
}

/** As Roost sends them: two passages of at most 420 characters, half of that in Chinese; shorter and more of them as well. */
function paperSize(random: Random, language: Language): PaperSize {
  const wide = language === 'zh' ? 0.5 : 1
  const passages = random.chance(0.65) ? 2 : random.int(1, 4)
  return {
    passages,
    statements: random.int(2, 3) + random.int(0, random.chance(0.5) ? 1 : 2 * passages),
    prose: random.int(0, random.chance(0.3) ? 4 : 1),
    characters: (passages > 2 ? 200 : 420) * wide,
  }
}

/** The size of the passages at a point of the training, progress from 0 to 1. */
function sizeAt(progress: number, random: Random): Size {
  if (progress < 0.05) return { facts: random.int(1, 2), subjects: random.int(1, 2), passages: 1, filler: 0 }
  if (progress < 0.12)
    return {
      facts: random.int(1, 4),
      subjects: random.int(1, 3),
      passages: random.int(1, 2),
      filler: random.int(0, 1),
    }
  if (progress < 0.25)
    return {
      facts: random.int(2, 6),
      subjects: random.int(1, 3),
      passages: random.int(1, 2),
      filler: random.int(0, 1),
    }
  const roll = random.next()
  if (roll < 0.15)
    return {
      facts: random.int(1, 3),
      subjects: random.int(1, 2),
      passages: random.int(1, 2),
      filler: random.int(0, 1),
    }
  // Many facts of the same kind, so that only the right name or number tells them apart.
  if (roll < 0.4)
    return {
      facts: random.int(3, 7),
      subjects: random.int(2, 5),
      passages: random.int(1, 3),
      filler: random.int(0, 1),
      kinds: random.int(1, 2),
    }
  // As long as the passages that are cut from documents.
  if (roll < 0.46)
    return {
      facts: random.int(6, 10),
      subjects: random.int(2, 4),
      passages: random.int(1, 3),
      filler: random.int(4, 12),
    }
  return {
    facts: random.int(2, 6),
    subjects: random.int(1, 3),
    passages: random.int(1, 3),
    filler: random.int(0, 2),
  }
}

/** The usual share of conversations about passages, and of questions about them that they do not answer. */
export const PASSAGES = 0.46
export const ABSENT = 0.31

/** Share of made-up documents in conversations about passages. */
const PAPERS = 0.2

/** Turns of any kind but passages, in one language or changing it now and then. */
function anyTurns(random: Random, language: Language, count: number): Turn[] {
  const turns: Turn[] = []
  let current = language
  for (let n = count; n > 0; n--) {
    if (random.chance(0.2)) current = current === 'en' ? 'zh' : 'en'
    const what = random.next()
    if (what < 0.5) {
      const topic = random.pick(TOPICS)
      turns.push(guideTurn(topic, current, guideQuestion(topic, current, random, false)))
    } else if (what < 0.65) turns.push(talkTurn(random, current, false))
    else if (what < 0.8) turns.push(outsideTurn(random, current, false))
    else turns.push(...followTurns(random, current, false))
  }
  return turns
}

export function trainingConversation(
  random: Random,
  progress: number,
  passages: number = PASSAGES,
  absent: number = ABSENT,
): { kind: string; spans: Conversation } {
  const language: Language = random.chance(0.5) ? 'zh' : 'en'
  const drawn = random.next()
  // The other kinds share what passages leave in fixed proportions.
  const roll =
    passages === PASSAGES
      ? drawn
      : drawn < passages
        ? 0
        : PASSAGES + ((drawn - passages) / (1 - passages)) * (1 - PASSAGES)
  const start = opening(random, language)
  const early = progress < 0.05
  if (roll < (early ? 0.55 : PASSAGES)) {
    // A sentence or two and a question, typed by hand.
    if (!early && random.chance(PAPERS)) {
      const form: PaperForm = random.chance(0.72) ? 'passages' : random.chance(0.5) ? 'turns' : 'read'
      const size = (): PaperSize => paperSize(random, language)
      const questions = form === 'turns' ? 2 : random.int(4, 9)
      const made = paperSpans(random, language, form, size, questions, absent + 0.05, false)
      if (made === undefined) return trainingConversation(random, progress, passages, absent)
      return { kind: `document ${language}`, spans: [...start, ...made] }
    }
    const single = !early && random.chance(0.1)
    const size = single
      ? { facts: random.int(1, 2), subjects: 1, passages: 1, filler: 0 }
      : sizeAt(progress, random)
    const form: Form = single
      ? 'pasted'
      : random.chance(0.42)
        ? 'twice'
        : random.chance(0.62)
          ? 'once'
          : 'pasted'
    const made = passageSpans(random, language, size, form, random.int(4, 9), absent, false)
    if (made === undefined) return trainingConversation(random, progress, passages, absent)
    const before = random.chance(0.08) ? spans(anyTurns(random, language, random.int(1, 2)), false) : []
    const after = random.chance(0.05) ? spans(anyTurns(random, language, 1), false) : []
    return { kind: `passage ${language}`, spans: [...start, ...before, ...made, ...after] }
  }
  if (roll < 0.68) {
    const topic = random.pick(TOPICS)
    const turn = guideTurn(topic, language, guideQuestion(topic, language, random, false))
    return { kind: `guide ${language}`, spans: [...start, ...spans([turn], false)] }
  }
  if (roll < 0.76)
    return {
      kind: `follow ${language}`,
      spans: [...start, ...spans(followTurns(random, language, false), false)],
    }
  if (roll < 0.86)
    return {
      kind: `outside ${language}`,
      spans: [...start, ...spans([outsideTurn(random, language, false)], false)],
    }
  if (roll < 0.9)
    return {
      kind: `talk ${language}`,
      spans: [...start, ...spans([talkTurn(random, language, false)], false)],
    }
  const turns = anyTurns(random, language, random.int(2, random.chance(0.3) ? 6 : 3))
  return { kind: `mixed ${language}`, spans: [...start, ...spans(turns, false)] }
}

export const HELD_KINDS = [
  'guide frames',
  'guide questions',
  'talk',
  'outside',
  'follow',
  'passage twice',
  'passage once',
  'passage pasted',
  'absent twice',
  'absent once',
  'absent pasted',
  'document',
  'document absent',
] as const

/** One example of the evaluation side; only its last answer counts. */
export function heldConversation(
  random: Random,
  kind: (typeof HELD_KINDS)[number],
  language: Language,
  index: number,
): Conversation {
  switch (kind) {
    case 'guide frames': {
      const list = TOPICS.filter((topic) => hasFrames(topic, language))
      const topic = list[index % list.length] as Topic
      return spans([guideTurn(topic, language, guideQuestion(topic, language, random, true, 'frames'))], true)
    }
    case 'guide questions': {
      const topic = TOPICS[index % TOPICS.length] as Topic
      return spans(
        [guideTurn(topic, language, guideQuestion(topic, language, random, true, 'questions'))],
        true,
      )
    }
    case 'talk':
      return spans([talkTurn(random, language, true)], true)
    case 'outside':
      return spans([outsideTurn(random, language, true)], true)
    case 'follow':
      return spans(followTurns(random, language, true), true)
    case 'document':
    case 'document absent':
      for (;;) {
        const wide = language === 'zh' ? 0.5 : 1
        const size = {
          passages: 2,
          statements: random.int(3, 8),
          prose: random.int(0, 2),
          characters: 420 * wide,
        }
        const absent = kind === 'document' ? 0 : 1
        const made = paperSpans(random, language, 'passages', () => size, 1, absent, true)
        if (made !== undefined) return made
      }
    default: {
      const [what, form] = kind.split(' ') as ['passage' | 'absent', Form]
      for (;;) {
        const size = {
          facts: random.int(2, 6),
          subjects: random.int(1, 3),
          passages: random.int(1, 3),
          filler: random.int(0, 2),
        }
        const made = passageSpans(random, language, size, form, 1, what === 'absent' ? 1 : 0, true)
        if (made !== undefined) return made
      }
    }
  }
}
