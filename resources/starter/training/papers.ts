// Made-up documents in wide words, and questions about them: numbered passages as Roost puts them before the starter, and
// documents that were read whole before the question. What makes a question answerable is only that its words stand in one
// statement; half of the words are spelled or invented.

import { personName, placeName } from './names.ts'
import { expand, isHeld, type Random } from './random.ts'
import type { Filling, Matter, PaperMaterial } from './texts/paper-types.ts'

interface Statement {
  readonly matter: Matter
  readonly slots: Readonly<Record<string, string>>
  readonly passage: number
}

export interface PaperQuestion {
  readonly text: string
  readonly answer: string
  /** From 1; 0: no passage says it. */
  readonly passage: number
  /** The thing it is about, as written in the question; '' where there is none. */
  readonly thing: string
}

export interface PaperSize {
  readonly passages: number
  /** In all passages together. */
  readonly statements: number
  /** Sentences in all passages together that say nothing to any question. */
  readonly prose: number
  /** Of each passage; what is longer is cut at its beginning or its end, as passages are. */
  readonly characters: number
}

export interface Paper {
  readonly passages: readonly string[]
  /** `about`: ask about this thing, if there is something else to ask about it. */
  readonly ask: (absent: boolean, about?: string) => PaperQuestion | undefined
}

const ONSETS =
  'b br bl c ch cl cr d dr f fl fr g gl gr h j k kl l m n p ph pl pr qu r s sc sh sk sl sm sn sp st str sw t th tr tw v w y z'.split(
    ' ',
  )
const VOWELS = 'a a a e e e i i o o u ai ea ee ou oa ie y'.split(' ')
const CODAS =
  'b ck d ff g k l ll m n n nd ng nt p r r rd rm rn s s ss st t t th x tion ment er ing al ive ous'.split(' ')
/** The first level of GB 2312: the 3,755 characters in general use. */
const CHARACTERS = ((): string[] => {
  const bytes: number[] = []
  for (let row = 0xb0; row <= 0xd7; row++)
    for (let cell = 0xa1; cell <= (row === 0xd7 ? 0xf9 : 0xfe); cell++) bytes.push(row, cell)
  return [...new TextDecoder('gb18030').decode(Uint8Array.from(bytes))]
})()

/** A word that nobody knows. */
function oddWord(random: Random, m: PaperMaterial): string {
  if (m.language === 'zh') {
    let word = ''
    const common = m.lists['character'] ?? []
    for (let n = random.int(2, random.chance(0.3) ? 4 : 2); n > 0; n--)
      word += [...(random.chance(0.5) ? random.pick(common) : random.pick(CHARACTERS))][0] ?? ''
    return word
  }
  let word = ''
  for (let n = random.chance(0.4) ? 1 : random.chance(0.75) ? 2 : 3; n > 0; n--) {
    word += random.pick(ONSETS) + random.pick(VOWELS)
    if (n === 1 || random.chance(0.3)) word += random.pick(CODAS)
  }
  return word
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}

