// Documents, sources and citations for the stories.
import type { Collection, Document } from '../../electron/contract/document-entities.ts'
import type { Message } from '../../electron/contract/entities.ts'
import type { Evidence, EvidencePassage } from '../../electron/contract/evidence.ts'
import { noDocuments, unread } from '../bridge/stand-in-documents.ts'
import type { DocumentScript } from '../bridge/stand-in-documents.ts'

export const documentStories = [
  'documents',
  'documents-many',
  'cited',
  'side-by-side',
  'refused',
  'attached',
] as const
export type DocumentStoryName = (typeof documentStories)[number]

export function isDocumentStory(name: string): name is DocumentStoryName {
  return (documentStories as readonly string[]).includes(name)
}

const id = (kind: number, index: number): string =>
  `00000000-0000-4000-8${kind.toString(16).padStart(3, '0')}-${index.toString(16).padStart(12, '0')}`
const doc = (index: number): string => id(0xd0, index)
const HARBOUR = id(0xc0, 1)
const ISLAND = id(0xc0, 2)

const LIGHTHOUSE = `# The lighthouse on Gull Island

## Building

The lighthouse on Gull Island was built in 1871 by two brothers from the town of Lowen. The stones came over on barges, at slack water, from the quarry behind the church.

One barge was lost in the second summer. Divers say it lies below the pier still, with its load of dressed granite.

## The lamp

The lamp burns with a period of twelve seconds: three flashes, then dark. Its part number is GI-4471-B; a spare stands in the cellar.

## The keeper

Since 2009 the light is kept by Mara Lind, who came to the island as a baker. She climbs the 142 steps every evening, although the lamp lights itself.
`

const filler = Array.from(
  { length: 400 },
  (_, line) =>
    `${line + 1}. The harbour office wrote down the wind, the water and every boat that came in that day.`,
).join('\n\n')

function row(index: number, name: string, extra: Partial<Document> = {}): Document {
  return {
    id: doc(index),
    collection: HARBOUR,
    name,
    kind: 'pdf',
    bytes: 482_130 + index * 31_007,
    origin: 'file',
    status: 'ready',
    fraction: null,
    error: null,
    remarks: [],
    pages: 12,
    characters: 48_000,
    passages: 64,
    createdAt: Date.now() - index * 60_000,
    revision: 1,
    reading: unread,
    ...extra,
  }
}

const collections: readonly Collection[] = [
  { id: HARBOUR, name: 'Harbour', watched: null, watchedPresent: true, documents: 4 },
  { id: ISLAND, name: '海岛与灯塔', watched: '~/Documents/Island', watchedPresent: true, documents: 2 },
]

const model = 'RWKV7-G1 World 0.4B'
const rows: readonly Document[] = [
  row(1, 'The lighthouse on Gull Island.pdf', {
    pages: 2,
    characters: LIGHTHOUSE.length,
    passages: 8,
    reading: { ...unread, phase: 'done', doneTokens: 18_204, totalTokens: 18_204, model, bytes: 6_488_064 },
  }),
  row(2, 'Mooring fees and rules 2026.docx', {
    kind: 'docx',
    reading: {
      ...unread,
      phase: 'reading',
      doneTokens: 7412,
      totalTokens: 21_004,
      secondsLeft: 74,
      model,
      bytes: 6_488_064,
    },
  }),
  row(3, 'Harbour diary 1998.md', {
    kind: 'markdown',
    pages: null,
    characters: filler.length,
    passages: 400,
  }),
  row(4, 'Scanned permits.pdf', {
    status: 'failed',
    error: { code: 'document_empty', detail: {} },
    pages: 31,
    passages: 0,
  }),
  row(5, 'Tide tables.csv', {
    kind: 'csv',
    collection: ISLAND,
    pages: null,
    status: 'parsing',
    fraction: 0.42,
  }),
  row(6, '灯塔的历史.epub', {
    kind: 'epub',
    collection: ISLAND,
    pages: null,
    origin: 'watched',
    reading: { ...unread, phase: 'paused', doneTokens: 9000, totalTokens: 36_000, model, bytes: 6_488_064 },
  }),
  row(7, 'engine_room.py', {
    kind: 'code',
    collection: null,
    pages: null,
    bytes: 8_213,
    remarks: [{ code: 'encoding_guessed', detail: { encoding: 'windows-1252' } }],
  }),
  row(8, 'Letter to the office with a very long name that does not fit on one line of the list at all.html', {
    kind: 'html',
    collection: null,
    status: 'waiting',
    pages: null,
  }),
]

