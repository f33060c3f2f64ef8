// From a conversation's row and a person's wishes to the job of one turn.
import type { ThinkingMode } from '../../contract/chat-templates.ts'
import type { Message, Sampling } from '../../contract/entities.ts'
import type { SamplingChoice } from '../../contract/sampling.ts'
import type { PathMessage, Storage } from '../../storage/storage.ts'
import type { ActiveModel, ChatSettings } from './active-model.ts'
import { thinkingForm } from './chat-templates.ts'
import { once } from './document-turn.ts'
import type { DocumentAnswers, PrepareTurn } from './document-turn.ts'
import type { GenerationJob } from './generation.ts'
import { notebookTemplate } from './notebook.ts'
import type { Openings } from './openings.ts'

/** How the answers of one turn differ from what the conversation asks for. */
export interface TurnWishes {
  readonly thinking: ThinkingMode | null
  readonly beginning: GenerationJob['beginning']
  /** One for each answer. */
  readonly sampling: readonly SamplingChoice[]
}

export const asUsual: TurnWishes = { thinking: null, beginning: null, sampling: [] }

export interface TurnJobParts {
  readonly storage: Storage
  readonly settings: ChatSettings
  readonly openings: Openings
  readonly documents: DocumentAnswers
}

/** What one turn of this conversation asks for. Errors: not_found for a tuned state that was removed. */
export async function turnJob(
  parts: TurnJobParts,
  active: ActiveModel,
  answer: Message,
  wishes: TurnWishes & { readonly continued: boolean },
): Promise<Omit<GenerationJob, 'answer' | 'shared' | 'budgetBytes'>> {
  const { storage, settings, openings } = parts
  const path = await storage.read.path(answer.id)
  const { opening, parameters } = await openings.of(answer.conversation)
  const notebook = parameters.mode === 'notebook'
  const model = notebook ? { ...active, template: notebookTemplate(active.template) } : active
  // To the answer itself, and its question before it. A continued one without a word is begun anew.
  const question = wishes.continued && answer.text !== '' ? null : (path.at(-2)?.text ?? '')
  const form = thinkingForm(model.template, wishes.thinking ?? parameters.thinking)
  return {
    conversation: answer.conversation,
    model,
    sampling: { ...settings.sampling(model.template.sampling), ...given(parameters.sampling) },
    opening,
    path: question === null ? path : path.slice(0, -2),
    question,
    form: wishes.beginning === null ? form : null,
    prepare: notebook ? null : once(preparing(parts, model, answer, path, question)),
    rememberThinking: parameters.rememberThinking,
    beginning: wishes.beginning,
    notebook,
  }
}

/** How documents come into this turn. A beginning that was written by the person stays the person's. */
function preparing(
  parts: TurnJobParts,
  model: ActiveModel,
  answer: Message,
  path: readonly PathMessage[],
  question: string | null,
): PrepareTurn {
  const { storage, documents } = parts
  const { conversation } = answer
  if (question === null) {
    return async () => {
      const kept = await storage.read.evidence(answer.id)
      return kept === null ? null : documents.resume(kept)
    }
  }
  const [before, said] = [path.at(-4), path.at(-3)]
  const previous =
    before?.role === 'user' && said?.role === 'assistant'
      ? { question: before.text, answer: said.text.slice(said.forgotten), message: said.id }
      : null
  return async (signal) => {
    const siblings = await storage.read.answersOf(answer.parent ?? '')
    return await documents.prepare({ conversation, question, previous, model, siblings }, signal)
  }
}

/** Members that are set. */
export function given(sampling: SamplingChoice): Partial<Sampling> {
  return Object.fromEntries(Object.entries(sampling).filter(([, value]) => value !== undefined))
}
