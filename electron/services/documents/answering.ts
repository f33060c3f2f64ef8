// Answers from documents: finds passages for a turn, numbers them, makes the text that the model reads, and checks what it
// wrote. The chat asks through chat/document-turn.ts and knows nothing else of documents.
//
// Passages of one turn are numbered from 1, in the order: what was given along with this question once, then what was found.
// The text of the turn is kept with the answer, so reading it again gives the same tokens; so is every passage, because the
// document may change or go.
import type { RankedPassage, RetrievalStage } from '../../contract/document-entities.ts'
import { RoostError } from '../../contract/errors.ts'
import type { Emit } from '../../contract/events.ts'
import type { ConversationSources, Evidence, EvidencePassage, Source } from '../../contract/evidence.ts'
import type { Logger } from '../../platform/log.ts'
import { errorFields } from '../../platform/log.ts'
import type { KeptEvidence, Storage } from '../../storage/storage.ts'
import type { ActiveModel } from '../chat/active-model.ts'
import type { DocumentAnswers, PreparedTurn, TurnQuestion } from '../chat/document-turn.ts'
import type { OpeningDocument } from '../chat/opening.ts'
import { checkCitations } from './citations.ts'
import { isRefusal, languageOf, questionWithPassages, refusalIn, roomFor } from './document-form.ts'
import type { PassageRoom } from './document-form.ts'
import { focusOn } from './focus.ts'
import { readInParallel } from './parallel-reading.ts'
import { standAlone } from './question-rewriting.ts'
import type { Reranker } from './rerank.ts'
import { canCarry, standsOnPassages, witnessesOf } from './support.ts'

export interface RetrievalRequest {
  readonly question: string
  readonly scope: { readonly collections: readonly string[]; readonly documents: readonly string[] }
  readonly limit: number
  /** For the model's part. */
  readonly budgetMs: number
  readonly signal?: AbortSignal
}

export type Retrieve = (request: RetrievalRequest) => Promise<{
  readonly passages: readonly RankedPassage[]
  readonly stages: readonly RetrievalStage[]
}>

export interface AnsweringParts {
  readonly storage: Storage
  readonly retrieve: Retrieve
  readonly reranker: Pick<Reranker, 'opinionsOf'>
  readonly readings: { documentsRead(conversation: string): Promise<OpeningDocument[]> }
  readonly emit: Emit
  readonly log: Logger
  /** For the model's part of looking for passages, and for asking it whether it can answer. Not given: 1.5 seconds each. */
  readonly budgetMs?: number
}

/** What a person waits for at most before the model begins to read. */
const usualBudgetMs = 1500
/** From this size on a model is asked whether it can answer. */
const ableParameters = 1e9
/** Read one by one, all at once, to choose those that are shown. */
const manyPassages = 16
/** Of a document that is given along with one question. */
const quotedCharacters = 60_000
const quotedPiece = 1200

type NewPassage = Omit<EvidencePassage, 'number' | 'cited'>

export class Answering implements DocumentAnswers {
  readonly #parts: AnsweringParts
  readonly #log: Logger

  constructor(parts: AnsweringParts) {
    this.#parts = parts
    this.#log = parts.log.child('answering')
  }

  documentsRead(conversation: string): Promise<OpeningDocument[]> {
    return this.#parts.readings.documentsRead(conversation)
  }

