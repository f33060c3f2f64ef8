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