/** Two pages of plain lines: enough for a reader of PDF to draw and to find words on. */
function smallPdf(pages: readonly (readonly string[])[]): Uint8Array {
  const objects: string[] = []
  const kids = pages.map((_, index) => `${4 + index * 2} 0 R`).join(' ')
  objects.push('<< /Type /Catalog /Pages 2 0 R >>')
  objects.push(`<< /Type /Pages /Count ${pages.length} /Kids [${kids}] >>`)
  objects.push('<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman >>')
  pages.forEach((lines, index) => {
    const text = lines.map((line) => `(${line.replace(/[()\\]/g, '\\$&')}) Tj 0 -20 Td`).join('\n')
    const stream = `BT /F1 13 Tf 70 760 Td\n${text}\nET`
    objects.push(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents ${5 + index * 2} 0 R >>`,
    )
    objects.push(`<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`)
  })
  let file = '%PDF-1.4\n'
  const places = objects.map((content, index) => {
    const at = file.length
    file += `${index + 1} 0 obj\n${content}\nendobj\n`
    return at
  })
  const start = file.length
  file += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n`
  for (const place of places) file += `${place.toString().padStart(10, '0')} 00000 n \n`
  file += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF`
  return new TextEncoder().encode(file)
}

/** In lines of a page's width. */
function folded(text: string): string[] {
  return text.split('\n').flatMap((paragraph) => paragraph.match(/.{1,78}(?:\s|$)/g) ?? [''])
}

const half = LIGHTHOUSE.indexOf('## The lamp')
const pdf = smallPdf([folded(LIGHTHOUSE.slice(0, half)), folded(LIGHTHOUSE.slice(half))])

function passage(
  number: number,
  words: string,
  page: number,
  headings: string[],
  cited: boolean,
): EvidencePassage {
  const at = LIGHTHOUSE.indexOf(words)
  const end = LIGHTHOUSE.indexOf('\n', at)
  return {
    number,
    document: doc(1),
    documentName: 'The lighthouse on Gull Island.pdf',
    start: at,
    end,
    text: LIGHTHOUSE.slice(at, end),
    page,
    headings,
    score: 3 - number * 0.4,
    cited,
  }
}

export const CITED_ANSWER =
  'It was built in **1871**, by two brothers from Lowen [1]. The light is kept by Mara Lind, who came to the island as a baker [3].\n\nShe climbs 142 steps every evening [3], and the lamp flashes three times in twelve seconds [2]. The tower is painted red and white [7].'

function cited(message: string): Evidence {
  const quotes: Record<number, string> = {
    1: 'was built in 1871 by two brothers from the town of Lowen',
    3: 'kept by Mara Lind, who came to the island as a baker',
  }
  const passages = [
    passage(1, 'The lighthouse on Gull Island was', 1, ['The lighthouse on Gull Island', 'Building'], true),
    passage(2, 'The lamp burns', 2, ['The lighthouse on Gull Island', 'The lamp'], true),
    passage(3, 'Since 2009', 2, ['The lighthouse on Gull Island', 'The keeper'], true),
    passage(4, 'One barge was lost', 1, ['The lighthouse on Gull Island', 'Building'], false),
  ]
  return {
    message,
    mode: 'both',
    strict: false,
    sources: [
      { document: doc(1), collection: null, name: 'The lighthouse on Gull Island.pdf', use: 'read' },
      { document: null, collection: HARBOUR, name: 'Harbour', use: 'search' },
    ],
    read: [{ document: doc(1), documentName: 'The lighthouse on Gull Island.pdf', tokens: 18_204 }],
    passages,
    citations: [...CITED_ANSWER.matchAll(/\[(\d)\]/g)].map((match) => {
      const number = Number(match[1])
      const of = passages.find((one) => one.number === number)
      const quote = quotes[number]
      const start = quote === undefined ? -1 : LIGHTHOUSE.indexOf(quote)
      return {
        start: match.index,
        end: match.index + match[0].length,
        number,
        state: of === undefined ? 'dangling' : 'verified',
        quote:
          quote === undefined || start === -1
            ? null
            : { start, end: start + quote.length, text: quote, exact: true },
      }
    }),
    searchedFor: 'Who built the lighthouse on Gull Island, and who keeps it?',
    stages: [
      { name: 'words', milliseconds: 4, candidates: 24, skipped: null },
      { name: 'likelihood', milliseconds: 187, candidates: 24, skipped: null },
    ],
    refused: null,
  }
}

type Row = (index: number, parent: number | null, text: string, extra?: Partial<Message>) => Message
type Answer = () => Partial<Message>

export function documentMessages(name: DocumentStoryName, row: Row, answer: Answer): Message[] {
  if (name === 'refused')
    return [
      row(1, null, 'What does a night at the hotel on the island cost?'),
      row(2, 1, 'I am sorry, the passage does not say that.', answer()),
    ]
  const asked = name === 'cited' || name === 'side-by-side'
  return [
    row(1, null, 'Who built the lighthouse, and who keeps it?'),
    row(2, 1, asked ? CITED_ANSWER : 'Two brothers from Lowen built it.', answer()),
  ]
}

export function documentScript(
  name: DocumentStoryName | null,
  conversation: string,
  answer: string,
): DocumentScript {
  if (name === null) return noDocuments
  const base: DocumentScript = {
    ...noDocuments,
    collections,
    documents: rows,
    texts: { [doc(1)]: LIGHTHOUSE, [doc(3)]: filler },
    files: { [doc(1)]: pdf },
  }
  const asked = cited(answer)
  switch (name) {
    case 'documents':
      return base
    case 'documents-many':
      return {
        ...base,
        documents: [
          ...rows,
          ...Array.from({ length: 1992 }, (_, index) =>
            row(20 + index, `Log of the harbour, week ${index + 1}.txt`, { kind: 'text', pages: null }),
          ),
        ],
      }
    case 'cited':
      return {
        ...base,
        sources: {
          [conversation]: {
            sources: [
              { document: doc(1), use: 'read' },
              { collection: HARBOUR, use: 'search' },
            ],
            strict: false,
          },
        },
        evidence: { [conversation]: [asked] },
      }
    case 'side-by-side':
      return {
        ...base,
        sources: {
          [conversation]: {
            sources: [
              { document: doc(1), use: 'read' },
              { document: doc(6), use: 'read' },
              { document: doc(2), use: 'read' },
            ],
            strict: true,
          },
        },
        evidence: {
          [conversation]: [
            {
              ...asked,
              strict: true,
              read: [...asked.read, { document: doc(6), documentName: '灯塔的历史.epub', tokens: 36_000 }],
              notes: [
                {
                  document: doc(1),
                  documentName: 'The lighthouse on Gull Island.pdf',
                  text: 'Two brothers from Lowen built it; Mara Lind keeps the light.',
                },
                { document: doc(6), documentName: '灯塔的历史.epub', text: '灯塔由两兄弟在一八七一年建成。' },
              ],
              sources: [1, 6, 2].map((index) => ({
                document: doc(index),
                collection: null,
                name: rows[index - 1]?.name ?? '',
                use: 'read',
              })),
            },
          ],
        },
      }
    case 'refused':
      return {
        ...base,
        sources: { [conversation]: { sources: [{ collection: HARBOUR, use: 'search' }], strict: true } },
        evidence: {
          [conversation]: [
            {
              ...asked,
              mode: 'passages',
              strict: true,
              read: [],
              passages: asked.passages.map((one) => ({ ...one, cited: false })),
              citations: [],
              searchedFor: null,
              refused: 'model',
              sources: [{ document: null, collection: HARBOUR, name: 'Harbour', use: 'search' }],
            },
          ],
        },
      }
    case 'attached':
      return {
        ...base,
        sources: {
          [conversation]: {
            sources: [
              { document: doc(1), use: 'search' },
              { document: doc(2), use: 'read' },
              { document: doc(4), use: 'search' },
              { document: doc(5), use: 'quote' },
              { collection: ISLAND, use: 'search' },
            ],
            strict: false,
          },
        },
      }
  }
}
