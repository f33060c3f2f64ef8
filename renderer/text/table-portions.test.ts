// Long tables are cut so that no row is lost or shown twice, and nothing else is cut.
import { expect, it } from 'vitest'
import { isLongTable, PORTION_ROWS, tablePortions } from './table-portions.ts'

const head = '| place | metres |\n| --- | ---: |'
const row = (index: number): string => `| harbour number ${index} with some words | ${index} |`
const table = (rows: number): string =>
  [head, ...Array.from({ length: rows }, (_, index) => row(index))].join('\n')

it('holds every row once, in order, each portion under the head of the whole', () => {
  const source = table(5000)
  expect(isLongTable(source)).toBe(true)
  const { portions, rows } = tablePortions(source)
  expect(rows).toBe(5000)
  expect(portions).toHaveLength(5000 / PORTION_ROWS)
  expect(portions.every((portion) => portion.startsWith(`${head}\n`))).toBe(true)
  const seen = portions.flatMap((portion) => portion.slice(head.length + 1).split('\n'))
  expect(seen).toEqual(Array.from({ length: 5000 }, (_, index) => row(index)))
})

it('keeps what is behind the table in the last portion', () => {
  const { portions, rows } = tablePortions(`${table(600)}\n\n`)
  expect(rows).toBe(600)
  expect(portions.at(-1)?.endsWith(`${row(599)}\n\n`)).toBe(true)
})

it('leaves short tables, long prose and long code as they are', () => {
  expect(isLongTable(table(20))).toBe(false)
  expect(isLongTable('word | '.repeat(10_000))).toBe(false)
  expect(isLongTable(`\`\`\`\n${table(3000)}\n\`\`\``)).toBe(false)
})
