// Which one model of the catalogue is recommended for this machine: the largest official one for conversations that fits
// well; where none does, the smallest that can run at all.
import type { CatalogueEntry, CatalogueFile } from '../../electron/contract/download-entities.ts'
import type { Fit } from '../../electron/contract/library-entities.ts'

export interface Recommendation {
  readonly entry: CatalogueEntry
  readonly file: CatalogueFile
  readonly bytes: number
  readonly fit: Fit
}

const purposes: readonly CatalogueEntry['purpose'][] = ['chat', 'small', 'strong']

/** @param fitOf what is known of a file; undefined: nothing */
export function recommend(
  entries: readonly CatalogueEntry[],
  fitOf: (entry: CatalogueEntry, file: CatalogueFile) => Fit | undefined,
): Recommendation | null {
  const candidates: Recommendation[] = []
  for (const entry of entries) {
    if (!entry.curated || entry.origin === 'added' || !purposes.includes(entry.purpose)) continue
    for (const file of entry.files) {
      const fit = fitOf(entry, file)
      if (fit === undefined || file.bytes === null || fit.verdict === 'wontFit') continue
      candidates.push({ entry, file, bytes: file.bytes, fit })
    }
  }
  const size = ({ entry }: Recommendation): number => entry.parameters ?? 0
  // Of equals the entry that stands first stays first: those are ordered by their makers' recommendation.
  const fitting = candidates.filter(({ fit }) => fit.verdict === 'fits').sort((a, b) => size(b) - size(a))
  const running = [...candidates].sort((a, b) => size(a) - size(b))
  return fitting[0] ?? running[0] ?? null
}
