// Words of the catalogue, of downloads and of their errors, in English.
import type { ErrorCode, ErrorDetail } from '../../electron/contract/errors.ts'
import type { Format } from './format.ts'

type DownloadError = Extract<
  ErrorCode,
  | 'network_unavailable'
  | 'source_busy'
  | 'access_denied'
  | 'source_missing'
  | 'source_unusable'
  | 'source_changed'
  | 'size_changed'
  | 'address_refused'
  | 'download_damaged'
  | 'disk_space'
>

type Words = (detail: ErrorDetail, format: Format) => { title: string; body: string }

const host = (d: ErrorDetail): string =>
  typeof d['host'] === 'string' && d['host'] !== '' ? d['host'] : 'The site'

function reason(d: ErrorDetail): string {
  const value = d['reason']
  if (typeof value !== 'string' || value === '') return ''
  return ` ${value.charAt(0).toUpperCase()}${value.slice(1)}${/[.!?]$/.test(value) ? '' : '.'}`
}

/** Sentences of errors. */
export const downloadErrors: Record<DownloadError, Words> = {
  network_unavailable: (d) => ({
    title: 'The network does not get through',
    body: `${host(d)} could not be reached, or broke off again and again.${reason(d)} What was fetched so far is kept.`,
  }),
  source_busy: (d) => ({
    title: 'The site asks to wait',
    body: `${host(d)} is too busy now.${reason(d)} What was fetched so far is kept.`,
  }),
  access_denied: (d) => ({
    title: 'The site does not give this file to everyone',
    body: `${host(d)} wants an access token, or another one.${reason(d)} A token can be set under Settings, Downloads.`,
  }),
  source_missing: (d) => ({
    title: 'It is not there',
    body: `${host(d)} knows no such repository or file.${reason(d)} Check the name, or refresh the catalogue.`,
  }),
  source_unusable: (d) => ({
    title: 'That was not a model file',
    body: `${host(d)} answered with something else, perhaps the sign-in page of a network.${reason(d)} Nothing was installed.`,
  }),
  source_changed: (d) => ({
    title: 'The file at the source is another one now',
    body: `${host(d)} offers a file that does not have the published hash.${reason(d)} Nothing was installed. Refresh the catalogue, or try another source.`,
  }),
  size_changed: (d, f) => ({
    title: 'The file has another size than expected',
    body:
      typeof d['expectedBytes'] === 'number' && typeof d['foundBytes'] === 'number'
        ? `It should have ${f.bytes(d['expectedBytes'])} (${f.count(d['expectedBytes'])} bytes), and ${host(d)} offers ${f.bytes(d['foundBytes'])} (${f.count(d['foundBytes'])} bytes). Nothing was fetched.`
        : `The size that ${host(d)} offers is not the one that was agreed to. Nothing was fetched.`,
  }),
  address_refused: (d) => ({
    title: 'This address can’t be used',
    body: `Downloads come from https addresses on the internet, or from a hub that you set yourself.${reason(d)}`,
  }),
  download_damaged: (d) => ({
    title: 'The file arrived damaged',
    body: `All of it was fetched, parts of it twice, and it still does not have the published hash.${reason(d)} It was not installed. Try again, or choose another source.`,
  }),
  disk_space: (d, f) => ({
    title: 'Not enough space on the disk',
    body:
      typeof d['neededBytes'] === 'number' && typeof d['freeBytes'] === 'number'
        ? `This download still needs ${f.bytes(d['neededBytes'])}, and ${f.bytes(d['freeBytes'])} are free: ${f.bytes(Math.max(1, d['neededBytes'] - d['freeBytes']))} too few. What was fetched so far is kept.`
        : 'The disk has no room for the rest of it. What was fetched so far is kept.',
  }),
}

export const downloadNotices: Record<string, Words> = {
  download_finished: (d) => ({
    title: 'Downloaded',
    body: `${typeof d['name'] === 'string' ? d['name'] : 'The model'} was checked and is ready.`,
  }),
}