  async prepare(asked: TurnQuestion, signal: AbortSignal): Promise<PreparedTurn | null> {
    const { storage } = this.#parts
    const kept = await storage.read.sources(asked.conversation)
    const sources = [...kept.sources, ...(await this.#givenBefore(asked.siblings, kept))]
    if (sources.length === 0 && !kept.strict) return null
    const read = await this.documentsRead(asked.conversation)
    const searchedFor = standAlone(asked.question, asked.previous)
    const room = roomFor(asked.model, languageOf(asked.question))
    const quoted = await this.#quoted(sources)
    const found = await this.#found(searchedFor ?? asked.question, sources, asked.model, room, signal)
    const passages = [...quoted, ...found.passages].map((passage, index): EvidencePassage => ({
      ...passage,
      number: index + 1,
      cited: false,
    }))
    const evidence: Evidence = {
      message: '',
      mode: modeOf(read.length > 0, passages.length > 0),
      strict: kept.strict,
      sources: await this.#named(sources),
      read: await Promise.all(
        read.map(async (document) => ({
          document: document.id,
          documentName: document.name,
          tokens: (await document.tokens()).length,
        })),
      ),
      passages,
      citations: [],
      searchedFor,
      stages: [...found.stages],
      refused: null,
    }
    await this.#takeOutQuotes(asked.conversation, kept)
    if (kept.strict && !(await this.#mayAnswer(asked.model, asked.question, evidence, signal))) {
      return refusing(evidence, asked.question)
    }
    const turn =
      passages.length === 0
        ? null
        : questionWithPassages(asked.model.template, asked.question, passages, kept.strict)
    return prepared(turn, evidence, asked.question)
  }

  resume({ turn, evidence }: KeptEvidence): PreparedTurn {
    // What was shown up to now stays shown.
    return { ...prepared(turn, evidence, ''), held: false }
  }

  /** Without a passage there is nothing to cite: a document that was read whole cannot be pointed to by itself. */
  async #mayAnswer(
    model: ActiveModel,
    question: string,
    { passages }: Evidence,
    signal: AbortSignal,
  ): Promise<boolean> {
    if (passages.length === 0) return false
    // A small model's inclination says little; its words are checked at the end.
    const isAble = model.loaded.description.parameters >= ableParameters
    const answers = isAble ? await this.#inclination(model, question, passages, signal) : null
    return canCarry(witnessesOf(question, passages, answers))
  }

  /** null: there was no time to ask the model. */
  async #inclination(
    model: ActiveModel,
    question: string,
    passages: readonly EvidencePassage[],
    signal: AbortSignal,
  ): Promise<number | null> {
    try {
      const opinions = await this.#parts.reranker.opinionsOf(model, {
        question,
        passages: passages.slice(0, 8).map(({ number, text, score }) => ({ id: number, text, score })),
        budgetMs: this.#parts.budgetMs ?? usualBudgetMs,
        signal,
      })
      if (opinions.size === 0) return null
      return Math.max(...[...opinions.values()].map(({ answers }) => answers))
    } catch (error) {
      if (signal.aborted) throw error
      this.#log.warn('the model was not asked whether it can answer', errorFields(error))
      return null
    }
  }

  /** What came along with this very question, when it is asked again. */
  async #givenBefore(siblings: readonly string[], kept: ConversationSources): Promise<Source[]> {
    for (const sibling of siblings) {
      const before = await this.#parts.storage.read.evidence(sibling)
      if (before === null) continue
      return before.evidence.sources
        .filter(({ use }) => use === 'quote')
        .flatMap(({ document }): Source[] => (document === null ? [] : [{ document, use: 'quote' }]))
        .filter(({ ...source }) => !kept.sources.some((one) => sameSource(one, source)))
    }
    return []
  }

  async #takeOutQuotes(conversation: string, { sources, strict }: ConversationSources): Promise<void> {
    const left = sources.filter(({ use }) => use !== 'quote')
    if (left.length === sources.length) return
    const changed = { sources: left, strict }
    await this.#parts.storage.write.setSources(conversation, changed)
    this.#parts.emit('sources.changed', { conversation, sources: changed })
  }

  async #quoted(sources: readonly Source[]): Promise<NewPassage[]> {
    const passages: NewPassage[] = []
    for (const source of sources) {
      if (source.use !== 'quote') continue
      const document = await this.#parts.storage.read.document(source.document)
      if (document?.status !== 'ready') continue
      const { text } = await this.#parts.storage.read.documentText(source.document, 0, quotedCharacters)
      for (const { start, end } of piecesOf(text)) {
        passages.push({
          document: source.document,
          documentName: document.name,
          start,
          end,
          text: text.slice(start, end),
          page: null,
          headings: [],
          score: 1,
        })
      }
    }
    return passages
  }

  async #found(
    question: string,
    sources: readonly Source[],
    model: ActiveModel,
    room: PassageRoom,
    signal: AbortSignal,
  ): Promise<{ passages: NewPassage[]; stages: readonly RetrievalStage[] }> {
    const scope = {
      collections: sources.flatMap((source) => ('collection' in source ? [source.collection] : [])),
      documents: sources.flatMap((source) =>
        'document' in source && source.use !== 'quote' ? [source.document] : [],
      ),
    }
    if (scope.collections.length === 0 && scope.documents.length === 0) return { passages: [], stages: [] }
    const { passages, stages } = await this.#parts.retrieve({
      question,
      scope,
      limit: readsMany(model) ? manyPassages : room.passages,
      budgetMs: this.#parts.budgetMs ?? usualBudgetMs,
      signal,
    })
    if (signal.aborted) throw new RoostError('cancelled')
    const chosen = readsMany(model) ? await this.#withNotes(model, question, passages, signal) : passages
    return {
      stages,
      passages: chosen.slice(0, room.passages).map((passage) => {
        const { start, end } = focusOn(question, passage.text, room.characters)
        return {
          document: passage.document,
          documentName: passage.documentName,
          start: passage.start + start,
          end: passage.start + end,
          text: passage.text.slice(start, end),
          page: passage.page,
          headings: passage.headings,
          score: passage.score,
        }
      }),
    }
  }

  /** Those first that say something to the question when each is read by itself, in their order. */
  async #withNotes(
    model: ActiveModel,
    question: string,
    passages: readonly RankedPassage[],
    signal: AbortSignal,
  ): Promise<readonly RankedPassage[]> {
    const numbered = passages.map(({ text }, index) => ({ number: index, text }))
    const timeUp = AbortSignal.timeout((this.#parts.budgetMs ?? usualBudgetMs) * 2)
    try {
      const notes = await readInParallel(model, question, numbered, this.#log, {
        signal: AbortSignal.any([signal, timeUp]),
      })
      const speaking = new Set(notes.map(({ number }) => number))
      return [
        ...passages.filter((_, index) => speaking.has(index)),
        ...passages.filter((_, index) => !speaking.has(index)),
      ]
    } catch (error) {
      if (signal.aborted) throw error
      this.#log.warn('passages were not read one by one', errorFields(error))
      return passages
    }
  }

  async #named(sources: readonly Source[]): Promise<Evidence['sources']> {
    const { read } = this.#parts.storage
    const collections = sources.some((source) => 'collection' in source) ? await read.collections() : []
    return await Promise.all(
      sources.map(async (source) => {
        if ('collection' in source) {
          const name = collections.find(({ id }) => id === source.collection)?.name ?? ''
          return { document: null, collection: source.collection, name, use: source.use }
        }
        const name = (await read.document(source.document))?.name ?? ''
        return { document: source.document, collection: null, name, use: source.use }
      }),
    )
  }
}

