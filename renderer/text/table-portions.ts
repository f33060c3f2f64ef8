// Cuts the Markdown of a long table into shorter tables with the same head.

export const PORTION_ROWS = 250
/** What is shorter is cut nowhere. */
const LONG_CHARACTERS = 20_000

const DELIMITER = /^ {0,3}\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$/

/** Whether the block is one table, from its first line on, with more rows than one portion. Cheap for what is none. */
export function isLongTable(block: string): boolean {
  if (block.length < LONG_CHARACTERS) return false
  const [head, second] = block.slice(0, LONG_CHARACTERS).split('\n', 2)
  if (head?.includes('|') !== true || second === undefined || !DELIMITER.test(second)) return false
  return tablePortions(block).portions.length > 1
}

/** The last portion holds what follows the table in the same block, if anything does. */
export function tablePortions(block: string): { portions: string[]; rows: number } {
  const lines = block.split('\n')
  const head = lines.slice(0, 2).join('\n')
  const body = lines.slice(2)
  // A row need not hold a bar; a blank line, which a block may end with, is none.
  const rows = body.findIndex((line) => line.trim() === '')
  const count = rows === -1 ? body.length : rows
  const portions: string[] = []
  for (let from = 0; from < count; from += PORTION_ROWS) {
    const last = from + PORTION_ROWS >= count
    portions.push(`${head}\n${body.slice(from, last ? undefined : from + PORTION_ROWS).join('\n')}`)
  }
  return { portions, rows: count }
}
