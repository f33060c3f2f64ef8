// When a pasted text becomes an attachment instead of filling the box, and what it is called.

const NAME = 60

/** `limit`: Settings.pasteCharacters; 0: no paste is too long. */
export function isLongPaste(text: string, limit: number): boolean {
  return limit > 0 && text.length > limit
}

/** Its first line with words, shortened; null: it has none. */
export function pasteName(text: string): string | null {
  const line = text
    .slice(0, 4000)
    .split('\n')
    .map((one) => one.replace(/^[#>*\s-]+/u, '').trim())
    .find((one) => /\p{L}|\p{N}/u.test(one))
  if (line === undefined) return null
  const letters = Array.from(line)
  return letters.length <= NAME
    ? line
    : `${letters
        .slice(0, NAME - 1)
        .join('')
        .trimEnd()}…`
}
