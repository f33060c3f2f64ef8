// Which entries of the catalogue are shown: by words, and by what they are. Few at first.
import type { CatalogueEntry } from '../../electron/contract/download-entities.ts'

export interface CatalogueFilter {
  readonly query: string
  /** "7", "6" ...; '' for any. */
  readonly generation: string
  /** A key of sizeClasses; '' for any. */
  readonly size: string
  /** "zh" ...; '' for any. */
  readonly language: string
  /** Not only the recommended ones. */
  readonly all: boolean
}

export const noFilter: CatalogueFilter = { query: '', generation: '', size: '', language: '', all: false }

/** Parameters, in classes that stand for kinds of machines. */
export const sizeClasses = {
  small: { from: 0, to: 0.6e9 },
  medium: { from: 0.6e9, to: 2e9 },
  large: { from: 2e9, to: 5e9 },
  huge: { from: 5e9, to: Infinity },
} as const

export function isSizeClass(text: string): text is keyof typeof sizeClasses {
  return Object.hasOwn(sizeClasses, text)
}

export function isFiltered({ query, generation, size, language }: CatalogueFilter): boolean {
  return query.trim() !== '' || generation !== '' || size !== '' || language !== ''
}

/** Every word of the query must stand somewhere in the entry. */
export function shownEntries(
  entries: readonly CatalogueEntry[],
  filter: CatalogueFilter,
): readonly CatalogueEntry[] {
  if (!filter.all && !isFiltered(filter)) {
    return entries.filter((entry) => entry.curated || entry.origin === 'added')
  }
  const words = filter.query.toLowerCase().split(/\s+/).filter(Boolean)
  return entries.filter((entry) => {
    const said = [entry.title, entry.repository, entry.series, ...entry.files.map(({ name }) => name)]
      .join(' ')
      .toLowerCase()
    return (
      words.every((word) => said.includes(word)) &&
      (filter.generation === '' || entry.generation?.charAt(0) === filter.generation) &&
      (filter.language === '' || speaks(entry, filter.language)) &&
      (!isSizeClass(filter.size) || isOfSize(entry, filter.size))
    )
  })
}

function speaks({ languages }: CatalogueEntry, language: string): boolean {
  return languages.some((one) => one === language || one === 'many')
}

function isOfSize({ parameters }: CatalogueEntry, size: keyof typeof sizeClasses): boolean {
  const { from, to } = sizeClasses[size]
  return parameters !== null && parameters > from && parameters <= to
}
