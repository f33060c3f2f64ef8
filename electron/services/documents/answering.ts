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
import { isSupported } from './citations.ts'
import { asking, deciding, holds } from './conclusion.ts'
import type { Judgement } from './conclusion.ts'
import { followsInstructions, languageOf, questionWithPassages, roomFor } from './document-form.ts'
import type { PassageRoom } from './document-form.ts'
import { focusOn } from './focus.ts'
import { isWorthwhile, readInParallel, togetherOn } from './parallel-reading.ts'
import { rewrite, standAlone } from './question-rewriting.ts'
import type { TurnBefore } from './question-rewriting.ts'
import type { Reranker } from './rerank.ts'
import type { Retrieval } from './retrieval.ts'
import { askSideBySide } from './side-by-side.ts'
import type { DocumentNote, ReadDocument } from './side-by-side.ts'
import { canCarry, carriesQuestion, witnessesOf } from './support.ts'

export interface RetrievalRequest {
  readonly question: string
  /** Its own words, where others were carried over from the turn before. */
  readonly asked?: string
  readonly scope: { readonly collections: readonly string[]; readonly documents: readonly string[] }
  readonly limit: number
  /** For the model's part. */
  readonly budgetMs: number
  readonly signal?: AbortSignal
}

export type Retrieve = (
  request: RetrievalRequest,
) => Promise<Pick<Retrieval, 'passages' | 'stages' | 'sentence'>>

export interface AnsweringParts {
  readonly storage: Storage
  readonly retrieve: Retrieve
  readonly reranker: Pick<Reranker, 'contrastOf' | 'tokensPerSecond'>
  readonly readings: {
    documentsRead(conversation: string): Promise<OpeningDocument[]>
    /** Two or more; else none. */
    readSideBySide(conversation: string): Promise<ReadDocument[]>
  }
  readonly emit: Emit
  readonly log: Logger
  /** For the model's part of looking for passages, and for asking it whether it can answer. Not given: 1.5 seconds each. */
  readonly budgetMs?: number
}

/** What a person waits for at most before the model begins to read. */
const usualBudgetMs = 1500
/** From this size on a model's own words may stand on any passage that says them. */
const ableParameters = 1e9
/** Read one by one, all at once, to choose those that are shown. */
const manyPassages = 16
/** For several documents that were read whole: whoever has them read waits for what they say. */
const sideBySideBudgetMs = 15_000
/** Passages that bear a note of a document. */
const passagesOfNote = 2
/** Of a document that is given along with one question. */
const quotedCharacters = 60_000
const quotedPiece = 1200

type NewPassage = Omit<EvidencePassage, 'number' | 'cited'>

