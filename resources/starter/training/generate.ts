// Writes the training data, the held-out sets and the vocabulary of the starter model.
//
// Run: node generate.ts --out DIR [--tokens 40e6] [--seed 11] [--part 1] [--begin 0] [--passages 0.46] [--absent 0.31]
//
// --part N: other examples from the same vocabulary, for a further stage of training; --begin: where on the curriculum, from
// 0 to 1, it starts; --passages: share of conversations about passages; --absent: share of questions about them that they do
// not answer.
//
// Output (dataset.py describes the arrays): train.*, held.* (small, looked at during training), test.* (for evaluate.py),
// samples.txt (some of each, to read), vocabulary.txt (World format) and manifest.json.

import { createHash } from 'node:crypto'
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import {
  ABSENT,
  HELD_KINDS,
  heldConversation,
  PASSAGES,
  plain,
  TOPICS,
  trainingConversation,
  type Conversation,
} from './conversations.ts'
import { paperWords } from './papers.ts'
import { Random } from './random.ts'
import { CHINESE_PAPER } from './texts/paper-chinese.ts'
import { ENGLISH_PAPER } from './texts/paper-english.ts'
import { build, line, Tokenizer } from './vocabulary.ts'

const { values } = parseArgs({
  options: {
    out: { type: 'string' },
    tokens: { type: 'string', default: '40e6' },
    seed: { type: 'string', default: '11' },
    part: { type: 'string', default: '1' },
    begin: { type: 'string', default: '0' },
    passages: { type: 'string', default: String(PASSAGES) },
    absent: { type: 'string', default: String(ABSENT) },
    held: { type: 'string', default: '60' },
    test: { type: 'string', default: '400' },
  },
})
if (values.out === undefined) throw new Error('--out DIR is missing')
const folder = values.out
mkdirSync(folder, { recursive: true })
const wanted = Number(values.tokens)
const seed = Number(values.seed)

/** Writes examples of tokens and weights as flat little-endian arrays. */
class Writer {
  readonly kinds: string[]
  private readonly ids: number
  private readonly weights: number
  private readonly starts: number[] = [0]
  private readonly kindOf: number[] = []
  private pendingIds: number[] = []
  private pendingWeights: number[] = []
  private readonly name: string
  readonly digest = createHash('sha256')
  total = 0

  constructor(name: string, kinds: string[]) {
    this.name = name
    this.kinds = kinds
    this.ids = openSync(join(folder, `${name}.ids`), 'w')
    this.weights = openSync(join(folder, `${name}.weights`), 'w')
  }

  add(kind: string, ids: readonly number[], weights: readonly number[]): void {
    let index = this.kinds.indexOf(kind)
    if (index < 0) index = this.kinds.push(kind) - 1
    this.kindOf.push(index)
    for (const id of ids) this.pendingIds.push(id)
    for (const weight of weights) this.pendingWeights.push(weight)
    this.total += ids.length
    this.starts.push(this.total)
    if (this.pendingIds.length > 1 << 20) this.flush()
  }

  private flush(): void {
    const ids = Buffer.from(Uint16Array.from(this.pendingIds).buffer)
    const weights = Buffer.from(Uint8Array.from(this.pendingWeights).buffer)
    this.digest.update(ids).update(weights)
    writeSync(this.ids, ids)
    writeSync(this.weights, weights)
    this.pendingIds = []
    this.pendingWeights = []
  }

  end(): void {
    this.flush()
    closeSync(this.ids)
    closeSync(this.weights)
    writeFileSync(join(folder, `${this.name}.starts`), Buffer.from(Uint32Array.from(this.starts).buffer))
    writeFileSync(join(folder, `${this.name}.kinds`), Buffer.from(Uint8Array.from(this.kindOf).buffer))
  }
}

function text(conversation: Conversation): string {
  return conversation.map((span) => span.text).join('')
}

