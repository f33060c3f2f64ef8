// Words for the memory of chats: the side panel, kept states, time travel, several answers, messages that wait, personas,
// notebooks, tokens, forgetting.
import type { ThinkingMode } from '../../electron/contract/chat-templates.ts'
import type { ErrorDetail } from '../../electron/contract/errors.ts'
import type { Format } from './format.ts'

const number = (detail: ErrorDetail, key: string): number => {
  const value = detail[key]
  return typeof value === 'number' ? value : 0
}

const thinkingModes: Record<ThinkingMode, string> = {
  off: 'Not asked for',
  fast: 'None',
  short: 'Short',
  normal: 'Normal',
  long: 'Long',
  full: 'As long as it likes',
}

export const memoryWords = {
  sidePanel: 'Side panel',
  showPanel: 'Show side panel',
  hidePanel: 'Hide side panel',
  tabParameters: 'Parameters',
  tabSources: 'Sources',
  tabMemory: 'Memory',

  panelModel: 'Model of this chat',
  panelModelAny: 'Whichever is loaded',
  panelThinking: 'Thinking',
  thinkingDefault: (mode: string) => `As recommended (${mode})`,
  thinkingModes,
  rememberThinking: 'Do not remember thinking',
  rememberThinkingHint:
    'After an answer the state goes back to before the thoughts and reads the answer alone.',
  tunedState: 'Tuned state',
  tunedStateNone: 'None',
  tunedStateHint: 'Changing it reads this chat once more.',
  tunedStateOther: 'other model',
  tunedStateAdd: 'Add a tuned state…',
  presets: 'Preset',
  presetNone: 'Own values',
  presetRecommended: 'As recommended',
  presetSave: 'Save as preset…',
  presetName: 'Name of the preset',
  presetDelete: 'Delete preset',
  parametersOfChat: 'Values for this chat. What you leave alone follows Settings and the model.',
  systemPromptOf: 'Said to the model before the first message.',
  systemPromptCost: 'A change reads this chat once more.',
  saveSystemPrompt: 'Apply',
  valueOf: (name: string, value: string) => `${name}: ${value}`,

  memoryTokens: 'Tokens absorbed',
  memorySnapshots: 'States kept',
  memoryBytes: 'On disk',
  memoryCheckpoint: 'Last state kept',
  memoryNever: 'none yet',
  memoryState: 'Size of one state',
  memoryAll: (bytes: string, budget: string) => `All chats: ${bytes} of ${budget}`,
  freeSpace: 'Free space',
  freeSpaceHint: 'Drops the older states of this chat. Its text stays; going back there reads it again.',
  memoryFades:
    'The state is of fixed size: it keeps the gist, and exact wording fades. What must be exact is better said again.',
  memoryBeyond: (tokens: string) =>
    `This chat is longer than the ${tokens} tokens that the model was trained on at once. Expect it to have lost earlier details.`,
  memoryOfNew: 'A new chat has nothing to remember yet.',
  memoryNoModel: 'Which states can be gone on from is known when a model is loaded.',
  memoryReadingLeaf: (title: string) => `Getting “${title}” ready`,
  memoryReadingPersona: (name: string) => `Reading the persona “${name}”`,
  memoryReadingPoint: 'Going to this point',
  memoryReadingRefresh: 'Refreshing the memory',
  memoryReadingOf: (done: string, total: string) => `${done} of ${total} tokens`,
  memoryWaiting: (n: string) => `${n} more after it`,

  refreshOpen: 'Refresh memory…',
  refreshTitle: 'Refresh memory',
  refreshHint:
    'The earlier part of this chat is summed up from its words. The chat then goes on behind the summary and its last turns, in a new branch: the state has read little, and lately. The old branch stays as it is.',
  refreshTurns: 'Last turns that stay word for word',
  refreshDraft: 'Draft the summary',
  refreshDrafting: 'Reading the earlier part',
  refreshPart: (done: string, total: string) => `Part ${done} of ${total}`,
  refreshSummary: 'Summary',
  refreshSummaryHint:
    'Correct it, and add what must not be lost: the model will know nothing else of that part.',
  refreshApply: 'Refresh',
  refreshApplying: 'Reading summary and last turns',
  refreshMeasuring: 'The new branch is there. Its memory is being compared with the old one’s.',
  refreshDone: 'The chat goes on in the new branch.',
  refreshTokens: 'Tokens absorbed',
  refreshRecall: 'Recall of early details',
  refreshRecallHint: (n: string) =>
    `How likely the model finds ${n} of your own early sentences, per token, when it is asked for them.`,
  refreshFromTo: (before: string, after: string) => `${before} → ${after}`,
  refreshNotMeasured: 'not measured',
  refreshOffer: (tokens: string) =>
    `Longer than the ${tokens} tokens that the model holds well: early details may be lost.`,
  commandRefresh: 'Refresh the memory of this chat',
  tunedStateUse: (name: string) => `Begin from the tuned state ${name}`,
  tunedStateStop: (name: string) => `Begin without the tuned state ${name}`,
  tunedStateInUse: 'in use',
  tunedStateOf: (name: string) => `Tuned state: ${name}`,
  tunedStateGone: 'Its file is gone: choose another one, or none, in the parameters of this chat.',
  tunedStateMissing: 'missing',

  timeTravel: 'Time travel',
  timeTravelHint: 'Any earlier answer can be gone on from. What followed stays as another branch.',
  timePoint: 'Point in the chat',
  timePointOf: (i: string, n: string) => `Answer ${i} of ${n}`,
  timeNow: 'Now',
  timeLive: (resumed: string, reread: string, ms: string) =>
    `Live after ${ms} ms: ${resumed} tokens resumed, ${reread} read again`,
  timeBack: 'Back to now',

  branchTree: 'Branches',
  branchTreeHint: 'Arrow keys move, Enter shows.',
  branchReady: 'ready',
  branchReads: (tokens: string) => `reads ${tokens} tokens`,
  branchShown: 'shown',
  instant: 'instant',
  costReads: (tokens: string) => `reads ${tokens} tokens`,

  answersCount: (n: string) => `Answers: ${n}`,
  answersMenu: 'How many answers',
  answersOne: 'One answer',
  answersMany: (n: string) => `${n} answers`,
  answersHint: 'Written at once, from one state.',
  answersMemory: (bytes: string) => `Needs ${bytes} of memory while they are written.`,
  slotsOpen: 'Values of each answer…',
  slotsTitle: 'Values of each answer',
  slotsHint:
    'Each answer may be drawn in its own way. What you leave empty is as in the chat, and stands in the empty field.',
  slotsCount: 'Answers',
  slotsSpread: 'Spread the temperature',
  slotsSpreadHint: (from: string, to: string) => `Temperatures in even steps from ${from} to ${to}`,
  slotsAlike: 'All as in the chat',
  slotAlike: 'As in the chat',
  slotMore: 'More values',
  answersOwn: 'own values',
  compareVersions: 'Show versions side by side',
  closeComparison: 'Show one version',
  columnOf: (i: string) => `Answer ${i}`,
  columnContinue: 'Continue with this one',
  columnShown: 'Shown',
  columnsTotal: (rate: string) => `${rate} tokens/s together`,

  queue: 'Waiting messages',
  queueAdd: 'Send when the answer has ended',
  queueEdit: 'Edit waiting message',
  queueRemove: 'Remove waiting message',
  queueSend: 'Send next',
  queueHeld: 'Nothing is being written: these messages wait for you.',

  beginAnswer: 'Begin the answer yourself…',
  beginning: 'First words of the answer',
  beginningHint: 'The model goes on behind these words.',
  beginningRemove: 'Let the model begin',
  moreForComposer: 'More ways to write',

  moreActions: 'More',
  showTokens: 'Token details',
  tokensTitle: 'Token details',
  tokensHint:
    'How likely each token was. Choose one to see what else could have stood there, and to branch there.',
  tokensReading: 'Reading the answer once more…',
  tokenChosen: (text: string, percent: string) => `“${text}”, ${percent}`,
  tokenBranch: (text: string) => `Branch with “${text}”`,
  tokenSpace: 'blank',
  tokenNewLine: 'new line',
  tokenEnd: 'end of the answer',
  tokensNone: 'Nothing else was likely.',
  forget: 'Forget this…',
  forgetTitle: 'Forget this turn?',
  forgetBody:
    'The question and its answers are taken out of the chat, and every state that has seen them is dropped. What follows stays as text and is read again without them; what later answers say about them stays. Backups made before still hold them. This can’t be undone.',
  forgetConfirm: 'Forget',
  notRemembered: 'Not remembered by the model',

  personas: 'Personas',
  personasHint:
    'A system prompt, examples and values under one name. Kept as a ready state: a chat from it begins at once.',
  personaNew: 'New persona…',
  personaEdit: 'Edit persona',
  personaManage: 'Manage personas…',
  personaName: 'Name',
  personaSystem: 'System prompt',
  personaExamples: 'Examples',
  personaExample: (i: string) => `Example ${i}`,
  personaQuestion: 'Question',
  personaAnswer: 'Answer',
  personaAddExample: 'Add an example',
  personaRemoveExample: 'Remove example',
  personaStart: (name: string) => `Chat with ${name}`,
  personaReady: (tokens: string, bytes: string) => `Ready: ${tokens} tokens, ${bytes}`,
  personaNotReady: 'Is read as soon as the machine is idle',
  personaIdle: 'No text to read',
  personaDelete: 'Delete persona',
  personaDeleteBody: (name: string) => `“${name}” goes from the shelf. Chats that began from it stay.`,
  personasNone: 'No persona yet.',
  personaOfChat: (name: string) => `From the persona “${name}”`,
  saveAsPersona: 'Save as persona…',

  notebook: 'Notebook',
  newNotebook: 'New notebook',
  notebookHint: 'One text that you and the model write in turn, without questions and answers.',
  notebookPlaceholder: 'Write; the model goes on from here',
  notebookWrite: 'Go on writing',
  notebookText: 'Text',
  notebookEmpty: 'Begin with a sentence. The model goes on where you stop.',

  carry: 'Memory file',
  carrySave: 'Save as a memory file…',
  carryHint:
    'One .roost file with the text, its branches and the states: a Roost with the same model goes on with it at once.',
  carryOpen: 'Open a memory file…',
  carryTitle: 'Open this memory file?',
  carryFile: 'File',
  carryMessages: 'Messages',
  carryBranches: (messages: string, branches: string) => `${messages}, ${branches} ends`,
  carryStates: 'States',
  carryWritten: 'Written by',
  carryFits: 'The loaded model made these states: the chat goes on at once.',
  carryOther: (theirs: string, ours: string) =>
    `The states were made by ${theirs}; loaded is ${ours}. The chat can be kept, and its text will be read once.`,
  carryUnknown: 'Whether its states can be used is known when a model is loaded.',
  carryKeep: 'Keep this chat',

  chatOfOtherModel: (model: string) => `This chat is meant for ${model}; it is loaded when you send.`,
  chatOfAbsentModel: 'The model of this chat is not there any more. Choose another one in its parameters.',
}

