// Every word the window says, in English. The other languages are checked against the type of this table, and the table
// of errors against the contract: a missing sentence does not compile.
import type { ErrorCode, ErrorDetail } from '../../electron/contract/errors.ts'
import { keepingErrors, keepingNotices, keepingWords } from './en-keeping.ts'
import { memoryErrors, memoryNotices, memoryWords } from './en-memory.ts'
import type { Format } from './format.ts'
import { documentErrors, documentNotices, documentWords } from './en-documents.ts'
import { downloadErrors, downloadNotices, downloadWords } from './en-downloads.ts'
import { templateErrors, templateWords } from './en-templates.ts'
import { libraryErrors, libraryNotices, libraryWords } from './en-library.ts'

/** What is shown for an error: a heading of a few words, and a sentence that says what to do or what was kept. */
export interface ErrorWords {
  title: string
  body: string
}

export type Sentence = (detail: ErrorDetail, format: Format) => ErrorWords

/** A name from the detail, in quotes; nothing when the layer below did not say it. */
function named(detail: ErrorDetail, key: string): string {
  const value = detail[key]
  return typeof value === 'string' && value !== '' ? ` “${value}”` : ''
}

/** The sentence of the layer that knows best, when it gave one. */
function reason(detail: ErrorDetail): string {
  const value = detail['reason']
  if (typeof value !== 'string' || value === '') return ''
  return ` ${value.charAt(0).toUpperCase()}${value.slice(1)}${/[.!?]$/.test(value) ? '' : '.'}`
}