export const downloadWords = {
  catalogue: 'Catalogue',
  catalogueIntro:
    'Official RWKV models. Sizes are what is downloaded; files are checked before they are used.',
  searchModels: 'Search models',
  refreshCatalogue: 'Refresh',
  refreshedAt: (time: string) => `Refreshed ${time}`,
  addFromHub: 'Add from Hugging Face',
  filterGeneration: 'Generation',
  filterSize: 'Size',
  filterLanguage: 'Speaks',
  filterAny: 'Any',
  filterGenerationOf: (generation: string) => `RWKV-${generation}`,
  filterSizeUpTo: (size: string) => `Up to ${size} parameters`,
  filterSizeAbove: (size: string) => `More than ${size} parameters`,
  languageNames: { en: 'English', zh: 'Chinese', ja: 'Japanese', many: 'Many languages' } as Record<
    string,
    string
  >,
  showAllModels: (count: string) => `Show all ${count} models`,
  showCurated: 'Show only the recommended ones',
  noModelsMatch: 'No model matches. Try another word, or remove a filter.',
  recommendedModel: 'Recommended',
  addedModel: 'Added by you',
  removeFromCatalogue: 'Remove from catalogue',
  purposes: {
    chat: 'A good all-round model for conversations.',
    small: 'Small and quick: for older machines, and to try things out.',
    strong: 'The most capable; needs much memory.',
    novel: 'Writes stories.',
    base: 'Continues text; not trained for conversations.',
    older: 'An older generation.',
    experimental: 'An experiment.',
    unknown: '',
  } as Record<string, string>,
  contextOf: (tokens: string) => `trained on up to ${tokens} tokens`,
  releasedOn: (day: string) => `released ${day}`,
  chooseModelFileOf: (title: string) => `File of ${title}`,
  sixteenBit: '16-bit',
  downloadSize: (size: string) => `Download ${size}`,
  askForSize: 'Ask for the size',
  alreadyInstalled: 'Installed',
  inQueue: 'In the queue',

  downloads: 'Downloads',
  downloadingName: (name: string) => `Downloading ${name}`,
  pauseDownload: 'Pause',
  resumeDownload: 'Resume',
  cancelDownload: 'Cancel',
  downloadEarlier: 'Move up',
  doneOf: (done: string, total: string) => `${done} of ${total}`,
  perSecond: (rate: string) => `${rate}/s`,
  secondsLeft: (seconds: number): string => {
    if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s left`
    const minutes = Math.round(seconds / 60)
    return minutes < 60 ? `${minutes} min left` : `${Math.floor(minutes / 60)} h ${minutes % 60} min left`
  },
  fromHost: (host: string) => `from ${host}`,
  stateQueued: 'Waits for its turn',
  statePaused: 'Paused',
  stateVerifying: 'Checking the file…',
  stateConnecting: 'Connecting…',
  stateWaiting: (title: string, time: string) => `${title}. The next attempt is at ${time}.`,
  stateFinished: 'Finished and checked',
  stateFinishedOwn: 'Finished. Nobody published a hash to compare it with.',
  dismissDownload: 'Remove from list',
  cancelDownloadTitle: 'Cancel this download?',
  cancelDownloadBody: (name: string, done: string) =>
    `${done} of “${name}” that were fetched so far will be deleted.`,
  cancelDownloadConfirm: 'Cancel download',
  cancelDownloadKeep: 'Keep downloading',
  tryAgain: 'Try again',

  hubRepository: 'Repository on Hugging Face',
  hubRepositoryHint:
    'The owner and the name, as in “BlinkDL/rwkv7-g1”. Only the list of its files is fetched.',
  hubLookUp: 'Show files',
  hubFilesOf: (repository: string) => `Files in ${repository}`,
  hubLicence: (licence: string) => `Licence: ${licence}`,
  hubNoLicence: 'No licence is given.',
  hubKeep: 'Keep in catalogue',
  hubKept: 'Kept in the catalogue',
  hubAddress: 'Direct address',
  hubAddressHint: 'An https address of a model file.',
  hubExamine: 'Look',
  hubAddressFacts: (name: string, size: string, host: string) => `${name}, ${size}, from ${host}`,
  notANameOfRepository: 'That is not “owner/name”.',

  settingsDownloads: 'Downloads',
  hubOrder: 'Where to ask first',
  hubOrderHint: 'Measuring fetches a quarter of a megabyte from each site, when you start a download.',
  hubOrderOfficial: 'The official hub',
  hubOrderMeasured: 'Whichever is quickest, measured',
  hubOfficial: 'Official hub',
  hubMirrors: 'Mirrors',
  hubMirrorsHint:
    'Asked when the hub can’t be reached. They never get your access token, and what they give is held to the published hash.',
  hubMirrorUse: (address: string) => `Use ${address}`,
  hubMirrorRemove: (address: string) => `Remove ${address}`,
  hubMirrorAdd: 'Add mirror',
  hubMirrorAddress: 'Address of a mirror',
  hubToken: 'Access token',
  hubTokenHint: 'For files that the hub gives only to some. Sent to the official hub and to nobody else.',
  hubTokenSave: 'Save token',
  hubTokenForget: 'Forget token',
  hubTokenKeyStore: 'A token is kept in the key store of this system.',
  hubTokenFile: 'A token is kept in a file that only you can read: this system has no key store for Roost.',
}