function code(random: Random): string {
  const letter = (): string => random.pick([...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'])
  const digits = (n: number): string => Array.from({ length: n }, () => String(random.int(0, 9))).join('')
  switch (random.int(0, 7)) {
    case 0:
      return `${letter()}${letter()}-${digits(random.int(2, 4))}`
    case 1:
      return `${letter()}${digits(random.int(1, 3))}`
    case 2:
      return `${digits(random.int(3, 6))}`
    case 3:
      return `${letter()}${letter()}${letter()}-${digits(2)}${letter()}`
    case 4:
      return `${letter()}${letter()}/${digits(random.int(2, 4))}/${digits(2)}`
    case 5:
      return `${letter()}${digits(2)}-${digits(random.int(2, 4))}${letter()}`
    case 6:
      return `${digits(random.int(2, 3))}-${digits(random.int(2, 4))}`
    default:
      return `${letter()}${letter()} ${digits(random.int(2, 4))}`
  }
}

/** Replaces what stands in braces until nothing is left to replace. */
function build(random: Random, m: PaperMaterial, template: string): string {
  let text = expand(template, random)
  for (let round = 0; round < 4 && text.includes('{'); round++)
    text = text.replace(/\{(\w+)\}/g, (_, key: string) => piece(random, m, key))
  return text.replace(/ +/g, ' ').trim()
}

function piece(random: Random, m: PaperMaterial, key: string): string {
  switch (key) {
    case 'n':
      return String(random.chance(0.5) ? random.int(2, 30) : random.int(2, random.chance(0.5) ? 400 : 3000))
    case 'N':
      return String(random.int(1, 9) * 10 ** random.int(1, 3))
    case '1':
      return String(random.int(1, 9))
    case '2':
      return String(random.int(0, 11) * 5).padStart(2, '0')
    case 'h':
      return String(random.int(6, 22))
    case 'd':
      return String(random.int(1, 28))
    case 'year':
      return String(random.int(1890, 2030))
    case 'code':
      return code(random)
    case 'odd':
      return oddWord(random, m)
    case 'person':
      return personName(random, m.language, false)
    case 'place':
      return placeName(random, m.language, false)
  }
  if (/^[A-Z]+$/.test(key)) return piece(random, m, key.toLowerCase()).toUpperCase()
  const small = key.slice(0, 1).toLowerCase() + key.slice(1)
  if (small !== key) return capital(build(random, m, `{${small}}`))
  const list = m.lists[key]
  if (list !== undefined) return random.pick(list).replaceAll('-', ' ')
  const filling = (m.fillings as Readonly<Record<string, readonly string[]>>)[key]
  if (filling === undefined) throw new Error(`nothing is known for {${key}}`)
  return expand(random.pick(filling), random)
}

/**
 * What the vocabulary should have whole: the words of the templates and, in Chinese, every character of the lists. English
 * words of the lists are spelled unless other texts use them, because most words of real documents will be.
 */
export function paperWords(random: Random, m: PaperMaterial): string {
  const templates = m.matters.flatMap(({ say, asked }) => [...say, ...asked.flatMap(({ ask }) => ask)])
  const lists = m.language === 'zh' ? Object.values(m.lists).flat() : []
  const all = [...templates, ...m.prose, ...m.leads, ...m.tails].map((text) => expand(text, random))
  return [...all.map((text) => text.replace(/\{\w+\}/g, '0')), ...lists].join('\n')
}

/** Of one side of the split, by the text. */
function value(random: Random, m: PaperMaterial, filling: Filling, held: boolean): string {
  if (filling === 'person') return personName(random, m.language, held)
  if (filling === 'place') return placeName(random, m.language, held)
  for (let tries = 0; ; tries++) {
    const made = build(random, m, random.pick(m.fillings[filling]))
    if (isHeld(filling + made) === held || tries > 100) return made
  }
}

function fill(template: string, slots: Readonly<Record<string, string>>): string {
  return template.replace(/\{(\w)\}/g, (whole, key: string) => {
    const text = slots[key]
    if (text !== undefined) return text
    const small = slots[key.toLowerCase()]
    return small === undefined ? whole : capital(small)
  })
}

/** A template of the training side that equals none of those kept for evaluation. */
function trained(random: Random, templates: readonly string[], held: readonly string[]): string {
  for (;;) {
    const made = expand(random.pick(templates), random)
    if (!held.includes(made)) return made
  }
}

function slotsIn(template: string): string[] {
  return [...template.matchAll(/\{(\w)\}/g)].map((match) => (match[1] ?? '').toLowerCase())
}

/** Cut as passages are: whole sentences while they fit, and now and then from within a sentence on. */
function cut(sentences: readonly string[], most: number, between: string): string[] {
  const kept: string[] = []
  let length = 0
  for (const sentence of sentences) {
    length += sentence.length + between.length
    if (length > most && kept.length > 0) break
    kept.push(sentence)
  }
  return kept
}

/** Puts sentences together and words before them, as prose has them. */
function compound(random: Random, m: PaperMaterial, sentences: string[]): void {
  const space = m.language === 'zh' ? '' : ' '
  const small = (text: string): string =>
    /^(The|A|If|For|It|With|We|There|Every|Because|At|In|To|Under|Nobody) /.test(text)
      ? text.slice(0, 1).toLowerCase() + text.slice(1)
      : text
  const tail = /[^\d][.。]$/
  for (let i = 0; i < sentences.length; i++) {
    const [text, next] = [sentences[i] ?? '', sentences[i + 1]]
    if (!/[.。]$/.test(text)) continue
    const roll = random.next()
    if (next !== undefined && roll < 0.2)
      sentences.splice(i, 2, text.slice(0, -1) + random.pick(m.joins) + small(next))
    else if (roll < 0.33) sentences[i] = build(random, m, random.pick(m.leads)) + space + small(text)
    else if (roll < 0.45 && tail.test(text))
      sentences[i] = text.slice(0, -1) + build(random, m, random.pick(m.tails)) + text.slice(-1)
  }
}

export function paper(random: Random, m: PaperMaterial, size: PaperSize, held: boolean): Paper {
  const between = m.language === 'zh' ? '' : ' '
  const draw = (filling: Filling): string => value(random, m, filling, held)
  // Things, qualities and people come back within one text, so that a single word does not tell the statement.
  const pools = new Map<Filling, string[]>()
  const pooled = (filling: Filling): string => {
    const pool = pools.get(filling) ?? []
    pools.set(filling, pool)
    const shared = /^(thing|things|attribute|stretch|group|role|done|person)$/.test(filling)
    if (shared && pool.length > 0 && random.chance(0.45)) return random.pick(pool)
    const made = draw(filling)
    pool.push(made)
    return made
  }
  const few = random.shuffle(m.matters).slice(0, random.int(2, 5))
  const statements: Statement[] = []
  const written: { passage: number; text: string; statement?: Statement }[] = []
  for (let n = 0; n < size.statements; n++) {
    const matter = random.pick(few)
    const slots = Object.fromEntries(
      Object.entries(matter.slots).map(([slot, filling]) => [slot, pooled(filling)]),
    )
    const passage = random.int(1, size.passages)
    const statement = { matter, slots, passage }
    const template =
      held && random.chance(0.5) ? random.pick(matter.sayHeld) : trained(random, matter.say, matter.sayHeld)
    const text = fill(template, slots)
    written.push({ passage, text: template.includes('{k}') ? text : capital(text), statement })
  }
  for (let n = 0; n < size.prose; n++) {
    const at = random.int(0, written.length)
    const text = capital(build(random, m, random.pick(m.prose)))
    written.splice(at, 0, { passage: random.int(1, size.passages), text })
  }
  const passages = Array.from({ length: size.passages }, (_, n) => {
    const mine = written.filter(({ passage }) => passage === n + 1)
    if (mine.length === 0)
      mine.push({ passage: n + 1, text: capital(build(random, m, random.pick(m.prose))) })
    const kept = cut(
      mine.map(({ text }) => text),
      size.characters,
      between,
    )
    for (const { statement } of mine.slice(0, kept.length)) if (statement) statements.push(statement)
    compound(random, m, kept)
    if (random.chance(0.2)) kept.unshift(build(random, m, random.pick(m.titles)))
    if (random.chance(0.08)) return kept.map((text) => `- ${text}`).join(' ')
    return kept.join(between)
  })

  const matching = (matter: Matter, template: string, slots: Readonly<Record<string, string>>): Statement[] =>
    statements.filter(
      (one) => one.matter === matter && slotsIn(template).every((slot) => one.slots[slot] === slots[slot]),
    )
  const present = (about?: string): PaperQuestion | undefined => {
    const list = about === undefined ? statements : statements.filter(({ slots }) => slots['t'] === about)
    if (list.length === 0) return undefined
    const statement = random.pick(list)
    const asked = random.pick(statement.matter.asked)
    const template = held ? random.pick(asked.held) : trained(random, asked.ask, asked.held)
    const same = matching(statement.matter, template, statement.slots)
    // Two statements that answer differently make no question.
    if (new Set(same.map(({ slots }) => fill(asked.answer, slots))).size > 1) return undefined
    const isAbout = about !== undefined && template.includes('{t}') && !held
    const slots = isAbout && random.chance(0.6) ? { ...statement.slots, t: m.it } : statement.slots
    return {
      text: capital(fill(template, slots)),
      answer: fill(asked.answer, statement.slots),
      passage: Math.min(...same.map(({ passage }) => passage)),
      thing: template.includes('{t}') ? (statement.slots['t'] ?? '') : '',
    }
  }
  const missing = (): PaperQuestion | undefined => {
    const base = statements.length > 0 && random.chance(0.85) ? random.pick(statements) : undefined
    const matter = base !== undefined && random.chance(0.7) ? base.matter : random.pick(m.matters)
    const asked = random.pick(matter.asked)
    const template = held ? random.pick(asked.held) : trained(random, asked.ask, asked.held)
    const wanted = [...new Set(slotsIn(template))]
    const slots: Record<string, string> = {}
    const changed = random.pick(wanted)
    for (const [slot, filling] of Object.entries(matter.slots)) {
      const keep = base?.matter === matter && slot !== changed
      const pool = pools.get(filling) ?? []
      slots[slot] = keep
        ? (base.slots[slot] ?? draw(filling))
        : pool.length > 0 && random.chance(0.6)
          ? random.pick(pool)
          : draw(filling)
    }
    if (matching(matter, template, slots).length > 0) return undefined
    // Another matter may say it in other words: the same thing with the same answerable slot.
    if (
      base !== undefined &&
      wanted.length === 1 &&
      statements.some((one) => wanted.every((w) => one.slots[w] === slots[w])) &&
      random.chance(0.5)
    )
      return undefined
    return { text: capital(fill(template, slots)), answer: m.absent, passage: 0, thing: slots['t'] ?? '' }
  }
  return {
    passages,
    ask: (absent, about) => (absent ? missing() : present(about)),
  }
}