const errors: Record<ErrorCode, Sentence> = {
  cancelled: () => ({ title: 'Stopped', body: 'Stopped at your request.' }),
  invalid_argument: (d) => ({
    title: 'A setting is out of range',
    body: `One of the values does not fit the engine.${reason(d)} Reset the sampling values in Settings and try again.`,
  }),
  tokens_invalid: (d) => ({
    title: 'This text can’t be read by the model',
    body: `The model’s vocabulary has no tokens for it.${reason(d)} Try other wording.`,
  }),
  file_missing: (d) => ({
    title: 'The file is not there any more',
    body: `The file${named(d, 'file')} was moved, renamed or deleted. Choose it again, or choose another one.`,
  }),
  file_unreadable: (d) => ({
    title: 'The file can’t be opened',
    body: `Roost is not allowed to read${named(d, 'file') || ' this file'}, or the disk does not answer.${reason(d)}`,
  }),
  file_exists: (d) => ({
    title: 'A file of that name exists',
    body: `Nothing was overwritten.${reason(d)} Choose another name.`,
  }),
  not_a_model: (d) => ({
    title: 'This is not a model file',
    body: `The file${named(d, 'file')} holds something else.${reason(d)} Roost opens RWKV models as .pth, .safetensors or .gguf.`,
  }),
  model_unsafe: (d) => ({
    title: 'This file was refused',
    body: `It asks to run code when it is opened, which no model needs. Roost did not run it.${reason(d)} Get the model from a source you trust.`,
  }),
  model_unsupported: (d) => ({
    title: 'Roost can’t run this model yet',
    body: `The file is a model, but of a kind this version does not know.${reason(d)}`,
  }),
  model_truncated: (d) => ({
    title: 'The model file is incomplete',
    body: `It ends before its data does: the download or copy was probably cut short.${reason(d)} Download it again.`,
  }),
  model_damaged: (d) => ({
    title: 'The model file is damaged',
    body: `Its parts contradict each other.${reason(d)} Download it again.`,
  }),
  model_changed: () => ({
    title: 'The model file changed while it was in use',
    body: 'Your conversations are safe. Load the model again to go on.',
  }),
  vocabulary_missing: (d) => ({
    title: 'The model’s vocabulary is missing',
    body: `This model needs a vocabulary file that was not found.${reason(d)} Put it beside the model file and load the model again.`,
  }),
  vocabulary_damaged: (d) => ({
    title: 'The vocabulary file is damaged',
    body: `It is not what it says it is.${reason(d)} Replace it and load the model again.`,
  }),
  out_of_memory: (d, f) => ({
    title: 'Not enough free memory',
    body:
      typeof d['neededBytes'] === 'number'
        ? `This needs ${f.bytes(d['neededBytes'])} of memory, more than is free now. Close other programs, or choose a smaller model.`
        : `The machine has too little free memory for this.${reason(d)} Close other programs, or choose a smaller model.`,
  }),
  disk_full: (d, f) => ({
    title: 'The disk is full',
    body:
      typeof d['neededBytes'] === 'number'
        ? `${f.bytes(d['neededBytes'])} more are needed. What was saved before is safe. Free some space and try again.`
        : 'What was saved before is safe. Free some space and try again.',
  }),
  device_unavailable: (d) => ({
    title: 'The device can’t be used',
    body: `It is not there, or did not pass its self-test.${reason(d)}`,
  }),
  device_failed: (d) => ({
    title: 'The device stopped working',
    body: `Your conversation is safe.${reason(d)} Load the model again to go on.`,
  }),
  numeric_fault: (d) => ({
    title: 'The model gave invalid numbers',
    body: `Its weights are probably damaged.${reason(d)} The text so far is kept. Download the model again if this repeats.`,
  }),
  snapshot_damaged: () => ({
    title: 'A saved state was damaged',
    body: 'It was set aside. The conversation is whole; Roost reads it once more and goes on.',
  }),
  snapshot_mismatch: () => ({
    title: 'A saved state belongs to another model',
    body: 'It was not used. The conversation is whole; Roost reads it once with the present model.',
  }),
  busy: () => ({
    title: 'The engine is busy',
    body: 'It is working on something else. Try again in a moment.',
  }),
  closed: () => ({ title: 'The engine was closed', body: 'Load the model again to go on.' }),
  write_failed: (d) => ({
    title: 'A file could not be written',
    body: `${reason(d).trim() || 'The disk refused it.'} What was saved before is safe.`,
  }),
  internal: () => ({
    title: 'Something went wrong inside Roost',
    body: 'We are sorry: this is our fault, not yours. What was saved is safe. Please report it if it happens again.',
  }),
  unknown_call: () => ({
    title: 'Window and engine are of different versions',
    body: 'Start Roost again, so that both come from the same version.',
  }),
  untrusted_sender: () => ({
    title: 'This page may not talk to Roost',
    body: 'Open the address that Roost printed when it started.',
  }),
  bad_request: (d) => ({
    title: 'The request was not accepted',
    body: `A value did not have the form Roost expects.${reason(d)}`,
  }),
  not_found: () => ({
    title: 'It is not there any more',
    body: 'It was probably deleted meanwhile.',
  }),
  message_empty: () => ({ title: 'The message is empty', body: 'Write something first.' }),
  message_too_long: (d, f) => ({
    title: 'The message is too long',
    body:
      typeof d['limit'] === 'number'
        ? `A message can have up to ${f.count(d['limit'])} characters. Nothing was lost: it is still in the box below.`
        : 'Nothing was lost: it is still in the box below. Split it into several messages.',
  }),
  no_model: () => ({
    title: 'No model is loaded',
    body: 'Choose a model, then send your message again.',
  }),
  model_loading: () => ({
    title: 'The model is still loading',
    body: 'Send your message again as soon as it is ready.',
  }),
  addon_missing: (d) => ({
    title: 'The engine could not be started',
    body: `Your conversations can be read, but not continued.${reason(d)}`,
  }),
  answer_running: () => ({
    title: 'This conversation is still answering',
    body: 'Wait for the answer, or stop it first.',
  }),
  storage_damaged: (d, f) => ({
    title: 'The database was damaged',
    body:
      d['repairedAtNextStart'] === true
        ? 'What can be read stays readable. It is repaired at the next start: please end Roost and start it again.'
        : typeof d['conversations'] === 'number'
          ? `The damaged file was set aside, nothing was overwritten. ${f.count(d['conversations'])} conversations were brought over.`
          : `It was set aside, nothing was overwritten.${reason(d)}`,
  }),
  storage_newer: () => ({
    title: 'The data comes from a newer Roost',
    body: 'It was left untouched. Install the newer version to open it.',
  }),
  storage_unavailable: (d) => ({
    title: 'The database can’t be reached',
    body: `It may be locked by another program, or the disk does not answer.${reason(d)}`,
  }),
  ...keepingErrors,
  connection_lost: () => ({
    title: 'Roost does not answer',
    body: 'The connection to the application was lost. Nothing that was saved is gone.',
  }),
  ...documentErrors,
  ...downloadErrors,
  ...memoryErrors,
  ...templateErrors,
  ...libraryErrors,
}

