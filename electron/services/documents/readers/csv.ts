// Tables in text form: every row as a line that names its columns, so that it can be understood alone.
import { CsvError, parse } from 'csv-parse/sync'
import { decodeText } from './decode-text.ts'
import { readPlain } from './file-bytes.ts'
import { damaged } from './reader.ts'
import type { Reader } from './reader.ts'

const delimiters = [',', ';', '\t', '|'] as const
const largestRecord = 1024 * 1024

export const readCsv: Reader = (input) => {
  const text = decodeText(readPlain(input.file, input.bytes), input.remark)
  let header: readonly string[] | null = null
  let first = true
  const say = (record: readonly string[]): void => {
    if (first) {
      first = false
      if (isHeader(record)) {
        header = record.map((cell) => cell.trim())
        input.add({ kind: 'row', text: header.join(' | ') })
        return
      }
    }
    const names = header
    const cells = record.map((cell, index) => {
      const value = cell.replaceAll(/\s+/g, ' ').trim()
      const name = names?.[index] ?? ''
      return value === '' ? '' : name === '' ? value : `${name}: ${value}`
    })
    input.add({ kind: 'row', text: cells.filter((cell) => cell !== '').join(' | ') })
  }
  try {
    parse(text, {
      delimiter: delimiterOf(text),
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      max_record_size: largestRecord,
      // Handed on one by one; null: nothing is collected.
      on_record: (record: string[]) => {
        say(record)
        return null
      },
    })
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    const line = typeof error.lines === 'number' ? ` in line ${error.lines}` : ''
    const what =
      error.code === 'CSV_QUOTE_NOT_CLOSED' ? 'A quotation mark is not closed' : 'The table cannot be read'
    throw damaged(`${what}${line}.`, error)
  }
  return Promise.resolve({ pages: null })
}

/** The one that stands equally often in the first lines, outside of quotes. */
function delimiterOf(text: string): string {
  const lines = text
    .slice(0, 20_000)
    .replaceAll(/"[^"]*"/g, '')
    .split(/\r?\n/)
    .filter((line) => line !== '')
    .slice(0, 10)
  let best = ','
  let most = 0
  for (const delimiter of delimiters) {
    const counts = lines.map((line) => line.split(delimiter).length - 1)
    const lowest = Math.min(...counts)
    if (counts.length > 0 && lowest > most) {
      best = delimiter
      most = lowest
    }
  }
  return best
}

/** Names, all different, none of them a number. */
function isHeader(record: readonly string[]): boolean {
  const cells = record.map((cell) => cell.trim())
  return (
    cells.length > 1 &&
    new Set(cells).size === cells.length &&
    cells.every((cell) => cell !== '' && cell.length <= 80 && !/^[-+]?[\d.,%]+$/.test(cell))
  )
}
