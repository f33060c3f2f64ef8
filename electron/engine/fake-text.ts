// The text of the fake engine: its vocabulary, its answers, and where they stop.
//
// Vocabulary: 0 ends a text, 1..256 is the byte id - 1, 257 is ".\n\n" as one token. The last one exists because real
// vocabularies hold tokens that carry the end of an answer and the beginning of its stop text together: an answer that ends
// in a full stop then leaves a `tail` which the next prompt must not repeat.
import { RoostError } from '../contract/errors.ts'

export const END = 0
export const JOINED = 257
const joinedText = '.\n\n'

/** "User: question" -> "You said: question", going on where an answer already stands, then the next user turn begins. */
export function echo(textSoFar: string): string {
  const user = textSoFar.lastIndexOf('User:')
  const turn = user < 0 ? textSoFar.slice(-40) : textSoFar.slice(user + 'User:'.length)
  const split = turn.indexOf('\n\nAssistant:')
  const question = (split < 0 ? turn : turn.slice(0, split)).trim()
  const said = split < 0 ? '' : turn.slice(split + '\n\nAssistant:'.length)
  const whole = ` You said: ${question}.\n\nUser:`
  return whole.startsWith(said) ? whole.slice(said.length) : whole
}

/** Greedy longest match, as real tokenizers of this family do it. */
export function encode(text: string): Uint32Array {
  const ids: number[] = []
  const pieces = text.split(joinedText)
  pieces.forEach((piece, index) => {
    for (const byte of new TextEncoder().encode(piece)) ids.push(byte + 1)
    if (index < pieces.length - 1) ids.push(JOINED)
  })
  return Uint32Array.from(ids)
}

export function bytesOf(ids: Iterable<number>): Uint8Array {
  const bytes: number[] = []
  for (const id of ids) {
    if (id === JOINED) bytes.push(...new TextEncoder().encode(joinedText))
    else if (id !== END) bytes.push(id - 1)
  }
  return Uint8Array.from(bytes)
}

export function decode(ids: Iterable<number>): string {
  return new TextDecoder().decode(bytesOf(ids))
}

/** Leaves out a character whose last bytes have not come yet. */
export function decodeWhole(ids: Iterable<number>): string {
  return new TextDecoder().decode(bytesOf(ids), { stream: true })
}

export function checkIds(ids: Uint32Array): void {
  const wrong = ids.find((id) => id > JOINED)
  if (wrong !== undefined) {
    throw new RoostError('tokens_invalid', { reason: `token ${wrong} is outside the vocabulary` })
  }
}

export function firstStop(text: string, stop: readonly string[]): number {
  const places = stop.map((one) => text.indexOf(one)).filter((place) => place >= 0)
  return places.length === 0 ? -1 : Math.min(...places)
}

/** Length of the longest end of `text` that could become a stop text. */
export function heldBack(text: string, stop: readonly string[]): number {
  let longest = 0
  for (const one of stop) {
    for (let length = Math.min(one.length - 1, text.length); length > longest; length--) {
      if (text.endsWith(one.slice(0, length))) longest = length
    }
  }
  return longest
}
