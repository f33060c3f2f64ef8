// Strict XML as events. No document type with declarations of its own, so no entities but the five and no way to another
// file; anything not well-formed ends the reading.
import { SaxesParser } from 'saxes'
import type { SaxesAttributeNS, SaxesTagNS } from 'saxes'
import { RoostError } from '../../../contract/errors.ts'
import { parsing } from '../parsing-limits.ts'
import { damaged, tooLarge } from './reader.ts'

export interface XmlElement {
  /** Without its prefix. */
  readonly name: string
  /** Address of its namespace. */
  readonly space: string
  /** By name without prefix; `within`: of this namespace, else of any. */
  readonly attribute: (name: string, within?: string) => string | undefined
}

export interface XmlEvents {
  readonly begin: (element: XmlElement) => void
  readonly end: (name: string, space: string) => void
  readonly text?: (text: string) => void
}

/** Errors: document_damaged, document_too_large, those of `events` and of `pieces`. */
export async function readXml(pieces: AsyncIterable<Uint8Array>, events: XmlEvents): Promise<void> {
  const parser = new SaxesParser({ xmlns: true })
  let depth = 0
  parser.on('doctype', (doctype) => {
    if (doctype.includes('['))
      throw damaged('The file declares entities of its own, which documents do not need.')
  })
  parser.on('error', (error) => {
    throw damaged('A part of the file is not well-formed.', error)
  })
  parser.on('opentag', (tag) => {
    depth += 1
    if (depth > parsing.nesting) {
      throw tooLarge('nesting', parsing.nesting, 'Elements of the document lie too deep inside each other.')
    }
    events.begin(elementOf(tag))
  })
  parser.on('closetag', (tag) => {
    depth -= 1
    events.end(tag.local, tag.uri)
  })
  const { text } = events
  if (text !== undefined) {
    parser.on('text', text)
    parser.on('cdata', text)
  }
  let decoder: InstanceType<typeof TextDecoder> | null = null
  try {
    for await (const piece of pieces) {
      decoder ??= new TextDecoder(encodingOf(piece), { fatal: true })
      parser.write(decoder.decode(piece, { stream: true }))
    }
    parser.write(decoder?.decode() ?? '')
    parser.close()
  } catch (error) {
    if (error instanceof RoostError) throw error
    throw damaged('A part of the file is not text.', error) // bytes that are no characters
  }
}

function encodingOf(first: Uint8Array): string {
  if (first[0] === 0xff && first[1] === 0xfe) return 'utf-16le'
  if (first[0] === 0xfe && first[1] === 0xff) return 'utf-16be'
  return 'utf-8'
}

function elementOf(tag: SaxesTagNS): XmlElement {
  return {
    name: tag.local,
    space: tag.uri,
    attribute: (name, within) => {
      for (const attribute of Object.values<SaxesAttributeNS>(tag.attributes)) {
        if (attribute.local === name && (within === undefined || attribute.uri === within))
          return attribute.value
      }
      return undefined
    },
  }
}
