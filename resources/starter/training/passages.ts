// Short passages made of facts, and questions about them with answers that cite.
//
// A question is answerable, or one of three kinds that are not: somebody of the passage with something it does not say
// of them (but, where possible, says of somebody else), somebody who is not in it, or a value that is not in it.

import { personName, placeName } from './names.ts'
import { expand, isHeld, type Random } from './random.ts'
import type { Kind, Material, Relation, Value, Wordings } from './texts/passage-types.ts'

interface Fact {
  readonly subject: string
  readonly relation: Relation | 'act'
  readonly verb: number
  readonly value: string
  readonly passage: number
}

export interface Question {
  readonly text: string
  readonly answer: string
  /** The passage that holds the answer, from 1; 0 when none does. */
  readonly passage: number
}

export interface Reading {
  readonly passages: readonly string[]
  readonly ask: (absent: boolean) => Question | undefined
}

export interface Size {
  readonly facts: number
  readonly subjects: number
  readonly passages: number
  readonly filler: number
  /** Kinds of facts that are told of people, of buildings and of events; fewer make the facts harder to tell apart. */
  readonly kinds?: number
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}

function digits(random: Random, n: number): string {
  let out = String(random.int(1, 9))
  while (out.length < n) out += String(random.int(0, 9))
  return out
}

function fill(template: string, parts: Readonly<Record<string, string>>): string {
  return template.replace(/\{(\w+)\}/g, (whole, key: string) => parts[key] ?? whole)
}

/** An adjective may be empty. */
function oneSpace(text: string): string {
  return text.replace(/ +/g, ' ').trim()
}

function value(random: Random, m: Material, kind: Value, held: boolean): string {
  if (kind === 'person') return personName(random, m.language, held)
  if (kind === 'place') return placeName(random, m.language, held)
  for (let tries = 0; ; tries++) {
    const made = draw(random, m, kind)
    if (isHeld(kind + made) === held || tries > 200) return made
  }
}

function draw(random: Random, m: Material, kind: Value): string {
  const two = (n: number): string => String(n).padStart(2, '0')
  const time = `${random.int(7, 21)}:${two(random.int(0, 11) * 5)}`
  switch (kind) {
    case 'date':
      return fill(m.date, {
        d: String(random.int(1, 28)),
        m: random.pick(m.months),
        y: String(random.int(1850, 2025)),
      })
    case 'job': {
      const job = random.pick(m.jobs)
      if (random.chance(0.5)) return job
      return m.language === 'zh' ? random.pick(m.workplaces) + job : `${job} ${random.pick(m.workplaces)}`
    }
    case 'age':
      return String(random.int(5, 99))
    case 'colour':
      return fill(random.pick(m.shades), { c: random.pick(m.colours) })
    case 'instrument':
      return oneSpace(fill(m.instrument, { k: random.pick(m.builds), i: random.pick(m.instruments) }))
    case 'food':
      return oneSpace(fill(m.food, { k: random.pick(m.cooked), f: random.pick(m.foods) }))
    case 'animal':
      return oneSpace(fill(m.animal, { k: random.pick(m.coats), a: random.pick(m.animals) }))
    case 'phone':
      return digits(random, random.int(4, 7))
    case 'room':
      return random.chance(0.33) ? String(random.int(2, 9)) : digits(random, random.int(2, 3))
    case 'year':
      return String(random.int(1200, 2025))
    case 'size':
      return digits(random, random.int(2, 3))
    case 'price':
    case 'count':
      return random.chance(0.33) ? String(random.int(2, 9)) : digits(random, random.int(2, 3))
    case 'time':
      return time
    case 'day':
      return fill(m.dayAndTime, { day: random.pick(m.days), time })
    case 'person':
    case 'place':
      throw new Error('names are made elsewhere')
  }
}

function object(random: Random, m: Material, held: boolean): string {
  for (let tries = 0; ; tries++) {
    const made = fill(m.object, { k: random.pick(m.kinds), t: random.pick(m.things) })
    if (isHeld(made) === held || tries > 200) return made
  }
}

function subject(random: Random, m: Material, kind: Kind, held: boolean): string {
  if (kind === 'person') return personName(random, m.language, held)
  const n = placeName(random, m.language, held)
  if (kind === 'building') return fill(m.building, { n, b: random.pick(m.buildings) })
  return fill(random.pick(m.events), { n })
}