const sampler = new Random(seed ^ 0x5eed)
const texts: string[] = []
while (texts.length < 60000) {
  const { kind, spans } = trainingConversation(sampler, 1)
  if (!kind.startsWith('document')) texts.push(text(spans))
}
for (let n = 0; n < 240; n++)
  texts.push(paperWords(sampler, ENGLISH_PAPER), paperWords(sampler, CHINESE_PAPER))
const tokens = build(texts, 60, 12)
const tokenizer = new Tokenizer(tokens)

function encode(conversation: Conversation): { ids: number[]; weights: number[] } {
  const ids: number[] = []
  const weights: number[] = []
  for (const span of conversation) {
    const part = tokenizer.encode(span.text)
    part.forEach((id, i) => {
      ids.push(id)
      const opening = i < 4 ? (span.opening ?? span.weight) : span.weight
      weights.push(i === 0 ? (span.first ?? opening) : opening)
    })
  }
  return { ids, weights }
}

/** What a person wrote in each turn, without case and punctuation. */
function questions(conversation: Conversation): string[] {
  const turns = [...text(conversation).matchAll(/User: ([^]*?)\n\nAssistant:/g)].map(
    (match) => match[1] ?? '',
  )
  return turns.map(plain)
}

const kinds: string[] = []
const lines: string[] = []
const heldQuestions = new Set<string>()
for (const [name, each, salt] of [
  ['held', Number(values.held), 101],
  ['test', Number(values.test), 202],
] as const) {
  const writer = new Writer(name, kinds)
  for (const kind of HELD_KINDS) {
    for (const language of ['en', 'zh'] as const) {
      const own = new Random(
        seed * 7919 + salt * 31 + HELD_KINDS.indexOf(kind) * 2 + (language === 'zh' ? 1 : 0),
      )
      for (let n = 0; n < each; n++) {
        const conversation = heldConversation(own, kind, language, n)
        heldQuestions.add(questions(conversation).at(-1) ?? '')
        const { ids, weights } = encode(conversation)
        writer.add(`${kind} ${language}`, ids, weights)
        if (n < 4 && name === 'held') lines.push(`=== ${kind} ${language}\n${text(conversation)}`)
      }
    }
  }
  writer.end()
}

const random = new Random(seed + 7777 * (Number(values.part) - 1))
const begin = Number(values.begin)
const passages = Number(values.passages)
const absent = Number(values.absent)
const train = new Writer('train', kinds)
let refused = 0
while (train.total < wanted) {
  const { kind, spans } = trainingConversation(
    random,
    begin + (1 - begin) * (train.total / wanted),
    passages,
    absent,
  )
  // Frames, phrases and names are apart already; this catches a question that two grammars can both produce.
  if (questions(spans).some((question) => heldQuestions.has(question))) {
    refused++
    continue
  }
  const { ids, weights } = encode(spans)
  // A quarter begins with token 0, as some programs put it before a conversation.
  if (random.chance(0.25)) {
    ids.unshift(0)
    weights.unshift(0)
  }
  train.add(kind, ids, weights)
  if (random.chance(100 / (wanted / 120))) lines.push(`--- ${kind}, ${ids.length} tokens\n${text(spans)}`)
}
train.end()

writeFileSync(join(folder, 'samples.txt'), lines.join('\n'))
writeFileSync(join(folder, 'vocabulary.txt'), tokens.map((token, i) => line(token, i + 1)).join(''))
const manifest = {
  seed,
  topics: TOPICS.length,
  kinds,
  digest: train.digest.digest('hex').slice(0, 16),
  /** Token bytes as Latin-1 text; the first is id 0, the end of text. */
  tokens: ['', ...tokens.map((token) => token.toString('latin1'))],
}
writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest))
process.stderr.write(
  `${train.total} tokens, ${tokens.length + 1} vocabulary entries, ${TOPICS.length} guide topics, ${refused} refused\n`,
)
