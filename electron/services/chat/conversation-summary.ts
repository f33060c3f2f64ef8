// What memory refresh says of the part of a chat that is no longer read: sentences that a model wrote about it piece by
// piece, and the person's own sentences with names and figures, to the letter, because that is what summaries lose.

export interface Spoken {
  readonly question: string
  readonly answer: string
}

/** Of the text of one piece: some 1,500 tokens, which every model was trained on at once. */
const PIECE_CHARACTERS = 6000
/** Details that are kept to the letter, and that recall is measured on. */
const DETAILS = 16
const DETAIL_CHARACTERS = { least: 12, most: 220 }

export interface SummaryWords {
  /** Behind a piece of the chat. */
  readonly ask: string
  /** Before the summary, as the person says it. */
  readonly lead: string
  /** Above the details. */
  readonly details: string
  /** What the model is taken to have answered to the summary. */
  readonly reply: string
  /** Asked before a detail, when recall is measured. */
  readonly recall: string
  readonly person: string
  readonly model: string
}

const english: SummaryWords = {
  ask: 'Sum up this part of a conversation in two or three sentences. Keep names, numbers, decisions and open questions.',
  lead: 'What we have talked about so far, in short:',
  details: 'Said word for word:',
  reply: 'Understood. I go on from there.',
  recall: 'What did I tell you before?',
  person: 'Person',
  model: 'Model',
}

const chinese: SummaryWords = {
  ask: '请用两三句话概括这段对话，保留人名、数字、决定和未解决的问题。',
  lead: '我们此前所谈内容的概要：',
  details: '原话：',
  reply: '明白了，我们接着谈。',
  recall: '我之前告诉过你什么？',
  person: '人',
  model: '模型',
}

const HAN = /\p{Script=Han}/u
const EVERY_HAN = /\p{Script=Han}/gu

/** The language that most of the person's words are in. */
export function wordsFor(turns: readonly Spoken[]): SummaryWords {
  const text = turns.map(({ question }) => question).join(' ')
  const letters = (text.match(/\p{L}/gu) ?? []).length
  return (text.match(EVERY_HAN) ?? []).length * 3 > letters ? chinese : english
}

/** The turns as text, in pieces that end with a turn where turns are short enough. */
export function piecesOf(turns: readonly Spoken[], words: SummaryWords): string[] {
  const pieces: string[] = []
  let piece = ''
  for (const { question, answer } of turns) {
    const spoken = `(${words.person}) ${question.trim()}\n(${words.model}) ${answer.trim()}\n`
    if (piece !== '' && piece.length + spoken.length > PIECE_CHARACTERS) {
      pieces.push(piece)
      piece = ''
    }
    // A turn longer than a piece: its beginning and its end say most.
    piece +=
      spoken.length <= PIECE_CHARACTERS
        ? spoken
        : `${spoken.slice(0, PIECE_CHARACTERS / 2)} … ${spoken.slice(-PIECE_CHARACTERS / 2)}`
  }
  return piece === '' ? pieces : [...pieces, piece]
}

/** A full stop inside a figure or a name ("v1.2") ends nothing. */
const SENTENCE = /(?:[^.!?。！？\n]|[.!?](?=[^\s.!?]))+[.!?。！？]*/gu
/** A figure, or a word with a capital that does not begin the sentence; in Chinese a figure, a quote or a name after 叫/是. */
const TELLING = /\d|(?<=\S\s)\p{Lu}\p{Ll}+|[「“《]|[叫姓]/u

/** Sentences of the person that state names or figures, in their order; of very many, evenly from all of the chat. */
export function detailsOf(turns: readonly Spoken[], count: number = DETAILS): string[] {
  const seen = new Set<string>()
  const all = turns.flatMap(({ question }) =>
    (question.slice(0, 20_000).match(SENTENCE) ?? []).flatMap((sentence) => {
      const detail = sentence.trim()
      const { least, most } = DETAIL_CHARACTERS
      const length = Array.from(detail).length
      const enough = HAN.test(detail) ? 5 : least
      if (length < enough || length > most || /[?？]$/u.test(detail) || !TELLING.test(detail)) return []
      if (seen.has(detail)) return []
      seen.add(detail)
      return [detail]
    }),
  )
  if (all.length <= count) return all
  return Array.from({ length: count }, (_, index) => all[Math.floor((index * all.length) / count)] ?? '')
}

/** What a model wrote about the pieces, and the details. */
export function draftOf(written: readonly string[], details: readonly string[], words: SummaryWords): string {
  const sentences = written
    .map((text) =>
      text
        .replace(/^[\s\S]*<\/think>/u, '')
        .replaceAll(/\s+/gu, ' ')
        .trim(),
    )
    .filter((text) => text !== '')
  const lines = details.length === 0 ? [] : [words.details, ...details.map((detail) => `- ${detail}`)]
  return [...sentences, ...lines].join('\n')
}