/** A template of the training side: an expansion that is not on the held-out list. */
function trained(random: Random, templates: readonly string[], held: readonly string[]): string {
  for (;;) {
    const made = expand(random.pick(templates), random)
    if (!held.includes(made)) return made
  }
}

/** Puts a stretch before a sentence template, whose first letter becomes small unless it is a name. */
function after(before: string, template: string): string {
  return (
    before + (template.startsWith('{') ? template : template.slice(0, 1).toLowerCase() + template.slice(1))
  )
}

function saying(random: Random, m: Material, w: Wordings, held: boolean): string {
  if (held && random.chance(0.5)) return random.pick(w.sayHeld)
  const template = trained(random, w.say, w.sayHeld)
  return random.chance(0.15) ? after(random.pick(m.saying), template) : template
}

function asking(random: Random, m: Material, w: Wordings, held: boolean): string {
  if (held) return random.pick(w.askHeld)
  if (w.indirect !== undefined && m.indirect.length > 0 && random.chance(0.2))
    return trained(random, m.indirect, []).replace('{i}', expand(w.indirect, random))
  const template = trained(random, w.ask, w.askHeld)
  return random.chance(0.12) ? after(random.pick(m.asking), template) : template
}

/** A question from the value back to the subject; undefined where the fact has none. */
function asksBack(random: Random, w: Wordings, held: boolean): string | undefined {
  if (w.who === undefined || w.whoHeld === undefined) return undefined
  return held ? random.pick(w.whoHeld) : trained(random, w.who, w.whoHeld)
}

function wordings(m: Material, relation: Relation | 'act'): Wordings {
  return relation === 'act' ? m.act : relation
}

function valueOf(relation: Relation | 'act'): Value | 'act' {
  return relation === 'act' ? 'act' : relation.value
}

/** A passage set and a source of questions about it. `held` takes names, values and templates of the evaluation side. */
export function read(random: Random, m: Material, size: Size, held: boolean): Reading {
  const kinds: Kind[] = []
  const theme = random.pick<Kind>(['person', 'person', 'building', 'event'])
  for (let i = 0; i < size.subjects; i++) {
    kinds.push(random.chance(0.75) ? theme : random.pick<Kind>(['person', 'building', 'event']))
  }
  const subjects = kinds.map((kind) => ({ kind, name: subject(random, m, kind, held) }))
  const said = new Map<Kind, (Relation | 'act')[]>()
  for (const kind of ['person', 'building', 'event'] as const) {
    const all: (Relation | 'act')[] = m.relations.filter((r) => r.about === kind)
    if (kind === 'person') all.push('act', 'act')
    const shuffled = random.shuffle(all)
    // Opening and closing times, two places, two persons: values of one kind are the hardest to tell apart.
    if (size.kinds !== undefined && random.chance(0.5)) {
      const like = valueOf(shuffled[0] ?? 'act')
      shuffled.sort((a, b) => Number(valueOf(b) === like) - Number(valueOf(a) === like))
    }
    said.set(kind, shuffled.slice(0, size.kinds ?? random.int(2, 4)))
  }
  const facts: Fact[] = []
  const taken = new Set<string>()
  for (let tries = 0; facts.length < size.facts && tries < 60; tries++) {
    const who = random.pick(subjects)
    const relation = random.pick(said.get(who.kind) ?? [])
    const key = `${who.name}|${relation === 'act' ? 'act' : relation.id}`
    if (taken.has(key)) continue
    taken.add(key)
    const made = relation === 'act' ? object(random, m, held) : value(random, m, relation.value, held)
    const verb = random.int(0, m.acts.length - 1)
    facts.push({ subject: who.name, relation, verb, value: made, passage: random.int(1, size.passages) })
  }
  const passages = Array.from({ length: size.passages }, (_, i) =>
    text(random, m, facts, i + 1, size.filler, held),
  )
  return {
    passages,
    ask: (absent) =>
      absent ? missing(random, m, subjects, facts, said, held) : present(random, m, facts, held),
  }
}

