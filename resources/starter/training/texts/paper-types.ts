// What made-up documents consist of: kinds of statements about things in wide and partly invented words, so that what is
// asked for can only be found by comparing words, not by knowing the relation.

/** How a slot is filled; paper-english.ts and paper-chinese.ts say with what. */
export type Filling =
  | 'thing'
  | 'things'
  | 'attribute'
  | 'stretch'
  | 'quantity'
  | 'duration'
  | 'amount'
  | 'number'
  | 'code'
  | 'person'
  | 'role'
  | 'group'
  | 'spot'
  | 'day'
  | 'time'
  | 'year'
  | 'place'
  | 'material'
  | 'deed'
  | 'done'
  | 'reason'
  | 'name'
  | 'maker'
  | 'event'
  | 'setting'
  | 'word'

export interface Asked {
  /** Templates; the slots in them decide which statement is meant. */
  readonly ask: readonly string[]
  readonly held: readonly string[]
  readonly answer: string
}

export interface Matter {
  /** One letter or more per slot. */
  readonly slots: Readonly<Record<string, Filling>>
  readonly say: readonly string[]
  readonly sayHeld: readonly string[]
  readonly asked: readonly Asked[]
}

export interface PaperMaterial {
  readonly language: 'en' | 'zh'
  readonly marker: string
  readonly absent: string
  /** What a document that was read whole is answered with, and how the question then stands alone. */
  readonly read: string
  /** What stands for a thing that was asked about before. */
  readonly it: string
  readonly lists: Readonly<Record<string, readonly string[]>>
  /** A grammar for each filling; {list} takes from `lists`, {odd} is an invented word, {n} a number, {code} a code. */
  readonly fillings: Readonly<Record<Exclude<Filling, 'person' | 'place'>, readonly string[]>>
  readonly matters: readonly Matter[]
  /** Sentences that nothing is asked about, with fillings as slots. */
  readonly prose: readonly string[]
  readonly titles: readonly string[]
  /** Between two sentences that become one, before a sentence, and before its full stop. */
  readonly joins: readonly string[]
  readonly leads: readonly string[]
  readonly tails: readonly string[]
}
