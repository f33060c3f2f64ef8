// Words of documents, sources and citations, in English.
import type { ErrorCode, ErrorDetail } from '../../electron/contract/errors.ts'
import type { Format } from './format.ts'

type DocumentError = Extract<ErrorCode, `document_${string}` | 'reading_failed'>

type Words = (detail: ErrorDetail, format: Format) => { title: string; body: string }

function reason(d: ErrorDetail): string {
  const value = d['reason']
  if (typeof value !== 'string' || value === '') return ''
  return ` ${value.charAt(0).toUpperCase()}${value.slice(1)}${/[.!?]$/.test(value) ? '' : '.'}`
}

export const documentErrors: Record<DocumentError, Words> = {
  document_unsupported: (d) => ({
    title: 'This kind of file is not read',
    body: `Roost reads PDF, Word (.docx), HTML, Markdown, EPUB, CSV, plain text and source code.${reason(d)}`,
  }),
  document_damaged: (d) => ({
    title: 'The file is damaged',
    body: `Its inside does not fit together.${reason(d)} Nothing of it was kept. Try another copy.`,
  }),
  document_encrypted: (d) => ({
    title: 'The file is locked with a password',
    body: `Save a copy without the password, and add that one.${reason(d)}`,
  }),
  document_empty: (d) => ({
    title: 'No text was found in it',
    body: `It may be a scan: pictures of pages, without letters.${reason(d)} Text recognition in another program makes it readable.`,
  }),
  document_too_large: (d, f) => ({
    title: 'The file is too large',
    body: `${typeof d['limitBytes'] === 'number' ? `Up to ${f.bytes(d['limitBytes'])} can be read.` : 'It goes beyond what Roost takes in at once.'}${reason(d)} Divide it into parts.`,
  }),
  document_too_slow: (d) => ({
    title: 'Reading this file took too much',
    body: `It was given up after a limit of time or memory, so that nothing else has to wait.${reason(d)}`,
  }),
  reading_failed: (d) => ({
    title: 'The document could not be read fully',
    body: `What was read up to then is kept.${reason(d)} Try again; searching in it works all the same.`,
  }),
}

/** What was left out or could not be decided while a file was read. */
export const documentRemarks: Record<string, (detail: ErrorDetail, format: Format) => string> = {
  pages_without_text: (d, f) => {
    const pages = d['pages']
    if (typeof pages !== 'number') return 'Some pages have no text, probably pictures.'
    return pages === 1
      ? 'One page has no text, probably a picture.'
      : `${f.count(pages)} pages have no text, probably pictures.`
  },
  kind_by_content: () => 'Its name does not fit what is inside; it was read as what it is.',
  encoding_guessed: (d) =>
    `How its letters are stored was guessed${typeof d['encoding'] === 'string' ? `: ${d['encoding']}` : ''}.`,
  characters_replaced: (d, f) =>
    typeof d['count'] === 'number'
      ? `${f.count(d['count'])} characters could not be read and stand as “\uFFFD”.`
      : 'Some characters could not be read.',
  characters_dropped: (d, f) =>
    typeof d['count'] === 'number'
      ? `${f.count(d['count'])} characters that nobody can see were left out.`
      : 'Characters that nobody can see were left out.',
  outside_parts_ignored: () => 'Parts that lie outside of the file, on the internet, were left out.',
}

export const documentNotices: Record<string, Words> = {
  drop_nothing: () => ({
    title: 'Nothing to read was dropped',
    body: 'The folder holds no document of a kind that Roost reads.',
  }),
  drop_left_out: (d, f) => ({
    title: d['count'] === 1 ? 'One file was left out' : `${f.count(Number(d['count']))} files were left out`,
    body: 'Of folders, only kinds of files that Roost reads are taken. Drop a file by itself to have it looked into.',
  }),
  drop_unreadable: (d, f) => ({
    title:
      d['count'] === 1 ? 'One file can’t be opened' : `${f.count(Number(d['count']))} files can’t be opened`,
    body: 'They are gone, or belong to somebody else.',
  }),
  drop_too_many: (d, f) => ({
    title: `The first ${f.count(Number(d['limit']))} files are taken`,
    body: 'More can’t be dropped at once. Drop the others afterwards, or let a collection follow their folder.',
  }),
  chat_sources_full: (d, f) => ({
    title:
      d['count'] === 1
        ? 'One file was not attached'
        : `${f.count(Number(d['count']))} files were not attached`,
    body: `A chat has up to ${f.count(Number(d['limit']))} sources. Put the files into a collection, and use that as one source.`,
  }),
}