export type MemoryWords = typeof memoryWords

export const memoryErrors = {
  portable_damaged: (d: ErrorDetail) => ({
    title: 'This memory file can’t be used',
    body: `Nothing of it was taken over${typeof d['reason'] === 'string' ? `: ${d['reason']}` : ''}. Ask for it again, or copy it anew.`,
  }),
  portable_newer: () => ({
    title: 'This memory file comes from a newer Roost',
    body: 'Install the newer version to open it.',
  }),
}

export const memoryNotices = {
  memory_saved: (d: ErrorDetail, f: Format) => ({
    title: 'Memory file written',
    body: `${typeof d['name'] === 'string' ? d['name'] : ''}, ${f.bytes(number(d, 'bytes'))}`,
  }),
  memory_freed: (d: ErrorDetail, f: Format) => ({
    title: number(d, 'snapshots') === 0 ? 'Nothing to free' : `${f.bytes(number(d, 'bytes'))} freed`,
    body:
      number(d, 'snapshots') === 0
        ? 'Only the states that chats go on from are kept.'
        : `${f.count(number(d, 'snapshots'))} older states were dropped. No text was touched.`,
  }),
  memory_refreshed: () => ({
    title: 'Memory refreshed',
    body: 'The chat goes on behind a summary. The old branch is still there.',
  }),
  memory_forgotten: (d: ErrorDetail, f: Format) => ({
    title: 'Forgotten',
    body: `${f.count(number(d, 'messages'))} messages are gone, and ${number(d, 'states') === 1 ? 'one state' : `${f.count(number(d, 'states'))} states`} that had seen them.`,
  }),
}
