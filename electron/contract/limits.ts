// Every limit that both sides must know. Characters are UTF-16 units, as String.length counts them.
export const LIMITS = {
  messageCharacters: 1_000_000,
  titleCharacters: 200,
  draftCharacters: 1_000_000,
  searchCharacters: 200,
  systemPromptCharacters: 100_000,
  messagesOfChat: 200_000,
  /** A file that a browser hands over. */
  uploadBytes: 2 * 1024 * 1024 * 1024,
  tagCharacters: 40,
  tags: 50,
  conversationsAtOnce: 20_000,
  /** How long a deletion can be undone. */
  undoMs: 30_000,
  /** Turns shown to the model before the first one. */
  examples: 64,
  parallelAnswers: 16,
  /** Last turns that a refreshed memory keeps word for word. */
  refreshTurns: 50,
  stopSequences: 16,
  stopCharacters: 100,
  maximumTokens: 65_536,
  /** Of a file in the models folder. */
  fileNameCharacters: 160,
  addressCharacters: 2000,
  /** Access token of a hub. */
  tokenCharacters: 400,
  /** Usable files of one repository that are listed. */
  catalogueFiles: 400,
  documentsAtOnce: 5000,
  /** Of one pasted text that becomes a document. */
  pastedCharacters: 4_000_000,
  /** Of a question that passages are looked for with. */
  questionCharacters: 4000,
  /** Stored text that one call gives. */
  textPieceCharacters: 200_000,
  /** Of an original file that one call gives. */
  filePieceBytes: 1024 * 1024,
  sourcesOfChat: 200,
  /** One call's arguments, serialised. */
  callBytes: 8 * 1024 * 1024,
} as const
