// Bytes of the one file that a reader has.
import { readSync } from 'node:fs'
import { parsing } from '../parsing-limits.ts'
import { damaged, tooLarge } from './reader.ts'

/** At most `length` bytes from `start`. */
export function readAt(file: number, start: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length)
  let done = 0
  while (done < length) {
    const read = readSync(file, bytes, done, length - done, start + done)
    if (read === 0) break
    done += read
  }
  return bytes.subarray(0, done)
}

/** Errors: document_damaged when it is shorter than it was. */
export function readWhole(file: number, bytes: number): Buffer {
  const content = readAt(file, 0, bytes)
  if (content.length < bytes) throw damaged('The file became shorter while it was read.')
  return content
}

/** Of a file that is text. Errors: document_too_large, document_damaged. */
export function readPlain(file: number, bytes: number): Buffer {
  if (bytes > parsing.plainBytes) {
    throw tooLarge('text', parsing.textCharacters, 'The document holds more text than can be indexed.')
  }
  return readWhole(file, bytes)
}
