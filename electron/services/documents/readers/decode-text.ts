// Bytes into text: what their beginning says, else UTF-8 if that fits, else the older encoding that they look most like.
import { isUtf8 } from 'node:buffer'
import { analyse } from 'chardet'
import { unsupported } from './reader.ts'
import type { ReaderInput } from './reader.ts'

/** Encodings that are guessed at, by the names of the detector. */
const guessed: Readonly<Record<string, string>> = {
  GB18030: 'gb18030',
  Big5: 'big5',
  Shift_JIS: 'shift_jis',
  'EUC-JP': 'euc-jp',
  'ISO-2022-JP': 'iso-2022-jp',
  'EUC-KR': 'euc-kr',
  'windows-1251': 'windows-1251',
  'KOI8-R': 'koi8-r',
  'windows-1252': 'windows-1252',
  'ISO-8859-1': 'windows-1252',
  'ISO-8859-2': 'iso-8859-2',
  'windows-1250': 'windows-1250',
}

const sampleBytes = 64 * 1024
/** More controls than this among the first bytes: no text. */
const mostControls = 0.02
/** More characters than this that fit no encoding: no text. */
const mostReplaced = 0.05
/** A UTF-8 text may have some bad bytes; one with more of them, for its size, is something else. */
const mostBadUtf8 = 0.005

/** Errors: document_unsupported. `declared`: what the document itself says, as HTML does. */
export function decodeText(
  bytes: Uint8Array,
  remark: ReaderInput['remark'],
  declared: string | null = null,
): string {
  const marked = byMark(bytes)
  if (marked !== null) return checked(new TextDecoder(marked).decode(bytes), remark)
  const wide = wideEncoding(bytes.subarray(0, 4096))
  if (wide !== null) return checked(new TextDecoder(wide).decode(bytes), remark)
  if (controlShare(bytes.subarray(0, sampleBytes)) > mostControls) {
    throw unsupported('The file is not text, and not a kind of document that Roost reads.')
  }
  if (isUtf8(bytes)) return new TextDecoder('utf-8').decode(bytes)
  const named = declared === null ? null : decoderOf(declared)
  if (named !== null && named.encoding !== 'utf-8') return checked(named.decode(bytes), remark)
  const lenient = new TextDecoder('utf-8').decode(bytes)
  const bad = replacements(lenient)
  if (bad <= Math.max(1, lenient.length * mostBadUtf8)) {
    remark('characters_replaced', { count: bad })
    return lenient
  }
  const best = analyse(bytes.subarray(0, sampleBytes)).find(({ name }) => Object.hasOwn(guessed, name))
  const encoding = guessed[best?.name ?? ''] ?? 'windows-1252'
  remark('encoding_guessed', { encoding })
  return checked(new TextDecoder(encoding).decode(bytes), remark)
}

function byMark(bytes: Uint8Array): string | null {
  const [a, b, c] = bytes
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf-8'
  if (a === 0xff && b === 0xfe) return 'utf-16le'
  if (a === 0xfe && b === 0xff) return 'utf-16be'
  return null
}

/** UTF-16 without a mark: every other byte of Western text is zero. */
function wideEncoding(sample: Uint8Array): string | null {
  if (sample.length < 4) return null
  let even = 0
  let odd = 0
  for (const [index, byte] of sample.entries()) {
    if (byte !== 0) continue
    if (index % 2 === 0) even += 1
    else odd += 1
  }
  const half = sample.length / 2
  if (odd > half * 0.6 && even < half * 0.05) return 'utf-16le'
  if (even > half * 0.6 && odd < half * 0.05) return 'utf-16be'
  return null
}

function controlShare(sample: Uint8Array): number {
  let controls = 0
  for (const byte of sample) if (byte < 9 || (byte > 13 && byte < 32 && byte !== 27)) controls += 1
  return controls / Math.max(1, sample.length)
}

function decoderOf(name: string): InstanceType<typeof TextDecoder> | null {
  try {
    return new TextDecoder(name.trim())
  } catch (error) {
    if (error instanceof RangeError) return null // a name that nobody knows
    throw error
  }
}

function replacements(text: string): number {
  let count = 0
  for (let at = text.indexOf('\ufffd'); at >= 0; at = text.indexOf('\ufffd', at + 1)) count += 1
  return count
}

function checked(text: string, remark: ReaderInput['remark']): string {
  const count = replacements(text)
  if (count > Math.max(2, text.length * mostReplaced)) {
    throw unsupported('The file is not text in an encoding that Roost knows.')
  }
  if (count > 0) remark('characters_replaced', { count })
  return text
}
