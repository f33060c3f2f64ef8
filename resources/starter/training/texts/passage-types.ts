// What a language must offer so that passages and questions about them can be made.

export type Kind = 'person' | 'building' | 'event'
export type Value =
  | 'place'
  | 'date'
  | 'job'
  | 'age'
  | 'colour'
  | 'instrument'
  | 'phone'
  | 'room'
  | 'person'
  | 'year'
  | 'size'
  | 'price'
  | 'time'
  | 'count'
  | 'day'
  | 'food'
  | 'animal'

/** Every text is a grammar (topic.ts) with {s} for who or what it is about and {v} for the value. */
export interface Wordings {
  readonly say: readonly string[]
  readonly sayHeld: readonly string[]
  readonly ask: readonly string[]
  readonly askHeld: readonly string[]
  /** Questions from the value back to the subject. */
  readonly who?: readonly string[]
  readonly whoHeld?: readonly string[]
  /** Indirect questions, for `Material.asking`. */
  readonly indirect?: string
  readonly answer: string
}

export interface Relation extends Wordings {
  readonly id: string
  readonly about: Kind
  readonly value: Value
}

export interface Material {
  readonly language: 'en' | 'zh'
  /** Written before a question about passages. */
  readonly marker: string
  /** The answer when the passages do not contain it. */
  readonly absent: string
  readonly pronouns: readonly string[]
  /** In the order of the pronouns; empty where a language makes them with a suffix. */
  readonly possessives: readonly string[]
  readonly filler: readonly string[]
  /** What may stand before a statement or before a question. */
  readonly saying: readonly string[]
  readonly asking: readonly string[]
  /** Frames around an indirect question {i}. */
  readonly indirect: readonly string[]
  readonly jobs: readonly string[]
  readonly workplaces: readonly string[]
  readonly colours: readonly string[]
  readonly shades: readonly string[]
  readonly things: readonly string[]
  readonly kinds: readonly string[]
  readonly object: string
  /** Values of two words, so that one kept for evaluation is made of words that training knows. */
  readonly instrument: string
  readonly builds: readonly string[]
  readonly instruments: readonly string[]
  readonly food: string
  readonly cooked: readonly string[]
  readonly foods: readonly string[]
  readonly animal: string
  readonly coats: readonly string[]
  readonly animals: readonly string[]
  readonly months: readonly string[]
  readonly days: readonly string[]
  readonly date: string
  readonly dayAndTime: string
  readonly buildings: readonly string[]
  readonly building: string
  readonly events: readonly string[]
  readonly acts: readonly { readonly past: string; readonly base: string }[]
  readonly relations: readonly Relation[]
  /** Somebody did something to a thing: {past} and {base} are the verb. */
  readonly act: Wordings
}
