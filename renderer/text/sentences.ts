const SENTENCE_END = /[.!?…]["'”’)]?(?=\s)|[。！？]|\n/g

/** Length of the part of `text` that ends with a finished sentence: what may be read aloud while the rest is written. */
export function finishedLength(text: string): number {
  let end = 0
  for (const match of text.matchAll(SENTENCE_END)) end = match.index + match[0].length
  return end
}
