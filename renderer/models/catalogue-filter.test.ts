import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { CatalogueEntry } from '../../electron/contract/download-entities.ts'
import { noFilter, shownEntries } from './catalogue-filter.ts'

const shipped = JSON.parse(readFileSync(new URL('../../resources/models.json', import.meta.url), 'utf8')) as {
  entries: Omit<CatalogueEntry, 'origin'>[]
}
const entries: CatalogueEntry[] = shipped.entries.map((entry) => ({ ...entry, origin: 'shipped' }))
const titles = (filter: Partial<typeof noFilter>): string[] =>
  shownEntries(entries, { ...noFilter, ...filter }).map(({ title }) => title)

describe('the catalogue that ships', () => {
  it('shows few at first: one of each size, from small to large', () => {
    expect(titles({})).toEqual([
      'RWKV-7 G1d 0.1B',
      'RWKV-7 G1d 0.4B',
      'RWKV-7 G1k 1.5B',
      'RWKV-7 G1k 2.9B',
      'RWKV-7 G1k 7.2B',
      'RWKV-7 G1k 13.3B',
    ])
    expect(titles({ all: true }).length).toBe(entries.length)
  })

  it('finds by every word, in any order, behind the few', () => {
    expect(titles({ query: 'raven 14b' })).toEqual(['RWKV-4 Raven 14B v12'])
    expect(titles({ query: '1.5B g1e' })).toEqual(['RWKV-7 G1e 1.5B'])
    expect(titles({ query: 'no such model' })).toEqual([])
  })

  it('filters by generation, size and language together', () => {
    expect(titles({ generation: '6', size: 'huge', language: 'ja' })).toEqual([
      'RWKV-6 World 7B v3',
      'RWKV-6 Japanese 14B',
      'RWKV-6 Japanese 7B',
      'RWKV-6 World 14B v2.1',
      'RWKV-6 World 7B v2.1',
    ])
    expect(titles({ generation: '5', size: 'small' })).toEqual([
      'RWKV-5 World 0.4B v2',
      'RWKV-5 World 0.1B v1',
    ])
  })
})