interface Search {
  readonly searchedFor: string | null
  readonly sources: readonly Source[]
  readonly room: PassageRoom
  readonly signal: AbortSignal
}

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
    const searchedFor = await this.#searchedFor(asked, signal)
    const room = roomFor(asked.model, languageOf(asked.question))
    const quoted = await this.#quoted(sources)
    const each = await this.#askEach(asked, signal)
    const search = { searchedFor, sources, room, signal }
    const found = await this.#found(asked, await this.#bearing(each.notes, room), search)
    const passages = [...quoted, ...found.passages].map((passage, index): EvidencePassage => ({
      ...passage,
      number: index + 1,
      cited: false,
    }))
    const evidence: Evidence = {
      message: '',
      mode: modeOf(read.length > 0 || each.notes.length > 0, passages.length > 0),
      strict: kept.strict,
      sources: await this.#named(sources),
      read: [
        ...(await Promise.all(
          read.map(async (document) => ({
            document: document.id,
            documentName: document.name,
            tokens: (await document.tokens()).length,
          })),
        )),
        ...each.asked.map(({ id, name, tokens }) => ({ document: id, documentName: name, tokens })),
      ],
      ...(each.notes.length === 0 ? {} : { notes: each.notes }),
      passages,
      citations: [],
      searchedFor,
      stages: [...found.stages],
      refused: null,
    }
    await this.#takeOutQuotes(asked.conversation, kept)
    const { sentence } = found
    const turn =
      passages.length === 0 && each.notes.length === 0
        ? null
        : questionWithPassages(asked.model.template, asked.question, passages, kept.strict, each.notes)
    const judgement: Judgement = { question: asked.question, sentence, trusted: true }
    if (!kept.strict) return asking(turn, evidence, judgement)
    // Without a passage there is nothing to cite: a document that was read whole cannot be pointed to by itself.
    if (turn === null || passages.length === 0) return deciding(evidence, judgement)
    const trusted = isAble(asked.model)
    const askIt = trusted
      ? canCarry(witnessesOf(asked.question, passages, await this.#contrast(asked, turn, signal)))
      : sentence !== null
    return askIt ? asking(turn, evidence, { ...judgement, trusted }) : deciding(evidence, judgement)
  }

  resume({ turn, evidence }: KeptEvidence): PreparedTurn {
    // What was shown up to now stays shown.
    return { ...asking(turn, evidence, { question: '', sentence: null, trusted: true }), held: false }
  }

  /** What to look for in place of the question; null: the question itself. */
  async #searchedFor(
    { question, previous, model }: TurnQuestion,
    signal: AbortSignal,
  ): Promise<string | null> {
    if (previous === null) return null
    const { message, ...turn } = previous
    const kept = message === undefined ? null : await this.#parts.storage.read.evidence(message)
    const before: TurnBefore = { ...turn, searchedFor: kept?.evidence.searchedFor ?? null }
    const byWords = standAlone(question, before)
    if (byWords === null || !isAble(model) || !followsInstructions(model.template)) return byWords
    const budgetMs = this.#budgetMs()
    return (await rewrite(model, question, before, this.#log, { budgetMs, signal })) ?? byWords
  }

  #budgetMs(): number {
    return this.#parts.budgetMs ?? usualBudgetMs
  }

  /** null: there was no time to ask the model. */
  async #contrast(
    { model, question }: TurnQuestion,
    turn: string,
    signal: AbortSignal,
  ): Promise<number | null> {
    try {
      return await this.#parts.reranker.contrastOf(model, {
        question,
        turn,
        strict: true,
        budgetMs: this.#budgetMs(),
        signal,
      })
    } catch (error) {
      if (signal.aborted) throw error
      this.#log.warn('the model was not asked whether it can answer', errorFields(error))
      return null
    }
  }

  /** Several documents that were read whole, each asked by itself. */
  async #askEach(
    { conversation, model, question }: TurnQuestion,
    signal: AbortSignal,
  ): Promise<{ asked: readonly ReadDocument[]; notes: DocumentNote[] }> {
    const asked = await this.#parts.readings.readSideBySide(conversation)
    if (asked.length === 0) return { asked, notes: [] }
    const timeUp = AbortSignal.timeout(sideBySideBudgetMs)
    try {
      const either = AbortSignal.any([signal, timeUp])
      return { asked, notes: await askSideBySide(model, question, asked, this.#log, { signal: either }) }
    } catch (error) {
      if (signal.aborted) throw error
      this.#log.warn('documents were not asked one by one', errorFields(error))
      return { asked, notes: [] }
    }
  }

  /** Passages that say what the notes say, in their order. */
  async #bearing(notes: readonly DocumentNote[], room: PassageRoom): Promise<RankedPassage[]> {
    const bearing: RankedPassage[] = []
    for (const { document, text } of notes) {
      const { passages } = await this.#parts.storage.read.searchPassages({
        question: text,
        scope: { collections: [], documents: [document] },
        limit: passagesOfNote,
      })
      for (const [index, { coverage: _, ...passage }] of passages.entries()) {
        if (!isSupported(text, passage.text)) continue
        bearing.push({ ...passage, wordRank: index + 1, likelihood: null })
      }
    }
    return bearing.slice(0, room.passages)
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

  /** @param first passages that bear what was remembered */
  async #found(
    { question, model }: TurnQuestion,
    first: readonly RankedPassage[],
    { searchedFor, sources, room, signal }: Search,
  ): Promise<{
    passages: NewPassage[]
    stages: readonly RetrievalStage[]
    sentence: Judgement['sentence']
  }> {
    const scope = {
      collections: sources.flatMap((source) => ('collection' in source ? [source.collection] : [])),
      documents: sources.flatMap((source) =>
        'document' in source && source.use !== 'quote' ? [source.document] : [],
      ),
    }
    if (scope.collections.length === 0 && scope.documents.length === 0)
      return { passages: [], stages: [], sentence: null }
    const wanted = searchedFor ?? question
    const many = this.#readsMany(model)
    const { passages, stages, sentence } = await this.#parts.retrieve({
      question: wanted,
      asked: question,
      scope,
      limit: many ? manyPassages : room.passages,
      budgetMs: this.#budgetMs(),
      signal,
    })
    if (signal.aborted) throw new RoostError('cancelled')
    const carrying = sentence !== null && carriesQuestion(sentence.found) ? sentence : null
    const noted = many ? await this.#withNotes(model, wanted, passages, signal) : passages
    const chosen = onceEach([...first, ...noted]).slice(0, room.passages)
    if (carrying !== null && !chosen.some(({ id }) => id === carrying.passage.id)) {
      // The sentence that says what is asked is always among what is shown.
      chosen.splice(room.passages - 1, 1, carrying.passage)
    }
    const shown = chosen.map((passage): NewPassage => {
      const within =
        carrying?.passage.id === passage.id
          ? { start: carrying.found.start - passage.start, end: carrying.found.end - passage.start }
          : null
      const { start, end } = focusOn(wanted, passage.text, room.characters, within)
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
    })
    const found = carrying?.found ?? null
    return {
      stages,
      passages: shown,
      sentence: found !== null && shown.some((passage) => holds(passage, found)) ? found : null,
    }
  }

  /** Whether sixteen passages are read by themselves before the answer, all at once. */
  #readsMany(model: ActiveModel): boolean {
    return isAble(model) && isWorthwhile(this.#parts.reranker.tokensPerSecond, this.#budgetMs() * 2)
  }

  /** Those first that say something to the question when each is read by itself, in their order. */
  async #withNotes(
    model: ActiveModel,
    question: string,
    passages: readonly RankedPassage[],
    signal: AbortSignal,
  ): Promise<readonly RankedPassage[]> {
    const numbered = passages.map(({ text }, index) => ({ number: index, text }))
    const timeUp = AbortSignal.timeout(this.#budgetMs() * 2)
    try {
      const notes = await readInParallel(model, question, numbered, this.#log, {
        signal: AbortSignal.any([signal, timeUp]),
        together: togetherOn(model.loaded.device),
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

function isAble({ loaded }: ActiveModel): boolean {
  return loaded.description.parameters >= ableParameters
}

function onceEach(passages: readonly RankedPassage[]): RankedPassage[] {
  return passages.filter(({ id }, index) => passages.findIndex((one) => one.id === id) === index)
}

function sameSource(one: Source, other: Source): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

function modeOf(read: boolean, found: boolean): Evidence['mode'] {
  if (read) return found ? 'both' : 'reading'
  return found ? 'passages' : 'none'
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