export const documentWords = {
  documentRemarks,
  documentsIntro: 'Answers rest on them and show the place of every quote. Nothing leaves this computer.',
  addDocuments: 'Add documents',
  collections: 'Collections',
  allDocuments: 'All documents',
  looseDocuments: 'In no collection',
  newCollection: 'New collection',
  collectionName: 'Name of the collection',
  collectionActions: (name: string) => `Actions for ${name}`,
  renameCollection: 'Rename collection',
  removeCollection: 'Remove collection…',
  removeCollectionTitle: (name: string) => `Remove “${name}”?`,
  removeCollectionBody: (count: string) =>
    `Its documents (${count}) can stay, in no collection, or go with it. Your own files are not touched.`,
  removeCollectionKeep: 'Keep the documents',
  removeCollectionAll: 'Remove with documents',
  watchFolder: 'Follow a folder…',
  unwatchFolder: 'Stop following',
  watchFolderTitle: 'Follow a folder',
  watchFolderHint: 'Its documents are read now and again when they change.',
  watchFolderChoose: 'Follow this folder',
  watching: (folder: string) => `Follows ${folder}`,
  watchedAbsent: (folder: string) => `${folder} is not there now. What was read of it stays.`,
  documentActions: (name: string) => `Actions for ${name}`,
  documentsEmptyTitle: 'No documents yet',
  documentsEmptyBody:
    'Drop files here, or choose them. PDF, Word, HTML, Markdown, EPUB, CSV, plain text and source code are read.',
  collectionEmpty: 'Nothing is in this collection. Drop files here, or move documents into it.',
  looseEmpty: 'Every document lies in a collection.',
  filterDocuments: 'Filter by name',
  noDocumentMatches: 'No document has this in its name.',
  documentCount: (count: number, shown: string) => `${shown} ${count === 1 ? 'document' : 'documents'}`,
  failedCount: (_count: number, shown: string) => `${shown} could not be read`,
  workingCount: (_count: number, shown: string) => `${shown} being taken in`,
  kindNames: {
    pdf: 'PDF',
    docx: 'Word',
    html: 'HTML',
    markdown: 'Markdown',
    epub: 'EPUB',
    csv: 'CSV',
    text: 'Text',
    code: 'Code',
  },
  pageCount: (count: number, shown: string) => `${shown} ${count === 1 ? 'page' : 'pages'}`,
  passageCount: (count: number, shown: string) => `${shown} ${count === 1 ? 'passage' : 'passages'}`,
  characterCount: (shown: string) => `${shown} characters`,
  statusWaiting: 'Waiting',
  statusUploading: 'Being handed over',
  statusParsing: 'Reading the file',
  statusIndexing: 'Making passages',
  statusReady: 'Ready',
  statusFailed: 'Failed',
  takingIn: (name: string) => `Taking in ${name}`,
  readFully: 'Read fully',
  pauseReading: 'Pause reading',
  resumeReading: 'Go on reading',
  forgetReading: 'Forget what was read',
  readingName: (name: string) => `Reading ${name}`,
  readingOf: (done: string, total: string) => `${done} of ${total} tokens`,
  readingSome: (done: string) => `${done} tokens`,
  readingWaiting: 'Will be read when its turn comes',
  readingPaused: (percent: string) => `Reading paused at ${percent}`,
  readingDone: 'Read fully',
  readingDoneHint: (tokens: string, model: string, bytes: string) =>
    `${tokens} tokens are in a state of ${model} (${bytes}): a question costs only itself.`,
  readFullyHint:
    'The model reads it once from beginning to end and keeps the state; questions then cost only themselves.',
  timeLeft: (seconds: number) => {
    if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s left`
    const minutes = Math.round(seconds / 60)
    return minutes < 60 ? `${minutes} min left` : `${Math.floor(minutes / 60)} h ${minutes % 60} min left`
  },
  retryDocument: 'Retry',
  takeInAgain: 'Take in again',
  remove: 'Remove',
  removeDocumentTitle: (name: string) => `Remove “${name}”?`,
  removeDocumentsTitle: (count: string) => `Remove ${count} documents?`,
  removeDocumentBody:
    'Its text, its passages and its kept states go. Your own file is not touched, and answers keep what they have quoted.',
  renameDocument: 'Rename document',
  documentName: 'Name of the document',
  moveToCollection: 'Move to',
  showDocument: 'Open',
  askAbout: 'Ask about it',
  askAboutCollection: 'Ask about this collection',
  chosenDocuments: (_count: number, shown: string) => `${shown} chosen`,
  chooseDocument: (name: string) => `Choose ${name}`,
  clearChoice: 'Choose none',
  documentGone: 'This document is not there any more.',

  documentsTabs: 'Parts of the page',
  tabDocumentList: 'Documents',
  tabSearch: 'Try a search',
  viewText: 'Text',
  viewPassages: 'Passages',
  viewPages: 'Pages',
  documentViews: 'Views of the document',
  outline: 'Contents',
  pageOf: (page: string) => `Page ${page}`,
  pageOfTotal: (page: string, total: string) => `Page ${page} of ${total}`,
  previousPage: 'Previous page',
  nextPage: 'Next page',
  zoomIn: 'Larger',
  zoomOut: 'Smaller',
  passageNumber: (number: string) => `Passage ${number}`,
  noPassages: 'It has no passages yet.',
  textLoading: 'Fetching the text…',
  pagesLoading: 'Drawing the page…',
  pagesFailed: 'Its pages can’t be drawn here; this is its text.',
  noOriginal: 'The original file is not kept; this is its text.',

  searchQuestion: 'Question',
  searchQuestionHint: 'What is asked here is looked for as a chat would do it. No answer is written.',
  searchRun: 'Search',
  searching: 'Searching…',
  searchRerank: 'Let the model judge',
  searchRerankHint: 'How likely the question is behind each passage, by the model that is loaded.',
  searchInName: (name: string) => `In: ${name}`,
  searchSummary: (found: string, searched: string, time: string) =>
    `${found} of ${searched} passages in ${time}`,
  searchedAs: (question: string) => `Looked for: ${question}`,
  searchNothing: 'No passage holds anything of this. Try the words of the document.',
  searchEmpty: 'Ask something to see which passages an answer would rest on.',
  stages: 'Stages',
  stageWords: 'Words',
  stageLikelihood: 'Judged by the model',
  stageFigures: (candidates: string, milliseconds: string) => `${candidates} passages, ${milliseconds} ms`,
  stageSkipped: {
    no_model: 'left out: no model is loaded',
    out_of_time: 'left out: no time was left',
    too_few: 'left out: too few passages to put in order',
    switched_off: 'left out: switched off',
  },
  score: (value: string) => `Score ${value}`,
  wordRank: (rank: string) => `by words ${rank}`,
  likelihood: (value: string) => `likelihood ${value}`,
  rankedPassages: 'Passages found',

  attachDocument: 'Attach document',
  attachFiles: 'Files from this computer…',
  attachKnown: 'From your documents…',
  attachments: 'Attachments',
  removeAttachment: (name: string) => `Take ${name} away`,
  attachmentUse: (name: string) => `What to do with ${name}`,
  useRead: 'Read fully',
  useSearch: 'Search in it',
  useQuote: 'Quote once',
  useReadHint: 'The model reads all of it once and keeps the state. Best for questions about the whole.',
  useSearchHint: 'Fitting passages are looked for with each question. Ready at once.',
  useQuoteHint: 'Its text stands in your next message, and only there.',
  useReadDone: 'Read fully: held in a state',
  sourcesOfChat: (count: number, shown: string) => `${shown} ${count === 1 ? 'source' : 'sources'}`,
  showSources: 'Show the sources of this chat',
  pastedName: (time: string) => `Pasted text ${time}`,
  pastedAttached: (characters: string) =>
    `The long text you pasted (${characters} characters) became an attachment.`,
  pastedUndo: 'Put it into the message',
  dropHere: 'Drop to attach',
  dropHereHint: 'The files become sources of this chat.',
  dropIntoLibrary: 'Drop to add documents',
  dropIntoCollection: (name: string) => `They go into “${name}”.`,
  dropIntoLoose: 'They will be read and made searchable.',
  attachedTo: 'Attached',
  attachmentsNotReady: 'An attachment is still being taken in; the message can be sent when it is ready.',
  attachmentsFailed: 'An attachment could not be read. Retry it or take it away.',
  attachmentWaitsForReading: 'A document is still being read; until then passages are looked for in it.',

  chatSources: 'Sources of this chat',
  sourcesIntro: 'Add documents, and answers of this chat rest on them, with the place of every quote.',
  addSources: 'Add sources',
  removeSource: (name: string) => `Take ${name} out of this chat`,
  sourceUse: (name: string) => `Use of ${name}`,
  collectionSource: (count: number, shown: string) =>
    `Collection, ${shown} ${count === 1 ? 'document' : 'documents'}`,
  strict: 'Answer only from documents',
  strictHint: 'Where they do not say it, the answer says so instead of guessing.',
  strictNoSources: 'Without sources every question will be refused.',
  chooseSources: 'Choose sources',
  chooseSourcesEmpty: 'There are no documents yet. Add files first.',
  chooseSourcesNone: 'No document or collection has this in its name.',
  useAsSources: (count: number, shown: string) =>
    count === 0 ? 'Use as sources' : `Use ${shown} as sources`,
  answerSources: 'What the answer rests on',
  answerSourcesNone: 'Once an answer of this chat rests on documents, its passages stand here.',
  ofThisAnswer: 'Of the answer you chose',
  ofLastAnswer: 'Of the last answer',
  modeReading: 'Answered from reading',
  modePassages: 'Answered from passages',
  modeBoth: 'Answered from reading and passages',
  modeNone: 'Answered without documents',
  modeReadingHint: 'The model had read the whole document before the question.',
  modePassagesHint: 'Passages were looked for and shown to the model with the question.',
  modeBothHint: 'The model had read the whole document, and passages were shown to it besides.',
  modeNoneHint: 'No document was asked for this answer.',
  readWhole: 'Read whole',
  citedPassages: 'Cited',
  shownPassages: 'Shown to the model, not cited',
  nothingCited: 'The answer names none of the passages.',
  searchedFor: (question: string) => `Looked for: ${question}`,
  strictAnswer: 'Only from documents',
  refusedByModel: 'The documents do not say it, as far as the model sees.',
  refusedByCode: 'Nothing in the documents fits the question, so no answer was made up.',

  sources: 'Sources',
  sourcesAndMore: (count: number, shown: string) =>
    `${shown} more ${count === 1 ? 'passage was' : 'passages were'} shown to the model`,
  sourcesShown: (count: number, shown: string) =>
    `${shown} ${count === 1 ? 'passage was' : 'passages were'} shown to the model`,
  openAllSources: 'All sources',
  quoteExact: 'Word for word',
  quoteNear: 'The passage as a whole',
  droppedCount: (count: number, shown: string) =>
    count === 1
      ? 'One citation pointed to no passage and was taken out.'
      : `${shown} citations pointed to no passage and were taken out.`,
  readNote: 'Asked by itself, it said:',
  quotedAnswer: 'A sentence of the document',
  droppedCitation: (number: string) => `Citation ${number} taken out`,
  droppedCitationHint: (number: string) =>
    `The model wrote [${number}], but no passage has this number. What stands before it is not backed by a document.`,
  source: 'Source',
  previousCitation: 'Previous citation',
  nextCitation: 'Next citation',
  citationOf: (index: string, count: string) => `${index} of ${count}`,
  sourceGone: 'The document is not there any more; this is what was kept of it with the answer.',
  sourceChanged: 'The document has changed since; this is what was kept of it with the answer.',
  openInDocuments: 'Open in Documents',

  settingSourceUse: 'Attached documents',
  settingSourceUseHint:
    'What is done with a document that you attach to a chat. It can be changed there for each of them.',
  settingStrict: 'Answer only from documents',
  settingStrictHint: 'Switched on by itself in a chat that gets its first document.',
  settingPaste: 'Long pastes become attachments',
  settingPasteHint: 'A text that is too long to be looked over in the message stands beside it.',
  settingPasteFrom: (characters: string) => `From ${characters} characters`,
  settingPasteNever: 'Never',

  paletteDocuments: 'Documents',
  commandAddDocuments: 'Add documents…',
  commandAttach: 'Attach a document…',
  commandSources: 'Sources of this chat',
}
