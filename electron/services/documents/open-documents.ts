// Handlers of the calls about documents, until their services take each over.
import type { CallName, Handlers } from '../../contract/calls.ts'
import { documentCalls } from '../../contract/document-calls.ts'
import { RoostError } from '../../contract/errors.ts'
import { evidenceCalls } from '../../contract/evidence-calls.ts'

type DocumentCallName = keyof typeof documentCalls | keyof typeof evidenceCalls

export function documentHandlers(): Pick<Handlers, DocumentCallName> {
  const refuse = (): Promise<never> => Promise.reject(new RoostError('not_found', { what: 'document' }))
  const names = [...Object.keys(documentCalls), ...Object.keys(evidenceCalls)] as CallName[]
  return {
    ...(Object.fromEntries(names.map((name) => [name, refuse])) as unknown as Pick<
      Handlers,
      DocumentCallName
    >),
    'documents.list': () => Promise.resolve({ collections: [], documents: [] }),
    'conversations.sources': () => Promise.resolve({ sources: [], strict: false }),
    'evidence.list': () => Promise.resolve([]),
    'evidence.get': () => Promise.resolve(null),
  }
}
