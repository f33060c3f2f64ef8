// Where and when the search looks.
import { useMemo } from 'react'
import type { ReactElement } from 'react'
import { searchPlaces } from '../../electron/contract/search-places.ts'
import type { SearchQuery } from '../../electron/contract/keeping.ts'
import { useToday } from '../shared/use-today.ts'
import { useApp, useAppStore } from '../state/use-app.ts'
import { useLanguage } from '../text/language.ts'
import { tagsOf } from './rail-rows.ts'

const DAY = 86_400_000
const PERIODS = [0, 1, 7, 30, 365] as const

export function SearchFilters(): ReactElement {
  const { text } = useLanguage()
  const store = useAppStore()
  const search = useApp((state) => state.search)
  const folders = useApp((state) => state.folders)
  const summaries = useApp((state) => state.summaries)
  const tags = useMemo(() => tagsOf(Object.values(summaries)), [summaries])
  const today = useToday()
  const change = (patch: Partial<SearchQuery>): void => void store.getState().changeSearch(patch)
  const placeNames = { everything: text.inEverything, titles: text.inTitles, messages: text.inMessages }
  const period = PERIODS.find((days) => days !== 0 && search.since === sinceOf(today, days)) ?? 0
  return (
    <div className="search-filters" role="group" aria-label={text.searchFilters}>
      <select
        className="field"
        aria-label={text.searchIn}
        value={search.in}
        onChange={({ target }) =>
          change({ in: searchPlaces.find((one) => one === target.value) ?? 'everything' })
        }
      >
        {searchPlaces.map((place) => (
          <option key={place} value={place}>
            {placeNames[place]}
          </option>
        ))}
      </select>
      <select
        className="field"
        aria-label={text.searchWhen}
        value={period}
        onChange={({ target }) => {
          const days = Number(target.value)
          change({ since: days === 0 ? null : sinceOf(today, days) })
        }}
      >
        {PERIODS.map((days) => (
          <option key={days} value={days}>
            {days === 0 ? text.anyTime : text.lastDays(days)}
          </option>
        ))}
      </select>
      {folders.length > 0 && (
        <select
          className="field"
          aria-label={text.searchFolder}
          value={search.folder ?? ''}
          onChange={({ target }) => change({ folder: target.value === '' ? null : target.value })}
        >
          <option value="">{text.anyFolder}</option>
          {folders.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
          <option value="none">{text.noFolder}</option>
        </select>
      )}
      {tags.length > 0 && (
        <select
          className="field"
          aria-label={text.searchTag}
          value={search.tag ?? ''}
          onChange={({ target }) => change({ tag: target.value === '' ? null : target.value })}
        >
          <option value="">{text.anyTag}</option>
          {tags.map((tag) => (
            <option key={tag} value={tag}>
              {tag}
            </option>
          ))}
        </select>
      )}
    </div>
  )
}

/** The beginning of the day so many days before this one; `today` is any time of it. */
function sinceOf(today: number, days: number): number {
  const day = new Date(today - (days - 1) * DAY)
  return new Date(day.getFullYear(), day.getMonth(), day.getDate()).getTime()
}
