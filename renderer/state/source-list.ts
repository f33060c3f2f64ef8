// Pure functions over the sources of a chat and over what its answers rested on.
import type { Settings } from '../../electron/contract/entities.ts'
import type { Evidence, Source, SourceUse } from '../../electron/contract/evidence.ts'
import type { Tree } from './message-tree.ts'
import { pathOf } from './message-tree.ts'

/** Documents and collections share no ids. */
export function sourceId(source: Source): string {
  return 'document' in source ? source.document : source.collection
}

/** Collections are only searched. */
export function withUse(source: Source, use: SourceUse): Source {
  return 'document' in source ? { ...source, use } : source
}

/** The list with these added at its end; a source that is there already takes the new use at its old place. */
export function withSources(list: readonly Source[], added: readonly Source[]): Source[] {
  const byId = new Map([...list, ...added].map((source) => [sourceId(source), source]))
  return [...byId.values()]
}

export function withoutSource(list: readonly Source[], gone: Source): Source[] {
  return list.filter((source) => sourceId(source) !== sourceId(gone))
}

/** What is done with a document that is attached; the person may change it afterwards. */
export function chosenUse(state: { readonly settings: Settings | null }): SourceUse {
  return state.settings?.sourceUse ?? 'search'
}

/** Without those that were removed since; `documents` null: that is not known yet. */
export function presentSources(
  sources: readonly Source[],
  documents: ReadonlyMap<string, unknown> | null,
  collections: readonly { readonly id: string }[],
): readonly Source[] {
  if (documents === null) return sources
  return sources.filter((source) =>
    'document' in source
      ? documents.has(source.document)
      : collections.some(({ id }) => id === source.collection),
  )
}

type EvidenceById = Readonly<Record<string, Evidence>>

/** Of the newest answer at or above this message that has one. */
function evidenceAbove(tree: Tree, from: string | null, evidence: EvidenceById): Evidence | null {
  for (let at = from; at !== null; at = tree.byId[at]?.parent ?? null) {
    const found = evidence[at]
    if (found !== undefined) return found
  }
  return null
}

/** Of the last answer on the shown path that has one. */
export function lastEvidence(tree: Tree, evidence: EvidenceById): Evidence | null {
  return evidenceAbove(tree, pathOf(tree).at(-1) ?? null, evidence)
}

/** Sources that no answer on the shown path was asked with yet: they come with the next message. */
export function newSources(sources: readonly Source[], last: Evidence | null): Source[] {
  const known = new Set(last?.sources.map(({ document, collection }) => document ?? collection))
  return sources.filter((source) => !known.has(sourceId(source)) || source.use === 'quote')
}

export type AskedSource = Evidence['sources'][number]

/** What came with this question: the sources of its answer that the answer before did not have. */
export function attachedTo(tree: Tree, question: string, evidence: EvidenceById): readonly AskedSource[] {
  const answer = tree.order.findLast((id) => tree.byId[id]?.parent === question && evidence[id] !== undefined)
  const asked = answer === undefined ? undefined : evidence[answer]
  if (asked === undefined) return NOTHING
  const before = evidenceAbove(tree, tree.byId[question]?.parent ?? null, evidence)
  const known = new Set(before?.sources.map(({ document, collection }) => document ?? collection))
  const came = asked.sources.filter(
    ({ document, collection, use }) => use === 'quote' || !known.has(document ?? collection),
  )
  return came.length === 0 ? NOTHING : came
}

const NOTHING: readonly AskedSource[] = []
