import type { Sampling } from '../../contract/entities.ts'
import type { LoadedModel } from '../../engine/engine.ts'
import type { ChatTemplate } from './chat-templates.ts'

/** The model that answers, with how it is spoken to. */
export interface ActiveModel {
  readonly loaded: LoadedModel
  readonly title: string
  readonly template: ChatTemplate
}

/** What the chat needs of the models; the library fulfils it. */
export interface ModelSource {
  /** Errors: no_model, model_loading. */
  active(): ActiveModel
  /** The model that a conversation wants, loaded first if need be; null: the one that is loaded, or was before it was let
   *  go for want of use. Errors: no_model, busy (another model is answering), not_found, cancelled, and those of a load. */
  ensureLoaded(model: string | null): Promise<ActiveModel>
  setBusy(busy: boolean): void
}

/** What the chat needs of the settings. */
export interface ChatSettings {
  /** The person's choices over what the template recommends. */
  sampling(recommended: Sampling): Sampling
  snapshotBudgetBytes(): number
  backgroundReading(): boolean
}