function text(
  random: Random,
  m: Material,
  facts: readonly Fact[],
  n: number,
  filler: number,
  held: boolean,
): string {
  const sentences: string[] = []
  const which = random.int(0, m.pronouns.length - 1)
  const pronoun = m.pronouns[which] ?? ''
  let before = ''
  const mine = facts.filter((fact) => fact.passage === n)
  // Facts about one subject often stand together, so that a pronoun can be used.
  if (random.chance(0.5)) mine.sort((a, b) => (a.subject < b.subject ? -1 : a.subject > b.subject ? 1 : 0))
  for (const fact of mine) {
    const w = wordings(m, fact.relation)
    const template = saying(random, m, w, held)
    const person = fact.relation === 'act' || fact.relation.about === 'person'
    const owns = m.possessives.length > 0 && template.startsWith("{s}'s ")
    const short = person && before === fact.subject && template.startsWith('{s}') && random.chance(0.4)
    const verb = m.acts[fact.verb]
    const parts = {
      s: short && !owns ? pronoun : fact.subject,
      v: fact.value,
      past: verb?.past ?? '',
      base: verb?.base ?? '',
    }
    const own = short && owns ? template.replace("{s}'s", m.possessives[which] ?? '') : template
    sentences.push(capital(fill(own, parts)))
    before = fact.subject
  }
  for (let i = 0; i < filler; i++) {
    if (random.chance(0.5)) sentences.splice(random.int(0, sentences.length), 0, random.pick(m.filler))
  }
  if (sentences.length === 0) sentences.push(random.pick(m.filler))
  return sentences.join(m.language === 'zh' ? '' : ' ')
}

function present(random: Random, m: Material, facts: readonly Fact[], held: boolean): Question | undefined {
  if (facts.length === 0) return undefined
  const fact = random.pick(facts)
  const w = wordings(m, fact.relation)
  const verb = m.acts[fact.verb]
  const parts = { s: fact.subject, v: fact.value, past: verb?.past ?? '', base: verb?.base ?? '' }
  const back = asksBack(random, w, held)
  const same = facts.filter((other) => other.relation === fact.relation && other.value === fact.value)
  if (back !== undefined && same.length === 1 && random.chance(0.35)) {
    const answer = capital(fact.subject) + (m.language === 'zh' ? '。' : '.')
    return { text: capital(fill(back, parts)), answer, passage: fact.passage }
  }
  const text = capital(fill(asking(random, m, w, held), parts))
  return { text, answer: capital(fill(w.answer, parts)), passage: fact.passage }
}

function missing(
  random: Random,
  m: Material,
  subjects: readonly { kind: Kind; name: string }[],
  facts: readonly Fact[],
  said: ReadonlyMap<Kind, readonly (Relation | 'act')[]>,
  held: boolean,
): Question | undefined {
  const roll = random.next()
  if (roll < 0.2) {
    // A value that is not in the passage, or somebody who is not.
    const fact = facts.length > 0 ? random.pick(facts) : undefined
    if (fact === undefined) return undefined
    const w = wordings(m, fact.relation)
    const back = asksBack(random, w, held)
    const verb = m.acts[fact.verb]
    const parts = { past: verb?.past ?? '', base: verb?.base ?? '' }
    if (back !== undefined && random.chance(0.4)) {
      const v =
        fact.relation === 'act' ? object(random, m, held) : value(random, m, fact.relation.value, held)
      if (facts.some((other) => other.value === v)) return undefined
      return { text: capital(fill(back, { ...parts, v })), answer: m.absent, passage: 0 }
    }
    const kind = fact.relation === 'act' ? 'person' : fact.relation.about
    const s = subject(random, m, kind, held)
    if (subjects.some((other) => other.name === s)) return undefined
    return {
      text: capital(fill(asking(random, m, w, held), { ...parts, s })),
      answer: m.absent,
      passage: 0,
    }
  }
  const who = random.pick(subjects)
  const known = facts.filter((fact) => fact.subject === who.name).map((fact) => fact.relation)
  const here = (said.get(who.kind) ?? []).filter((relation) => !known.includes(relation))
  const others = here.filter((relation) => facts.some((fact) => fact.relation === relation))
  const anything: (Relation | 'act')[] = m.relations.filter((r) => r.about === who.kind && !known.includes(r))
  const list = others.length > 0 && roll < 0.75 ? others : anything
  if (list.length === 0) return undefined
  const relation = random.pick(list)
  return ask(random, m, relation, who.name, held)
}

function ask(random: Random, m: Material, relation: Relation | 'act', s: string, held: boolean): Question {
  const verb = random.pick(m.acts)
  const parts = { s, past: verb.past, base: verb.base }
  return {
    text: capital(fill(asking(random, m, wordings(m, relation), held), parts)),
    answer: m.absent,
    passage: 0,
  }
}
