// Several documents that were read whole, each asked by itself: the question is read behind a copy of each one's state, and each
// says what it has to say, all of them in one batch. Read one behind the other into one state they would blur, and each new
// pair would have to be read again; side by side every document is read once, for every chat.
//
// What they say are notes: words of a model about what it remembers. They lead to passages, which are what is cited.
import type { EngineSession } from '../../engine/engine.ts'
import type { Logger } from '../../platform/log.ts'
import { errorFields } from '../../platform/log.ts'
import type { ActiveModel } from '../chat/active-model.ts'
import { closeQuietly } from '../chat/live-sessions.ts'
import { firstTurn } from '../chat/prompt.ts'
import { foldPassage, isRefusal } from './document-form.ts'

export interface ReadDocument {
  readonly id: string
  readonly name: string
  readonly tokens: number
  /** A session that stands behind it; the caller closes it. null: its state is of no use any more. */
  open(): Promise<EngineSession | null>
}

export interface DocumentNote {
  readonly document: string
  readonly documentName: string
  readonly text: string
}

export interface SideBySideOptions {
  readonly signal: AbortSignal
  /** Of each note. */
  readonly maximumTokens?: number
  /** States in memory at once. */
  readonly together?: number
}

const noteCharacters = 600

/**
 * In the order of the documents; those that say nothing are left out. Greedy, so that a note does not depend on its neighbours.
 * An abort gives what was written to its end by then. Errors: those of the engine.
 */
export async function askSideBySide(
  model: ActiveModel,
  question: string,
  documents: readonly ReadDocument[],
  log: Logger,
  { signal, maximumTokens = 64, together = 8 }: SideBySideOptions,
): Promise<DocumentNote[]> {
  const { loaded, template } = model
  const tokens = await loaded.tokenize(firstTurn(template, '', question))
  const notes: DocumentNote[] = []
  for (let at = 0; at < documents.length && !signal.aborted; at += together) {
    const batch = documents.slice(at, at + together)
    const sessions: (EngineSession | null)[] = []
    try {
      for (const document of batch) sessions.push(await opened(document, log))
      const said = await Promise.all(
        sessions.map(async (session) =>
          session === null
            ? null
            : await session.generate({
                tokens,
                maximumTokens,
                sampling: { ...template.sampling, temperature: 0 },
                stop: template.stop,
                signal,
              }),
        ),
      )
      said.forEach((result, index) => {
        const document = batch[index]
        if (document === undefined || result === null || result.reason === 'cancelled') return
        const text = foldPassage(result.text.replaceAll(/\s*\[\d+\]/g, '')).slice(0, noteCharacters)
        if (text === '' || isRefusal(text)) return
        notes.push({ document: document.id, documentName: document.name, text })
      })
    } finally {
      await Promise.all(
        sessions.map(async (session) => (session === null ? undefined : await closeQuietly(session, log))),
      )
    }
  }
  return notes
}

/** One that cannot be opened keeps the others from nothing. */
async function opened(document: ReadDocument, log: Logger): Promise<EngineSession | null> {
  try {
    return await document.open()
  } catch (error) {
    log.warn('a read document was not asked', { document: document.id, ...errorFields(error) })
    return null
  }
}
