// The shape of one guide topic: a fact about Roost or RWKV with many ways of asking for it.
//
// Texts are small grammars: `a (b|c) d` stands for "a b d" and "a c d"; a `|` outside parentheses separates whole
// alternatives. `how` holds verb phrases and `what` noun phrases that are put into the frames of frames.ts; `ask` holds
// whole questions. `held` holds whole questions that training never sees.

export type Subject = 'model' | 'conversation' | 'snapshot' | 'document' | 'answer' | 'none'

export interface Wording {
  readonly how?: string
  readonly what?: string
  readonly ask?: readonly string[]
  readonly held: readonly string[]
  readonly answer: string
}

export interface Topic {
  readonly id: string
  /** What "it" means in a question that follows the answer. */
  readonly subject: Subject
  readonly en: Wording
  readonly zh: Wording
}

export function topic(id: string, subject: Subject, en: Wording, zh: Wording): Topic {
  return { id, subject, en, zh }
}
