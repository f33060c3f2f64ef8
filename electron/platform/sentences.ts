// Sentences of a text, with their offsets.

/** What ends one stays with it. A line end ends one, too, where a blank line follows. */
export function sentencesOf(text: string): { start: number; end: number }[] {
  const sentences: { start: number; end: number }[] = []
  const ends = /[.!?…]+["')\]”’]*(?=\s|$)|[。！？；]+[”’」』）]*|\n\s*\n/gu
  let start = 0
  const add = (end: number): void => {
    const piece = text.slice(start, end)
    const blank = piece.length - piece.trimStart().length
    const trimmed = piece.trim()
    if (trimmed !== '') sentences.push({ start: start + blank, end: start + blank + trimmed.length })
    start = end
  }
  for (const match of text.matchAll(ends)) {
    // "Dr. Marn", "No. 4": a short word with a capital before the point goes on.
    const word = /(?:^|[\s(])([A-Z][a-z]{0,2})$/.exec(text.slice(Math.max(0, match.index - 5), match.index))
    if (match[0] === '.' && word !== null && /^(Dr|Mr|Mrs|Ms|St|No|Nr|Jr|[A-Z])$/.test(word[1] ?? ''))
      continue
    add(match.index + match[0].length)
  }
  add(text.length)
  return sentences
}
