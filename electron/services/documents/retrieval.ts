// Passages for a question, in stages: by words (the index), then by the loaded model's own opinion of each candidate, where
// there is a model and time for it. Chat and the bench of the Documents page ask here, so both show the same ranking.
import type { RankedPassage, RetrievalStage } from '../../contract/document-entities.ts'
import type { FoundPassage, FoundPassages, FoundSentence, Storage } from '../../storage/storage.ts'
import type { Rerank } from './rerank.ts'

export interface RetrievalRequest {
  readonly question: string
  /** Its own words, where others were carried over from the turn before. */
  readonly asked?: string
  /** null: everything. */
  readonly scope: { readonly collections: readonly string[]; readonly documents: readonly string[] } | null
  readonly limit: number
  /** For the model's part; 0: by words alone. */
  readonly budgetMs: number
  readonly signal?: AbortSignal
}

export interface Retrieval {
  /** Best first. */
  readonly passages: readonly RankedPassage[]
  readonly stages: readonly RetrievalStage[]
  /** Passages in the scope. */
  readonly searched: number
  /** What says most of what is asked, and the passage it stands in; null: none. */
  readonly sentence: { readonly found: FoundSentence; readonly passage: RankedPassage } | null
}

/** Shown to the model: more cost time, and what stands further down by words is seldom right. */
const candidates = 24
/** Found by words before some are left out. */
const wider = 60
/** Passages of one document before those of others get their turn. */
const ofOneDocument = 8

export function retrieval(
  storage: Storage,
  rerank: Rerank,
): (request: RetrievalRequest) => Promise<Retrieval> {
  return async ({ question, asked = question, scope, limit, budgetMs, signal }) => {
    const began = performance.now()
    const wanted = Math.max(candidates, limit)
    const found = await storage.read.searchPassages({
      question,
      asked,
      scope,
      limit: Math.max(wider, limit),
    })
    const chosen = various(found.passages, wanted)
    const words: RetrievalStage = {
      name: 'words',
      milliseconds: performance.now() - began,
      candidates: chosen.length,
      skipped: null,
    }
    const byId = new Map(chosen.map((passage, index) => [passage.id, { passage, wordRank: index + 1 }]))
    const ranked = (id: number, score: number, likelihood: number | null): RankedPassage[] => {
      const known = byId.get(id)
      if (known === undefined) return []
      const { coverage: _, ...passage } = known.passage
      return [{ ...passage, wordRank: known.wordRank, score, likelihood }]
    }
    const sentence = sentenceOf(found)
    if (budgetMs <= 0) {
      const off: RetrievalStage = {
        name: 'likelihood',
        milliseconds: 0,
        candidates: 0,
        skipped: 'switched_off',
      }
      return {
        passages: chosen.slice(0, limit).flatMap(({ id, score }) => ranked(id, score, null)),
        stages: [words, off],
        searched: found.searched,
        sentence,
      }
    }
    const report = await rerank({
      question,
      passages: chosen.map(({ id, text, score }) => ({ id, text, score })),
      budgetMs,
      ...(signal === undefined ? {} : { signal }),
    })
    return {
      passages: report.ranked
        .slice(0, limit)
        .flatMap(({ id, score, likelihood }) => ranked(id, score, likelihood)),
      stages: [words, report.stage],
      searched: found.searched,
      sentence,
    }
  }
}

function sentenceOf({ passages, sentence }: FoundPassages): Retrieval['sentence'] {
  const at = passages.findIndex(({ id }) => id === sentence?.passage)
  const from = passages[at]
  if (sentence === null || from === undefined) return null
  const { coverage: _, ...passage } = from
  return { found: sentence, passage: { ...passage, wordRank: at + 1, likelihood: null } }
}

/** The same text once, and not one document alone where others have something to say. Order is kept within each part. */
function various(passages: readonly FoundPassage[], wanted: number): FoundPassage[] {
  const texts = new Set<string>()
  const counts = new Map<string, number>()
  const first: FoundPassage[] = []
  const rest: FoundPassage[] = []
  for (const passage of passages) {
    const text = passage.text.replaceAll(/\s+/g, ' ').trim()
    if (texts.has(text)) continue
    texts.add(text)
    const count = (counts.get(passage.document) ?? 0) + 1
    counts.set(passage.document, count)
    if (count <= ofOneDocument) first.push(passage)
    else rest.push(passage)
  }
  return [...first, ...rest].slice(0, wanted)
}
