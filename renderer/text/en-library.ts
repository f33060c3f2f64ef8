// Words of the page of models, of the benchmark, of the hardware report and of the first run, in English.
import type { Fit } from '../../electron/contract/library-entities.ts'
import type { ErrorCode, ErrorDetail } from '../../electron/contract/errors.ts'
import type { Format } from './format.ts'
import { deviceName } from './hardware-names.ts'

type LibraryError = Extract<ErrorCode, 'content_changed'>
type Words = (detail: ErrorDetail, format: Format) => { title: string; body: string }

const file = (d: ErrorDetail): string =>
  typeof d['file'] === 'string' && d['file'] !== '' ? `“${d['file']}”` : 'The file'

export const libraryErrors: Record<LibraryError, Words> = {
  content_changed: (d) => ({
    title: 'The file is not what it was',
    body:
      d['published'] === true
        ? `${file(d)} differs from what its makers published. It was changed or damaged on the disk; get it again.`
        : `${file(d)} differs from what it was when Roost first read it. It was replaced or damaged on the disk.`,
  }),
}

export const libraryNotices: Record<string, Words> = {
  kernels_rejected: (d) => ({
    title: 'Roost does not trust a part of this processor’s kernels',
    body: `The kernels for ${String(d['rejected'])} gave wrong numbers in the self-test. ${String(d['instead'])} is used instead; answers are right, and slower. See Hardware on the page of models.`,
  }),
  device_fallback: (d) => ({
    title: d['instead'] === 'cpu' ? 'Roost goes on with the processor' : 'Roost goes on with another device',
    body: `${deviceName(String(d['device']), libraryWords)} is not used: ${String(d['reason'])} Nothing of your chats is lost. See Device in the settings.`,
  }),
}

const free = (fit: Fit, f: Format): string =>
  fit.freeMemoryBytes === null ? '' : f.bytes(fit.freeMemoryBytes)

