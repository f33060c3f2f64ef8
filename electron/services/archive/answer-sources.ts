// What an answer rests on, in a page to read: citations that point nowhere lose their number, and the passages that were cited
// stand below it. Names of files and words of documents are words, whatever marks they hold.
import type { Evidence } from '../../contract/evidence.ts'

/** The text with "[?]" in place of each citation that points nowhere. */
export function withoutDangling(text: string, evidence: Evidence | undefined): string {
  if (evidence === undefined) return text
  const pointless = new Map(
    evidence.citations
      // One mark of several numbers stays where one of them holds.
      .filter(({ start }) =>
        evidence.citations.every((one) => one.start !== start || one.state === 'dangling'),
      )
      .map(({ start, end }) => [start, end]),
  )
  let shown = ''
  let at = 0
  for (const [start, end] of [...pointless].sort(([a], [b]) => a - b)) {
    if (start < at) continue
    shown += `${text.slice(at, start)}[?]`
    at = end
  }
  return shown + text.slice(at)
}

/** A list in Markdown of the passages that were cited; '' where there are none. */
export function sourceList(evidence: Evidence | undefined): string {
  const cited = evidence?.passages.filter((passage) => passage.cited) ?? []
  if (evidence === undefined || cited.length === 0) return ''
  const lines = cited.map(({ number, documentName, page, text }) => {
    const quote = evidence.citations.find((one) => one.number === number && one.quote !== null)?.quote
    const words = oneLine(quote?.text ?? text)
    const place = page === null ? '' : `, p. ${page}`
    return `- \\[${number}\\] ${plain(documentName)}${place}: “${plain(words)}”`
  })
  return `Sources:\n\n${lines.join('\n')}\n`
}

const mostCharacters = 400

function oneLine(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  return line.length <= mostCharacters ? line : `${line.slice(0, mostCharacters - 1).trimEnd()}…`
}

function plain(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(/[\\`*_{}[\]()#+\-.!|<>~&:@]/g, '\\$&')
}
