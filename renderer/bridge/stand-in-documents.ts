// The scripted host's answers about documents. Never part of the application.
import type { CallName, Input, Output } from '../../electron/contract/calls.ts'
import type { documentCalls } from '../../electron/contract/document-calls.ts'
import type { Collection, Document, Passage } from '../../electron/contract/document-entities.ts'
import { RoostError } from '../../electron/contract/errors.ts'
import type { evidenceCalls } from '../../electron/contract/evidence-calls.ts'
import type { ConversationSources, Evidence } from '../../electron/contract/evidence.ts'
import type { Emit } from '../../electron/contract/events.ts'

type Answers<N extends CallName> = { [K in N]: (input: Input<K>) => Output<K> | Promise<Output<K>> }
type DocumentCallName = keyof typeof documentCalls | keyof typeof evidenceCalls

/** What a story begins with. */
export interface DocumentScript {
  readonly collections: readonly Collection[]
  readonly documents: readonly Document[]
  /** By document; others have no text. */
  readonly texts: Readonly<Record<string, string>>
  /** Files of documents that can be drawn. */
  readonly files: Readonly<Record<string, Uint8Array>>
  readonly sources: Readonly<Record<string, ConversationSources>>
  /** By conversation. */
  readonly evidence: Readonly<Record<string, readonly Evidence[]>>
}

export const noDocuments: DocumentScript = {
  collections: [],
  documents: [],
  texts: {},
  files: {},
  sources: {},
  evidence: {},
}

export const unread: Document['reading'] = {
  phase: 'none',
  doneTokens: 0,
  totalTokens: null,
  secondsLeft: null,
  model: null,
  bytes: 0,
  error: null,
}

export function standInDocuments(scripted: () => DocumentScript, emit: Emit): Answers<DocumentCallName> {
  let made: Answers<DocumentCallName> | null = null
  // The story is known with the first call, not yet when the host is made.
  const answers = (): Answers<DocumentCallName> => (made ??= answersOf(scripted(), emit))
  return new Proxy({} as Answers<DocumentCallName>, {
    ownKeys: () => Reflect.ownKeys(answersOf(noDocuments, emit)),
    getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
    get: (_, name: DocumentCallName) => (input: never) => answers()[name](input),
  })
}

