// What a document may cost. Beyond a limit is a sentence for the person, not a crash. (Threat: every byte of a document is
// its author's.)
export const parsing = {
  /** Of the file. */
  fileBytes: 200 * 1024 * 1024,
  /** Pages of a PDF, chapters of a book. */
  pages: 2000,
  /** Of the plain text, in UTF-16 units. */
  textCharacters: 64 * 1024 * 1024,
  /** Of a file that is text through and through: no sense in decoding more than three bytes for every character. */
  plainBytes: 192 * 1024 * 1024,
  /** What comes out of an archive for every byte of it; the first bytes are free. */
  expansion: 100,
  expansionFreeBytes: 4 * 1024 * 1024,
  archiveEntries: 10_000,
  /** Elements inside each other. */
  nesting: 256,
  outlineEntries: 20_000,
  milliseconds: 60_000,
  /** Of the process, beyond the size of the file, which a reader may hold whole. */
  memoryBytes: 512 * 1024 * 1024,
} as const

/** Passages in one message, and letters: a message is taken apart on the main thread. */
export const passagesAtOnce = 64
export const charactersAtOnce = 64_000

export type ParsingLimit = 'bytes' | 'pages' | 'text' | 'expansion' | 'entries' | 'nesting'
