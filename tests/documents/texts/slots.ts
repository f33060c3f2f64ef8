// Values for the slots of a family, drawn from a seed; invented names of people and places.
import type { SeededRandom } from '../../application/seeded-random.ts'
import type { Family, Language } from './family.ts'

export type Values = Readonly<Record<string, string>>

const starts =
  'Bar Cel Dorn El Fen Gris Hol Ing Jor Kes Lim Mer Nol Or Pell Quen Ras Sol Tam Ull Ven Wil Yar Zan'.split(
    ' ',
  )
const middles = 'a e i o an el ir or'.split(' ')
const ends = 'da fin gar lin mond nes rik sa ta var wen zel'.split(' ')
const townEnds = 'bridge by dale fell ham mere moor stead thorpe wick'.split(' ')
const surnames = '梁秦崔钟邱郝樊岑凌霍柯祝裘管甄滕'
const given = '岚松遥竹默川棠溯禾望舟晴砚朔蓝屿'
const placeStarts = '沧栖鹭岫澄苔枕棹霁榛'
const placeMiddles = '霞石泽云岭溪陵浦'
const placeEnds = ['镇', '村', '渡', '庄']
const months = 'January February March April May June July August September October November December'.split(
  ' ',
)

/** `place`: the how manyth document of the family it is, from 0. */
export function drawValues(family: Family, place: number, random: SeededRandom): Values {
  const values: Record<string, string> = {}
  const taken = new Set<string>()
  for (const [name, slot] of Object.entries(family.slots)) {
    let value = draw(slot, place, family.language, random)
    // Two people of one document are not one person.
    for (let tries = 0; taken.has(value) && tries < 50; tries++)
      value = draw(slot, place, family.language, random)
    taken.add(value)
    values[name] = value
  }
  // Slots within slots ("Rowing Club {town}") are filled once everything is drawn.
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, fill(value, values)]))
}

export function fill(text: string, values: Values): string {
  return text.replaceAll(/\{(\w+)\}/g, (whole: string, name: string) => values[name] ?? whole)
}

function draw(slot: string, place: number, language: Language, random: SeededRandom): string {
  const [how = '', ...rest] = slot.split(': ')
  const argument = rest.join(': ')
  const choices = argument.split(' | ')
  switch (how) {
    case 'each':
      return choices[place % choices.length] ?? ''
    case 'of':
      return random.pick(choices)
    case 'code':
      return codeLike(argument, random)
    case 'number':
      return numberIn(argument, random)
    case 'person':
      return person(language, random)
    case 'place':
      return placeName(language, random)
    case 'date':
      return date(language, random)
    case 'time':
      return `${7 + random.below(14)}:${String(random.below(12) * 5).padStart(2, '0')}`
    default:
      throw new Error(`No such slot: ${slot}`)
  }
}

function codeLike(pattern: string, random: SeededRandom): string {
  return Array.from(pattern)
    .map((character, index) => {
      if (character === '#') return String(index === 0 ? 1 + random.below(9) : random.below(10))
      if (character === 'A') return random.pick(Array.from('BCDGHKLMNPRTVWXZ'))
      return character
    })
    .join('')
}

function numberIn(range: string, random: SeededRandom): string {
  const [from = 0, to = 0, step = 1] = range.split(/\.\.|\//).map(Number)
  return String(from + random.below(Math.floor((to - from) / step) + 1) * step)
}

function person(language: Language, random: SeededRandom): string {
  if (language === 'zh') {
    const name = random.pick(Array.from(surnames)) + random.pick(Array.from(given))
    return random.chance(0.6) ? name + random.pick(Array.from(given)) : name
  }
  const one = (): string =>
    random.pick(starts) + (random.chance(0.5) ? random.pick(middles) : '') + random.pick(ends)
  return `${one()} ${one()}`
}

function placeName(language: Language, random: SeededRandom): string {
  if (language === 'zh')
    return (
      random.pick(Array.from(placeStarts)) + random.pick(Array.from(placeMiddles)) + random.pick(placeEnds)
    )
  return random.pick(starts) + (random.chance(0.5) ? random.pick(middles) : '') + random.pick(townEnds)
}

function date(language: Language, random: SeededRandom): string {
  const month = random.below(12)
  const day = 1 + random.below(28)
  return language === 'zh' ? `${month + 1}月${day}日` : `${day} ${months[month] ?? ''}`
}