function answersOf(script: DocumentScript, emit: Emit): Answers<DocumentCallName> {
  let collections = [...script.collections]
  const documents = new Map(script.documents.map((one) => [one.id, one]))
  const texts = new Map(Object.entries(script.texts))
  const sources = new Map(Object.entries(script.sources))
  const find = (id: string): Document => {
    const found = documents.get(id)
    if (found === undefined) throw new RoostError('not_found', { what: 'document' })
    return found
  }
  const change = (id: string, patch: Partial<Document>): Document => {
    const next = { ...find(id), ...patch, revision: find(id).revision + 1 }
    documents.set(id, next)
    emit('document.changed', { document: next })
    return next
  }
  const add = (id: string, name: string, collection: string | null, text: string | null): Document => {
    const row: Document = {
      id,
      collection,
      name,
      kind: name.endsWith('.pdf') ? 'pdf' : name.endsWith('.md') ? 'markdown' : 'text',
      bytes: text?.length ?? 48_213,
      origin: text === null ? 'file' : 'pasted',
      status: 'parsing',
      fraction: 0.4,
      error: null,
      remarks: [],
      pages: null,
      characters: text?.length ?? 0,
      passages: 0,
      createdAt: Date.now(),
      revision: 1,
      reading: unread,
    }
    documents.set(id, row)
    if (text !== null) texts.set(id, text)
    setTimeout(() => {
      if (documents.has(id)) change(id, { status: 'ready', fraction: null, passages: passagesOf(id).length })
    }, 300)
    return row
  }
  /** Paragraphs. */
  const passagesOf = (id: string): Passage[] => {
    const text = texts.get(id) ?? ''
    const found: Passage[] = []
    for (const match of text.matchAll(/[^\n]+(?:\n[^\n]+)*/g)) {
      found.push({
        id: found.length + 1,
        document: id,
        documentName: find(id).name,
        ordinal: found.length,
        start: match.index,
        end: match.index + match[0].length,
        text: match[0],
        page: find(id).pages === null ? null : 1,
        headings: [],
      })
    }
    return found
  }
  const changed = (): void => emit('documents.changed', { collections, documents: [...documents.values()] })
  const collection = (id: string, patch: Partial<Collection>): Collection => {
    const found = collections.find((one) => one.id === id)
    if (found === undefined) throw new RoostError('not_found', { what: 'collection' })
    const next = { ...found, ...patch }
    collections = collections.map((one) => (one.id === id ? next : one))
    return next
  }
  return {
    'documents.list': () => ({ collections, documents: [...documents.values()] }),
    'documents.choose': () => null,
    'documents.add': ({ files, collection: to }) =>
      files.map((_, index) => add(crypto.randomUUID(), `Tide tables ${index + 1}.pdf`, to, null)),
    'documents.addText': ({ document, name, text, collection: to }) => add(document, name, to, text),
    'documents.retry': ({ document }) => change(document, { status: 'waiting', error: null }),
    'documents.remove': ({ documents: gone }) => {
      for (const id of gone) documents.delete(id)
      changed()
    },
    'documents.move': ({ documents: moved, collection: to }) => {
      for (const id of moved) change(id, { collection: to })
      changed()
    },
    'documents.rename': ({ document, name }) => change(document, { name }),
    'documents.outline': ({ document }) =>
      [...(texts.get(document) ?? '').matchAll(/^(#+) (.+)$/gm)].map((match) => ({
        start: match.index,
        level: match[1]?.length ?? 1,
        title: match[2] ?? '',
        page: null,
      })),
    'documents.text': ({ document, start, end }) => {
      find(document)
      const text = texts.get(document) ?? ''
      const to = Math.min(end, text.length)
      return { start, end: to, text: text.slice(start, to), characters: text.length }
    },
    'documents.passages': ({ document, from }) => passagesOf(document).slice(from, from + 200),
    'documents.part': ({ document, offset }) => {
      const file = script.files[document]
      if (file === undefined) throw new RoostError('not_found', { what: 'file' })
      const piece = file.subarray(offset, offset + 65_536)
      return { offset, base64: btoa(String.fromCharCode(...piece)), bytes: file.length }
    },
    'documents.search': ({ question, limit, rerank }) => {
      const words = question.toLowerCase().match(/\p{L}{3,}/gu) ?? []
      const all = [...documents.keys()].flatMap(passagesOf)
      const ranked = all
        .map((passage, index) => ({
          ...passage,
          id: index,
          score: words.filter((word) => passage.text.toLowerCase().includes(word)).length,
        }))
        .filter(({ score }) => score > 0)
        .sort((a, b) => b.score - a.score)
        .slice(0, limit)
      return {
        question,
        passages: ranked.map((passage, index) => ({
          ...passage,
          wordRank: index + 1,
          likelihood: rerank ? -1.2 - index * 0.17 : null,
        })),
        stages: [
          { name: 'words', milliseconds: 6, candidates: all.length, skipped: null },
          {
            name: 'likelihood',
            milliseconds: rerank ? 214 : 0,
            candidates: ranked.length,
            skipped: rerank ? null : 'switched_off',
          },
        ],
        searched: all.length,
      }
    },
    'documents.read': ({ document }) =>
      change(document, {
        reading: {
          ...find(document).reading,
          phase: 'reading',
          doneTokens: 2048,
          totalTokens: 18_204,
          secondsLeft: 74,
          model: 'RWKV7-G1 World 0.4B',
        },
      }),
    'documents.pauseReading': ({ document }) =>
      change(document, { reading: { ...find(document).reading, phase: 'paused', secondsLeft: null } }),
    'documents.forgetReading': ({ document }) => change(document, { reading: unread }),
    'collections.create': ({ collection: id, name }) => {
      const made = { id, name, watched: null, watchedPresent: true, documents: 0 }
      collections = [...collections, made]
      return made
    },
    'collections.rename': ({ collection: id, name }) => collection(id, { name }),
    'collections.remove': ({ collection: id }) => {
      collections = collections.filter((one) => one.id !== id)
      for (const one of documents.values()) if (one.collection === id) change(one.id, { collection: null })
    },
    'collections.watch': ({ collection: id }) => collection(id, { watched: '~/Documents/Harbour' }),
    'collections.unwatch': ({ collection: id }) => collection(id, { watched: null }),
    'conversations.sources': ({ conversation }) =>
      sources.get(conversation) ?? { sources: [], strict: false },
    'conversations.setSources': ({ conversation, ...wanted }) => {
      sources.set(conversation, wanted)
      return wanted
    },
    'evidence.get': ({ message }) =>
      Object.values(script.evidence)
        .flat()
        .find((one) => one.message === message) ?? null,
    'evidence.list': ({ conversation }) => [...(script.evidence[conversation] ?? [])],
  }
}