/** An error that is told while the host goes on trying. */
function unsaved(sentence: Sentence): Sentence {
  return (detail, format) => {
    const words = sentence(detail, format)
    if (detail['unsavedAnswer'] !== true) return words
    return { title: words.title, body: `An answer could not be saved yet; Roost keeps trying. ${words.body}` }
  }
}

/** Notices that say something else than the error of the same code. */
const notices: Record<string, Sentence> = {
  // A finished answer waits for the disk; the host tries again by itself.
  disk_full: unsaved(errors.disk_full),
  storage_unavailable: unsaved(errors.storage_unavailable),
  ...keepingNotices,
  ...memoryNotices,
  ...libraryNotices,
  ...documentNotices,
  ...downloadNotices,
}

export const en = {
  languageName: 'English',
  appName: 'Roost',

  sidebar: 'Sidebar',
  newChat: 'New chat',
  searchChats: 'Search chats',
  conversations: 'Conversations',
  conversationActions: 'Conversation actions',
  hideSidebar: 'Hide sidebar',
  showSidebar: 'Show sidebar',
  pages: 'Pages',
  chat: 'Chat',
  documents: 'Documents',
  models: 'Models',
  settings: 'Settings',
  pinned: 'Pinned',
  today: 'Today',
  yesterday: 'Yesterday',
  lastWeek: 'Previous 7 days',
  lastMonth: 'Previous 30 days',
  results: 'Results',
  noResults: (query: string) => `No chat holds “${query}”.`,
  noChatsYet: 'Your chats will be listed here.',
  untitled: 'New chat',
  generating: 'Answering',
  rename: 'Rename',
  pin: 'Pin',
  unpin: 'Unpin',
  delete: 'Delete',
  cancel: 'Cancel',
  save: 'Save',
  close: 'Close',
  title: 'Title',
  renameTitle: 'Rename chat',
  systemPrompt: 'System prompt',
  systemPromptHint:
    'Said to the model before the first message of this chat. A change applies to what is asked from now on; earlier messages are read once more.',

  modelButton: (name: string) => `Model: ${name}`,
  chooseModel: 'Choose a model',
  engine: 'Engine',
  engineNone: 'No model',
  engineReady: 'Ready',
  engineBusy: 'Answering',
  engineFault: 'Fault',
  engineLoading: (percent: string) => `Loading ${percent}`,
  loadingModel: (name: string) => `Loading ${name}`,
  onDevice: (device: string, isa: string, threads: string) => `${device}, ${isa}, ${threads} threads`,
  openModelFile: 'Open a model file…',
  chooseFile: 'Choose a file…',
  addModelFile: 'Add a model file…',
  load: 'Load',
  unload: 'Unload',
  reload: 'Load again',
  noModelsYet: 'No model is known yet.',
  manageModels: 'All models',

  transcript: 'Transcript',
  you: 'You',
  assistant: 'Assistant',
  proof: (resumed: string, reread: string, rate: string) =>
    `resumed ${resumed} tokens, ${reread} re-read, ${rate} tokens/s`,
  resumed: (resumed: string, reread: string) => `resumed ${resumed} tokens, ${reread} re-read`,
  reading: (done: string, total: string) => `Reading ${done} of ${total} tokens`,
  rebuilding: (done: string, total: string) => `Reading earlier messages again: ${done} of ${total} tokens`,
  startingAnswer: 'Thinking about the first word…',
  copy: 'Copy',
  copied: 'Copied',
  edit: 'Edit',
  showAll: 'Show all',
  showLess: 'Show less',
  regenerate: 'Regenerate',
  branchFromHere: 'Branch from here',
  continue: 'Continue',
  details: 'Details',
  previousVersion: 'Previous version',
  nextVersion: 'Next version',
  versionOf: (i: string, n: string) => `${i} / ${n}`,
  interrupted: 'Interrupted: Roost ended while this was being written. The text up to then is kept.',
  stopped: 'Stopped',
  reachedMaximum: 'Stopped at the maximum length',
  emptyAnswer: 'The model ended its answer without a word.',
  thinking: 'Thinking…',
  thoughtFor: (seconds: string) => `Thought for ${seconds} s`,
  jumpToLatest: 'Jump to latest',
  branchNote: 'Your next message starts a new branch from here. What followed stays, one arrow away.',
  branchEnd: 'Back to the latest message',
  editMessage: 'Edit message',
  editHint: 'The earlier version is kept beside the new one.',
  sendEdit: 'Send',
  copyCode: 'Copy code',
  wrapLines: 'Wrap lines',
  plainText: 'text',
  imageNotLoaded: (alt: string, host: string) =>
    `Image not loaded: ${alt || 'no description'}${host ? ` (${host})` : ''}`,
  openLinkTitle: 'Open this link?',
  openLinkBody: 'It leads out of Roost, to a page in your browser:',
  openLink: 'Open',
  detailModel: 'Model',
  detailTime: 'Time',
  detailResumed: 'Resumed from the kept state',
  detailReread: 'Read again',
  detailPrompt: 'New in this turn',
  detailAnswer: 'Written',
  detailPrefill: 'Reading speed',
  detailDecode: 'Writing speed',
  detailFirst: 'First word after',
  detailFinish: 'Ended by',
  detailSnapshot: 'State kept',
  tokens: (n: string) => `${n} tokens`,
  tokensPerSecond: (n: string) => `${n} tokens/s`,
  milliseconds: (n: string) => `${n} ms`,
  yes: 'yes',
  no: 'no',
  finishStopText: 'a stop sequence',
  finishEndToken: 'the model',
  finishMaxTokens: 'the maximum length',
  finishCancelled: 'you',

  message: 'Message',
  messagePlaceholder: (model: string) => `Message ${model}`,
  messagePlaceholderPlain: 'Write a message',
  send: 'Send',
  stop: 'Stop',
  composerHint: 'Enter sends, Shift+Enter starts a new line',
  composerNoModel: 'A model is needed to answer.',
  composerLoading: 'The model is loading. You can write meanwhile.',
  composerTooLong: (limit: string) => `Longer than ${limit} characters: please shorten it.`,

  greeting: (hour: number): string =>
    hour < 5 ? 'Up late?' : hour < 12 ? 'Good morning' : hour < 18 ? 'Good afternoon' : 'Good evening',
  greetingBody:
    'Whatever you say stays on this computer. Close Roost at any time: a chat goes on where it was.',
  firstRunTitle: 'Welcome to Roost',
  firstRunBody: 'Roost runs RWKV language models on this computer. Choose a model to begin.',
  firstRunStarter: (name: string) => `Start with ${name}`,
  suggestions: 'Suggestions',
  // The starter model answers these; so does every larger one.
  suggestionList: [
    { title: 'Say hello', text: 'Hello! What can you do?' },
    { title: 'Ask how it works', text: 'How does RWKV work?' },
    {
      title: 'Ask about a passage',
      text: "Mara is a baker. Her phone number is 3415.\n\nWhat is Mara's phone number?",
    },
  ],
  uncleanTitle: 'Roost did not end properly last time',
  uncleanBody: 'Your chats are complete. To be careful, no model was loaded.',
  uncleanLoad: (name: string) => `Load ${name}`,
  dismiss: 'Dismiss',
  starting: 'Starting…',
  openingChat: 'Opening the chat…',
  chatMissingTitle: 'This chat is not there any more',
  retry: 'Try again',
  tryAgainAnswer: 'Try again',
  connectionLost: 'The connection to Roost was lost. Trying again…',
  connectionRefused:
    'This page may not talk to Roost any more. Open the address that it printed when it started.',
  reconnect: 'Try now',
  notifications: 'Notifications',

  palette: 'Command palette',
  paletteSearch: 'Search chats and commands',
  paletteEmpty: 'Nothing found.',
  paletteCommands: 'Commands',
  paletteChats: 'Chats',
  commandStop: 'Stop the answer',
  commandTheme: (theme: string) => `Theme: ${theme}`,

  browseTitle: 'Open a model file',
  browseUp: 'Folder above',
  browseHint: 'RWKV models: .pth, .safetensors or .gguf',
  browseEmpty: 'No folder and no model file is here.',
  browseOpen: 'Open',
  browseEntries: 'Folder contents',

  installed: 'Installed',
  modelsIntro: 'A model is used where it lies; adding one copies nothing.',
  parametersOf: (n: string) => `${n} parameters`,

  documentsTitle: 'Documents',

  settingsAppearance: 'Appearance',
  theme: 'Theme',
  themeSystem: 'As the system',
  themeLight: 'Light',
  themeDark: 'Dark',
  language: 'Language',
  languageSystem: 'As the system',
  settingsModel: 'Models',
  loadLastModel: 'Load the last model at start',
  loadLastModelHint: 'Without it, Roost starts with no model.',
  threads: 'Processor threads',
  threadsHint: 'Empty: one for each physical core. Applies when a model is loaded.',
  settingsSampling: 'Sampling',
  samplingHint: 'Values for all answers. What you leave alone follows the recommendation of the model.',
  temperature: 'Temperature',
  temperatureHint: 'Low: predictable. High: surprising. 0 always takes the likeliest word.',
  topP: 'Top-p',
  topPHint: 'Chooses among the likeliest words that together reach this share.',
  topK: 'Top-k',
  topKHint: '0: no limit.',
  minP: 'Min-p',
  minPHint: 'Leaves out words less likely than this share of the likeliest.',
  presencePenalty: 'Presence penalty',
  presencePenaltyHint: 'Against saying a word again at all.',
  frequencyPenalty: 'Frequency penalty',
  frequencyPenaltyHint: 'Against saying a word often.',
  penaltyDecay: 'Penalty decay',
  penaltyDecayHint: 'How slowly penalties fade. 1: never.',
  seed: 'Seed',
  seedHint: 'Empty: a new one for every answer.',
  maximumTokens: 'Maximum tokens',
  maximumTokensHint: 'An answer ends here at the latest; you can let it continue.',
  reset: 'Reset',
  recommended: 'recommended',
  random: 'random',
  automatic: 'automatic',
  settingsStorage: 'Storage',
  dataFolder: 'Data folder',
  dataFolderHint: 'Conversations, kept states and settings lie here, and nowhere else.',
  copyPath: 'Copy path',
  snapshotBudget: 'Disk space for kept states',
  snapshotBudgetHint:
    'Kept states let a chat go on without reading it again. When the space is used up, the oldest are dropped; the text of a chat never is.',
  backgroundReading: 'Read ahead in the background',
  backgroundReadingHint:
    'After a model is loaded, the newest chats become ready by themselves. Off: a chat is read when you open it to go on.',
  tableMore: (shown: string, rows: string) => `Show more rows (${shown} of ${rows})`,
  actionInstant: 'instant',
  actionReads: (tokens: string) => `reads ${tokens} tokens again`,
  paletteStates: 'Kept states',
  settingsAbout: 'About',
  version: (v: string) => `Version ${v}`,
  aboutBody: 'Everything runs on this computer. Roost sends nothing anywhere.',
  shortcuts: 'Keyboard shortcuts',
  shortcutNewChat: 'New chat',
  shortcutSearch: 'Search and commands',
  shortcutSidebar: 'Show or hide the sidebar',
  shortcutSettings: 'Settings',
  shortcutStop: 'Stop the answer',
  shortcutNewLine: 'New line in the message',
  shortcutRecall: 'Bring back the last message (in an empty box)',
  notSaved: 'This value can’t be used; the old one is kept.',

  ...keepingWords,
  ...memoryWords,
  ...libraryWords,
  ...templateWords,
  ...documentWords,
  ...downloadWords,

  errors,
  notices,
}

export type Text = typeof en
