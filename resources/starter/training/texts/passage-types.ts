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

export interface Wordings {
  readonly say: readonly string[]
  readonly sayHeld: readonly string[]
  readonly ask: readonly string[]
  readonly askHeld: readonly string[]
  /** Questions from the value back to the subject. */
  readonly who?: readonly string[]
  readonly whoHeld?: readonly string[]
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
  readonly filler: readonly string[]
  readonly jobs: readonly string[]
  readonly workplaces: readonly string[]
  readonly colours: readonly string[]
  readonly shades: readonly string[]
  readonly things: readonly string[]
  readonly kinds: readonly string[]
  readonly object: string
  readonly instruments: readonly string[]
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
