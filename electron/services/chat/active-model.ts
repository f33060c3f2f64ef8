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
  setBusy(busy: boolean): void
}

/** What the chat needs of the settings. */
export interface ChatSettings {
  /** The person's choices over what the template recommends. */
  sampling(recommended: Sampling): Sampling
  snapshotBudgetBytes(): number
}
