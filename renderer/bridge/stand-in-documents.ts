// The scripted host's answers about documents. Never part of the application.
import type { CallName, Input, Output } from '../../electron/contract/calls.ts'
import type { documentCalls } from '../../electron/contract/document-calls.ts'
import { RoostError } from '../../electron/contract/errors.ts'
import type { evidenceCalls } from '../../electron/contract/evidence-calls.ts'

type Answers<N extends CallName> = { [K in N]: (input: Input<K>) => Output<K> | Promise<Output<K>> }
type DocumentCallName = keyof typeof documentCalls | keyof typeof evidenceCalls

export function standInDocuments(): Answers<DocumentCallName> {
  const refuse = (): Promise<never> => Promise.reject(new RoostError('not_found', { what: 'document' }))
  return {
    'documents.list': () => ({ collections: [], documents: [] }),
    'documents.choose': refuse,
    'documents.add': refuse,
    'documents.addText': refuse,
    'documents.retry': refuse,
    'documents.remove': refuse,
    'documents.move': refuse,
    'documents.rename': refuse,
    'documents.outline': refuse,
    'documents.text': refuse,
    'documents.passages': refuse,
    'documents.part': refuse,
    'documents.search': refuse,
    'documents.read': refuse,
    'documents.pauseReading': refuse,
    'documents.forgetReading': refuse,
    'collections.create': refuse,
    'collections.rename': refuse,
    'collections.remove': refuse,
    'collections.watch': refuse,
    'collections.unwatch': refuse,
    'conversations.sources': () => ({ sources: [], strict: false }),
    'conversations.setSources': ({ sources, strict }) => ({ sources, strict }),
    'evidence.get': () => null,
    'evidence.list': () => [],
  }
}
