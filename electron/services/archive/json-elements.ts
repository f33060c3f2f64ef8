// Reads a large JSON file element by element: either an array, or an object with a head and one array named
// "conversations". Only the element at hand is in memory; sizes and nesting are bounded before anything is parsed.
import { TextDecoder } from 'node:util'
import { RoostError } from '../../contract/errors.ts'

export interface ElementLimits {
  /** Of one element, and of the head, in UTF-16 units. */
  readonly element: number
  readonly head: number
  readonly depth: number
  /** Of the whole text. */
  readonly total: number
}

export const elementLimits: ElementLimits = {
  element: 64 * 1024 * 1024,
  head: 64 * 1024,
  depth: 100,
  total: 4 * 1024 * 1024 * 1024,
}

export type JsonPiece =
  /** First and once: what stands before the array; null where the file is an array. */
  { readonly kind: 'head'; readonly value: unknown } | { readonly kind: 'element'; readonly value: unknown }

const arrayKey = /,?\s*"conversations"\s*:\s*$/

/** Errors: not_an_archive (no JSON of this form), archive_damaged (begins well, then cut or broken, or beyond a limit). */
export async function* jsonElements(
  chunks: AsyncIterable<Uint8Array>,
  limits: ElementLimits = elementLimits,
): AsyncGenerator<JsonPiece> {
  const reader = new ElementReader(limits)
  const decoder = new TextDecoder('utf-8', { fatal: true })
  for await (const chunk of chunks) yield* reader.take(decode(decoder, chunk))
  yield* reader.take(decode(decoder, null))
  reader.end()
}

function decode(decoder: TextDecoder, chunk: Uint8Array | null): string {
  try {
    return chunk === null ? decoder.decode() : decoder.decode(chunk, { stream: true })
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw new RoostError('not_an_archive', { reason: 'The file is not text in UTF-8.' }, { cause: error })
  }
}

class ElementReader {
  readonly #limits: ElementLimits
  /** head -> elements -> tail; in the tail only closing brackets and further keys may come. */
  #phase: 'head' | 'elements' | 'tail' = 'head'
  /** Depth at which the elements stand: 1 in an array, 2 in an object. */
  #base = 1
  #depth = 0
  #inString = false
  #escaped = false
  /** Of the element, or of the head, as far as it was in earlier chunks. */
  #held = ''
  #total = 0
  #any = false

  constructor(limits: ElementLimits) {
    this.#limits = limits
  }

  *take(text: string): Generator<JsonPiece> {
    this.#total += text.length
    if (this.#total > this.#limits.total) throw damaged('The file is too large.')
    let from = 0
    for (let at = 0; at < text.length; at++) {
      const unit = text.charCodeAt(at)
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false
        else if (unit === 0x5c) this.#escaped = true
        else if (unit === 0x22) this.#inString = false
        continue
      }
      if (unit === 0x22) this.#inString = true
      else if (unit === 0x5b || unit === 0x7b) {
        this.#depth += 1
        if (this.#depth > this.#limits.depth) throw damaged('The file is nested too deeply.')
        if (this.#phase === 'head') {
          const before = this.#held + text.slice(from, at)
          const head = this.#headBefore(before, unit)
          if (head === undefined) continue
          yield { kind: 'head', value: head.value }
          this.#phase = 'elements'
          this.#base = this.#depth
          this.#held = ''
          from = at + 1
        }
      } else if (unit === 0x5d || unit === 0x7d) {
        if (this.#phase === 'elements' && this.#depth === this.#base) {
          yield* this.#element(text.slice(from, at), true)
          this.#phase = 'tail'
        }
        this.#depth -= 1
        if (this.#depth < 0) throw damaged('The brackets of the file do not match.')
      } else if (unit === 0x2c && this.#phase === 'elements' && this.#depth === this.#base) {
        yield* this.#element(text.slice(from, at), false)
        from = at + 1
      }
    }
    if (this.#phase !== 'tail') this.#hold(text.slice(from))
  }

  end(): void {
    if (this.#phase === 'head') throw notChats()
    if (this.#phase !== 'tail' || this.#depth !== 0 || this.#inString)
      throw damaged('The file ends too early.')
  }

  /** undefined: this bracket does not open the array of elements. */
  #headBefore(before: string, unit: number): { value: unknown } | undefined {
    if (before.length > this.#limits.head) throw notChats()
    if (this.#depth === 1) {
      if (before.trim() !== '' && before.trim() !== '\ufeff') throw notChats()
      return unit === 0x5b ? { value: null } : undefined
    }
    if (this.#depth !== 2 || unit !== 0x5b || !arrayKey.test(before)) return undefined
    try {
      return { value: JSON.parse(`${before.replace(arrayKey, '')}}`) }
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
      throw notChats()
    }
  }

  *#element(rest: string, last: boolean): Generator<JsonPiece> {
    this.#hold(rest)
    const text = this.#held.trim()
    this.#held = ''
    if (text === '' && last && !this.#any) return // an empty array
    this.#any = true
    let value: unknown
    try {
      value = JSON.parse(text)
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
      throw damaged('A chat in the file is no JSON.')
    }
    yield { kind: 'element', value }
  }

  #hold(text: string): void {
    const limit = this.#phase === 'head' ? this.#limits.head : this.#limits.element
    if (this.#held.length + text.length > limit) {
      throw this.#phase === 'head' ? notChats() : damaged('A chat in the file is too large.')
    }
    this.#held += text
  }
}

function notChats(): RoostError {
  return new RoostError('not_an_archive', { reason: 'There is no list of chats in the file.' })
}

function damaged(reason: string): RoostError {
  return new RoostError('archive_damaged', { reason })
}
