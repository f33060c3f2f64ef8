// What stands before the first turn of a conversation, gathered from its row.
import { RoostError } from '../../contract/errors.ts'
import type { Parameters } from '../../contract/memory.ts'
import type { Storage } from '../../storage/storage.ts'
import type { Opening, OpeningDocument } from './opening.ts'

export interface TunedStateFiles {
  /** null: it is not there any more. */
  find(id: string): Promise<{ readonly fingerprint: string; readonly path: string } | null>
}

export class Openings {
  readonly #storage: Storage
  readonly #tunedStates: TunedStateFiles
  readonly #documentsRead: (conversation: string) => Promise<OpeningDocument[]>

  constructor(
    storage: Storage,
    tunedStates: TunedStateFiles,
    documentsRead: (conversation: string) => Promise<OpeningDocument[]>,
  ) {
    this.#storage = storage
    this.#tunedStates = tunedStates
    this.#documentsRead = documentsRead
  }

  /** Errors: not_found for a tuned state that was removed. */
  async of(conversation: string): Promise<{ opening: Opening; parameters: Parameters }> {
    const { read } = this.#storage
    const [systemPrompt, parameters] = await Promise.all([
      read.systemPrompt(conversation),
      read.parameters(conversation),
    ])
    const { examples, tunedState: wanted, mode } = parameters
    const tunedState = wanted === null ? null : await this.#tunedStates.find(wanted)
    if (wanted !== null && tunedState === null) {
      throw new RoostError('not_found', {
        what: 'tuned state',
        reason: 'The tuned state of this chat was removed. Choose another one, or none, in its parameters.',
      })
    }
    const notebook = mode === 'notebook'
    const withDocuments = !notebook && wanted === null
    const opening = {
      documents: withDocuments ? await this.#documentsRead(conversation) : [],
      systemPrompt: notebook ? '' : systemPrompt,
      examples: notebook ? [] : examples,
      tunedState,
    }
    return { opening, parameters }
  }
}
