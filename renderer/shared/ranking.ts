// Which entry a few letters mean. Two letters name most of them: the first letters of its words count most, then its
// beginning, the beginning of a word, letters inside; what was used lately wins between equals.
export interface Rankable {
  /** What is shown, and other names for it. */
  readonly names: readonly string[]
}

/** 0: the letters do not mean this. */
export function scoreOf(name: string, query: string): number {
  const text = name.toLowerCase()
  const asked = query.toLowerCase().trim()
  if (asked === '') return 1
  const words = text.split(/[\s:,.…/()“”]+/u).filter((word) => word !== '')
  const initials = words.map((word) => Array.from(word)[0] ?? '').join('')
  if (initials.startsWith(asked)) return 100 + (asked.length > 1 ? 30 : 0) - words.length / 100
  if (text.startsWith(asked)) return 110
  if (subsequence(initials, asked)) return 90 - words.length / 100
  if (words.some((word) => word.startsWith(asked))) return 80
  const pieces = asked.split(/\s+/)
  if (pieces.length > 1 && pieces.every((piece) => text.includes(piece))) return 70
  if (text.includes(asked)) return 60
  return asked.length > 2 && subsequence(text, asked) ? 20 : 0
}

function subsequence(text: string, letters: string): boolean {
  let at = 0
  for (const letter of letters) {
    at = text.indexOf(letter, at)
    if (at < 0) return false
    at += 1
  }
  return true
}

/** Best first; entries of equal score in their own order, those of `recent` before them. */
export function ranked<Entry extends Rankable & { readonly id: string }>(
  entries: readonly Entry[],
  query: string,
  recent: readonly string[] = [],
): Entry[] {
  const lately = new Map(recent.map((id, index) => [id, (recent.length - index) / (recent.length + 1)]))
  return entries
    .map((entry, index) => ({
      entry,
      index,
      score: Math.max(...entry.names.map((name) => scoreOf(name, query))),
    }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => score(b) - score(a) || a.index - b.index)
    .map(({ entry }) => entry)

  function score({ entry, score: own }: { entry: Entry; score: number }): number {
    return own + (lately.get(entry.id) ?? 0)
  }
}
