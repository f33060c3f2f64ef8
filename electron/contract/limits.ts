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
  /** Turns shown to the model before the first one. */
  examples: 64,
  parallelAnswers: 16,
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
  /** One call's arguments, serialised. */
  callBytes: 8 * 1024 * 1024,
} as const
