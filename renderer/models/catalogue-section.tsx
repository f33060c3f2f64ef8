// The list "Catalogue": the few recommended models, and all others behind a search and filters.
import { Globe, RotateCw, Search } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { ReactElement } from 'react'
import { Banner } from '../shared/banner.tsx'
import { Spinner } from '../shared/progress.tsx'
import { useApp, useAppStore } from '../state/use-app.ts'
import { errorWords, useLanguage } from '../text/language.ts'
import { CatalogueCard } from './catalogue-card.tsx'
import { isFiltered, noFilter, shownEntries, sizeClasses } from './catalogue-filter.ts'
import type { CatalogueFilter } from './catalogue-filter.ts'
import { HubDialog } from './hub-dialog.tsx'

export function CatalogueSection(): ReactElement {
  const language = useLanguage()
  const { text, format } = language
  const store = useAppStore()
  const catalogue = useApp((state) => state.catalogue)
  const refreshing = useApp((state) => state.refreshing)
  const problem = useApp((state) => state.problems.catalogue)
  const [filter, setFilter] = useState<CatalogueFilter>(noFilter)
  /** The repository that the dialog stands open for; '' for none yet. */
  const [dialog, setDialog] = useState<string | null>(null)
  useEffect(() => {
    void store.getState().openDownloads()
  }, [store])

  const entries = catalogue?.entries ?? []
  const shown = shownEntries(entries, filter)
  const change = (patch: Partial<CatalogueFilter>): void => setFilter({ ...filter, ...patch })
  const sizes = [
    ['small', text.filterSizeUpTo(format.parameters(sizeClasses.small.to))],
    ['medium', text.filterSizeUpTo(format.parameters(sizeClasses.medium.to))],
    ['large', text.filterSizeUpTo(format.parameters(sizeClasses.large.to))],
    ['huge', text.filterSizeAbove(format.parameters(sizeClasses.huge.from))],
  ] as const

  return (
    <section className="models-section catalogue" aria-label={text.catalogue}>
      <div className="section-head">
        <h2 className="section-title">{text.catalogue}</h2>
        <div className="page-actions">
          <button
            type="button"
            className="button button-small"
            disabled={refreshing}
            onClick={() => void store.getState().refreshCatalogue()}
          >
            {refreshing ? <Spinner /> : <RotateCw aria-hidden size={14} />}
            {text.refreshCatalogue}
          </button>
          <button type="button" className="button button-small" onClick={() => setDialog('')}>
            <Globe aria-hidden size={14} />
            {text.addFromHub}
          </button>
        </div>
      </div>
      <p className="muted catalogue-intro">
        {text.catalogueIntro}
        {typeof catalogue?.refreshedAt === 'number' && (
          <> {text.refreshedAt(format.dateTime(catalogue.refreshedAt))}.</>
        )}
      </p>
      <div className="catalogue-filters" role="search">
        <div className="catalogue-search">
          <Search aria-hidden size={15} />
          <input
            type="search"
            className="field"
            aria-label={text.searchModels}
            placeholder={text.searchModels}
            value={filter.query}
            onChange={(event) => change({ query: event.target.value })}
          />
        </div>
        <FilterField
          label={text.filterGeneration}
          value={filter.generation}
          options={['7', '6', '5', '4'].map((one) => [one, text.filterGenerationOf(one)] as const)}
          onChange={(generation) => change({ generation })}
        />
        <FilterField
          label={text.filterSize}
          value={filter.size}
          options={sizes}
          onChange={(size) => change({ size })}
        />
        <FilterField
          label={text.filterLanguage}
          value={filter.language}
          options={['zh', 'en', 'ja'].map((one) => [one, text.languageNames[one] ?? one] as const)}
          onChange={(language) => change({ language })}
        />
      </div>
      {problem !== undefined && (
        <Banner
          tone="error"
          {...errorWords(language, problem.code, problem.detail)}
          onDismiss={() => store.getState().clearProblem('catalogue')}
        />
      )}
      {catalogue === null && problem === undefined && (
        <p className="muted">
          <Spinner /> {text.starting}
        </p>
      )}
      <ul className="card-list" aria-label={text.catalogue}>
        {shown.map((entry) => (
          <CatalogueCard key={entry.id} entry={entry} onAskForSize={() => setDialog(entry.repository)} />
        ))}
      </ul>
      {catalogue !== null && shown.length === 0 && <p className="muted page-note">{text.noModelsMatch}</p>}
      {catalogue !== null && !isFiltered(filter) && (
        <button
          type="button"
          className="button catalogue-more"
          aria-expanded={filter.all}
          onClick={() => change({ all: !filter.all })}
        >
          {filter.all ? text.showCurated : text.showAllModels(format.count(entries.length))}
        </button>
      )}
      {dialog !== null && <HubDialog repository={dialog} onClose={() => setDialog(null)} />}
    </section>
  )
}

function FilterField(props: {
  label: string
  value: string
  options: readonly (readonly [value: string, label: string])[]
  onChange: (value: string) => void
}): ReactElement {
  const { text } = useLanguage()
  return (
    <select
      className="field"
      aria-label={props.label}
      data-set={props.value !== ''}
      value={props.value}
      onChange={(event) => props.onChange(event.target.value)}
    >
      <option value="">{`${props.label}: ${text.filterAny}`}</option>
      {props.options.map(([value, label]) => (
        <option key={value} value={value}>
          {label}
        </option>
      ))}
    </select>
  )
}
