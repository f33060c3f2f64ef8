// Conversations for the stories about memory: with branches, with a tree of 500 turns, as a notebook.
import type { Message } from '../../electron/contract/entities.ts'

type Row = (index: number, parent: number | null, text: string, extra?: Partial<Message>) => Message
type Answer = (state?: Message['state'], extra?: Partial<Message>) => Partial<Message>

const TALK: readonly (readonly [question: string, answer: string])[] = [
  [
    'Tell me about the lighthouse on Gull Island.',
    'It has stood since 1871, on the west side of the island.',
  ],
  ['Who built it?', 'Two brothers from the harbour town, with stones from the quarry at Lowen.'],
  [
    'How did they bring the stones over?',
    'On barges, at slack water; one barge is said to lie below the pier still.',
  ],
  ['Who keeps it today?', 'Mara does. She came to the island as a baker.'],
  [
    'Write the opening of a story about her.',
    'The lamp had been dark for a week when Mara climbed the stairs.',
  ],
]

/** Ten turns; the third question was asked in another way, and the last has three answers. */
export function branchStory(row: Row, answer: Answer): Message[] {
  const rows: Message[] = []
  let parent: number | null = null
  TALK.forEach(([question, words], turn) => {
    const at = turn * 2 + 1
    rows.push(row(at, parent, question), row(at + 1, at, words, answer()))
    parent = at + 1
  })
  rows.push(
    row(20, 4, 'Is any of the old quarry left?'),
    row(21, 20, 'A pond, and a wall with the marks of drills.', answer()),
    row(22, 9, 'Salt had grown on the panes, and Mara scraped it off with a bread knife.', answer()),
    row(23, 9, 'Nobody had told the gulls that the lamp was out.', answer()),
  )
  return rows
}

/** 500 turns: ways part every few turns, in steps. */
export function treeStory(row: Row, answer: Answer): Message[] {
  const rows: Message[] = []
  const answers: number[] = []
  for (let turn = 0; turn < 500; turn++) {
    const at = turn * 2 + 1
    const back = turn % 7 === 6 ? 5 : turn % 23 === 22 ? 17 : 1
    const parent = answers.at(-back) ?? null
    rows.push(
      row(at, parent, `Question ${turn + 1}: what follows from it?`),
      row(at + 1, at, `Answer ${turn + 1}, in a sentence of some length.`, answer()),
    )
    answers.push(at + 1)
  }
  return rows
}

export function notebookStory(row: Row, answer: Answer): Message[] {
  return [
    row(1, null, 'The lamp had been dark for a week when Mara climbed the stairs.'),
    row(
      2,
      1,
      ' Salt had grown on the panes, and she scraped it off with a bread knife, pane by pane, until the sea came back.\n\nBelow her the barges waited.',
      answer(),
    ),
    row(3, 2, ' Nobody on them'),
    row(4, 3, ' had said a word since noon.', answer('stopped')),
  ]
}