/** An able model on something quicker than a processor: sixteen passages take it about as long as one. */
function readsMany({ loaded }: ActiveModel): boolean {
  return loaded.description.parameters >= ableParameters && loaded.device !== 'cpu'
}

function sameSource(one: Source, other: Source): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

function modeOf(read: boolean, found: boolean): Evidence['mode'] {
  if (read) return found ? 'both' : 'reading'
  return found ? 'passages' : 'none'
}

function refusing(evidence: Evidence, question: string): PreparedTurn {
  const refused: Evidence = { ...evidence, refused: 'code' }
  return {
    turn: null,
    refusal: refusalIn(languageOf(question)),
    held: false,
    evidence: refused,
    conclude: () => ({ evidence: refused, replacement: null }),
  }
}

function prepared(turn: string | null, evidence: Evidence, question: string): PreparedTurn {
  return {
    turn,
    refusal: null,
    held: evidence.strict,
    evidence,
    conclude(text, from) {
      const answer = text.slice(from)
      const citations = checkCitations(text, evidence.passages, from)
      const verified = new Set(
        citations.filter(({ state }) => state === 'verified').map(({ number }) => number),
      )
      const passages = evidence.passages.map((passage) => ({
        ...passage,
        cited: verified.has(passage.number),
      }))
      const concluded = { ...evidence, passages, citations }
      if (isRefusal(answer) && verified.size === 0) {
        return { evidence: { ...concluded, refused: 'model' }, replacement: null }
      }
      if (evidence.strict && !standsOnPassages(text, citations, passages)) {
        const none = passages.map((passage) => ({ ...passage, cited: false }))
        return {
          evidence: { ...evidence, passages: none, citations: [], refused: 'code' },
          replacement: refusalIn(languageOf(question)),
        }
      }
      return { evidence: concluded, replacement: null }
    },
  }
}

/** Whole lines of about `quotedPiece` characters; a longer line is cut between characters. */
function piecesOf(text: string): { start: number; end: number }[] {
  const pieces: { start: number; end: number }[] = []
  let start = 0
  while (start < text.length) {
    let end = Math.min(text.length, start + quotedPiece)
    if (end < text.length) {
      const line = text.lastIndexOf('\n', end)
      const sentence = Math.max(text.lastIndexOf('. ', end) + 1, text.lastIndexOf('。', end) + 1)
      if (line > start + quotedPiece / 2) end = line
      else if (sentence > start + quotedPiece / 2) end = sentence
      else if (/[\uDC00-\uDFFF]/.test(text.charAt(end))) end -= 1
    }
    if (text.slice(start, end).trim() !== '') pieces.push({ start, end })
    start = end
  }
  return pieces
}