export const libraryWords = {
  modelsTabs: 'Model pages',
  tabLibrary: 'Library',
  tabBenchmark: 'Benchmark',
  tabHardware: 'Hardware',

  // The three colours, as text.
  fitFits: 'Fits',
  fitSlow: 'May be slow',
  fitWontFit: "Won't fit",
  fitReason: (fit: Fit, f: Format): string => {
    const needs = `Needs ${f.bytes(fit.memoryBytes)} of memory`
    switch (fit.reason) {
      case 'roomy':
        return fit.freeMemoryBytes === null ? `${needs}.` : `${needs}; ${free(fit, f)} are free.`
      case 'memoryTight':
        return `${needs} of the ${free(fit, f)} that are free: little is left for other programs.`
      case 'memoryShort':
        return `${needs}; only ${free(fit, f)} are free now. Close other programs, or choose fewer bits.`
      case 'memorySmall':
        return `${needs}; this machine has ${f.bytes(fit.totalMemoryBytes ?? 0)}.`
      case 'diskShort':
        return `Needs ${f.bytes(fit.diskBytes ?? 0)} on the disk; ${f.bytes(fit.freeDiskBytes ?? 0)} are free.`
      case 'slow':
        return `${needs}; it writes ${f.rate(fit.tokensPerSecond ?? 0)} tokens a second, slower than most people read.`
    }
  },
  speedPredicted: (rate: string) => `About ${rate} tokens/s expected`,
  speedMeasured: (rate: string) => `${rate} tokens/s measured`,
  speedUnknown: 'speed not measured yet',

  // A model.
  badgeLoaded: 'Loaded',
  modelDetails: 'Details',
  modelActions: (name: string) => `More for ${name}`,
  verify: 'Verify',
  convert: 'Convert',
  deleteModel: 'Delete',
  removeModel: 'Remove from list',
  addFolder: 'Add folder',
  factGeneration: 'Generation',
  factParameters: 'Parameters',
  factFormat: 'Format',
  factSize: 'File size',
  factState: 'One chat’s state',
  factShape: 'Shape',
  shapeOf: (layers: string, width: string, vocabulary: string) =>
    `${layers} layers, width ${width}, ${vocabulary} tokens in the vocabulary`,
  factContext: 'Trained on texts of up to',
  contextNote: 'It reads on beyond that; what is far back fades.',
  factTemplate: 'Chat form',
  factTokenizer: 'Tokenizer',
  tokenizerNames: { embedded: 'in the file', world: 'World', neox: 'GPT-NeoX 20B' } as Readonly<
    Record<string, string>
  >,
  factSpeed: 'Speed here',
  speedFacts: (decode: string, isa: string, threads: string) =>
    `writes ${decode} tokens/s (${isa}, ${threads} threads)`,
  speedPrefillFacts: (prefill: string) => `reads ${prefill} tokens/s`,
  factMemory: 'Memory',
  factContent: 'Content',
  contentUnknown: 'not read whole yet',
  contentRecorded: 'as it was when Roost first read it',
  contentPublished: 'as its makers published it',
  contentChanged: 'not what it was',
  contentChecked: (when: string) => `checked ${when}`,
  factPlaces: (n: number) => (n === 1 ? 'Place' : `${n} places, equal content`),
  placeAbsent: 'not there now',
  factWeights: 'Weights in memory',
  weightsHint:
    'Fewer bits need less memory and write faster, and are a little less exact. Applies at the next load.',
  weightsNames: {
    file: 'As stored',
    f32: '32 bits',
    f16: '16 bits (f16)',
    bf16: '16 bits (bf16)',
    q8: '8 bits',
    q4: '4 bits',
  },
  absentModel: 'Absent: the file or its drive is not there now',
  changedModel: 'This file is not what it was. Get it again before you trust its answers.',

  deleteModelTitle: (name: string) => `Delete ${name}?`,
  deleteModelBody: (size: string) =>
    `The file is deleted from Roost’s models folder; ${size} become free. This can’t be undone.`,
  deleteModelElsewhere: 'Other places of the same model are only taken off the list; those files stay.',
  deleteModelConfirm: (size: string) => `Delete ${size}`,
  removeModelTitle: 'Remove this model from the list?',
  removeModelBody: 'The file lies outside Roost’s own folder and stays where it is.',
  removeModelConfirm: 'Remove',

  convertTitle: (name: string) => `Convert ${name}`,
  convertBody:
    'Writes a new GGUF file into Roost’s models folder. The file you have stays as it is. When it is written, its answers are compared with those of the original.',
  convertTarget: 'Number format',
  targetNames: { f16: '16 bits (F16)', q8_0: '8 bits (Q8_0)', q4_0: '4 bits (Q4_0)' },
  targetHints: {
    f16: 'As exact as most originals.',
    q8_0: 'Half the size; hardly a difference.',
    q4_0: 'A quarter of the size; noticeably less exact.',
  },
  convertSize: (size: string) => `about ${size}`,
  convertConfirm: 'Convert',

  jobVerifying: (name: string) => `Verifying ${name}`,
  jobConverting: (name: string) => `Converting ${name}`,
  jobChecking: (name: string) => `Checking the converted ${name}`,
  jobVerified: 'The file is what it was.',
  jobVerifiedPublished: 'The file is what its makers published.',
  jobConverted: (fileName: string, size: string) => `Written: ${fileName}, ${size}.`,
  jobAgreement: (percent: string) =>
    `It expects the same next word as the original in ${percent} of the places compared.`,
  jobNotCompared: 'Its answers were not compared with the original’s: there was not enough memory for both.',
  jobCancelled: 'Cancelled; nothing was changed.',

  folders: 'Folders',
  foldersHint: 'Models are used where they lie; nothing is copied.',
  folderOwn: 'Roost’s own: downloads and converted models lie here',
  folderAbsent: 'Not there now. Its models come back with the drive.',
  folderModels: (n: number) => (n === 0 ? 'no model' : n === 1 ? '1 model' : `${n} models`),
  removeFolder: 'Remove folder',
  removeFolderTitle: 'Remove this folder from the list?',
  removeFolderBody: (label: string) => `The models in ${label} leave the list. No file is touched.`,
  browseFolderTitle: 'Add a folder of models',
  browseFolderHint: 'Folders in it are looked through as well.',
  browseFolderAdd: 'Add this folder',
  emptyLibrary:
    'No model besides the one that comes with Roost. Get one from the catalogue, or add a file or a folder.',

  engineResting: 'Resting',

  // The picker.
  pickerLoaded: 'Loaded',
  pickerAvailable: 'Available',
  pickerResting: (name: string) =>
    `${name} was let go because it was not used. Your next message loads it again.`,
  pickerMemory: (weights: string, state: string) => `${weights} of weights, ${state} for each chat`,

  // The benchmark.
  benchmarkIntro:
    'Measures the loaded model with the same program that the command line uses. Close what else is busy, or the figures are lower than they could be.',
  benchmarkNeedsModel: 'Load a model first.',
  benchmarkRun: 'Run benchmark',
  benchmarkCancel: 'Cancel',
  benchmarkProgress: 'Measuring',
  benchmarkTable: 'Benchmark results',
  columnBatch: 'Chats at once',
  columnPrefill: 'Reading, tokens/s',
  columnDecode: 'Writing, tokens/s',
  columnSpread: 'least to most',
  columnBandwidth: 'Memory used',
  benchmarkCopy: 'Copy report',
  benchmarkSettings: (prompt: string, gen: string, repeat: string) =>
    `${prompt} tokens read, ${gen} written, median of ${repeat} runs`,
  benchmarkMachine: (rate: string) => `${rate} GB/s memory`,
  benchmarkCancelled: 'The measurement was cancelled; what was measured before is kept.',
  benchmarkLength: 'Length',
  benchmarkShort: 'Short',
  benchmarkStandard: 'Standard',

  // The hardware.
  hardwareIntro: 'What Roost found on this machine, what it computes with, and why not with something else.',
  hardwareProcessor: 'Processor',
  hardwareCores: 'Cores',
  coresOf: (physical: string, logical: string) => `${physical} cores, ${logical} threads`,
  hardwareMemory: 'Memory',
  memoryOf: (freeBytes: string, total: string) => `${freeBytes} free of ${total}`,
  hardwareDisk: 'Disk for models',
  diskOf: (freeBytes: string) => `${freeBytes} free`,
  hardwareSystem: 'System',
  hardwareBandwidth: 'Memory bandwidth',
  bandwidthOf: (rate: string, when: string) => `${rate} GB/s, measured ${when}`,
  bandwidthUnknown: 'not measured yet',
  hardwareChosen: 'Models are computed with',
  chosenNothing: 'Nothing: the engine could not be started.',
  hardwareBackends: 'Backends',
  backendNames: {
    cpu: 'Processor',
    cuda: 'CUDA (NVIDIA)',
    metal: 'Metal (Apple)',
    emulated: 'Emulated device',
  } as Readonly<Record<string, string>>,
  backendUsable: 'Usable',
  backendNot: 'Not usable',
  deviceUntested: 'Usable, not tested yet',
  deviceFailed: 'Left alone: it failed',
  hardwareSets: 'Instruction sets',
  setUntested: 'Not tested: a better one is used',
  setTrusted: 'Passed the self-test',
  setReference: 'The reference the others are compared with',
  setRejected: 'Rejected by the self-test',
  setUnusable: 'Not usable',
  hardwareCopy: 'Copy report',
  hardwareTest: 'Test and measure again',

  // Settings.
  settingsDevice: 'Device',
  deviceChoice: 'Compute models with',
  deviceChoiceHint:
    'A device is tested before it is used for the first time. Where one can’t be used, Roost goes on with the processor and says why.',
  deviceAutomatic: 'Automatic',
  deviceAutomaticHint: 'The device with most memory that passes its self-test, else the processor.',
  deviceFallback: (wanted: string, instead: string, reason: string) =>
    `${wanted} is not used, ${instead} is: ${reason}`,
  idleUnload: 'Give memory back when unused for',
  idleUnloadHint: 'The model is loaded again by your next message.',
  idleNever: 'Never',
  idleMinutes: (n: number) => (n < 60 ? `${n} minutes` : n === 60 ? '1 hour' : `${n / 60} hours`),

  // The first run.
  firstRun: 'First steps',
  firstRunSkip: 'Skip',
  firstRunHardwareTitle: 'Your computer',
  firstRunHardwareFine: 'It can run language models well.',
  firstRunHardwareSmall: 'It can run the small models.',
  firstRunModelTitle: 'A model for it',
  firstRunStarterReady: (name: string) =>
    `${name} is ready: you can chat at once. It is very small and knows little.`,
  firstRunNoneFits:
    'No model of the catalogue fits into the memory that is free now. The starter model is ready.',
}
