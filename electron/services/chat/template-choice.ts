// Which form each model is spoken to in: what follows from the model, unless the person chose another one for it.
import type { ChatTemplateSummary, TemplateInUse } from '../../contract/chat-templates.ts'
import { RoostError } from '../../contract/errors.ts'
import type { Storage } from '../../storage/storage.ts'
import { chooseTemplate, summaryOf } from './chat-templates.ts'
import type { ChatTemplate, TemplateSubject } from './chat-templates.ts'

const key = 'templates.chosen'

export class TemplateChoice {
  readonly #templates: readonly ChatTemplate[]
  readonly #storage: Storage
  /** Template ids by the id of the model they were chosen for. */
  #chosen: Readonly<Record<string, string>> = {}

  constructor(templates: readonly ChatTemplate[], storage: Storage) {
    this.#templates = templates
    this.#storage = storage
  }

  /** What was chosen in earlier runs. */
  async read(): Promise<void> {
    const stored = (await this.#storage.read.settings())[key]
    if (typeof stored !== 'object' || stored === null) return
    const entries = Object.entries(stored).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    )
    this.#chosen = Object.fromEntries(entries)
  }

  list(): ChatTemplateSummary[] {
    return this.#templates.map(summaryOf)
  }

  of(model: string, subject: TemplateSubject): ChatTemplate {
    return chooseTemplate(this.#templates, subject, this.#chosen[model] ?? null)
  }

  inUse(model: string, subject: TemplateSubject): TemplateInUse {
    const template = this.of(model, subject)
    return {
      template: summaryOf(template),
      chosen: this.#chosen[model] === template.id,
      recommended: chooseTemplate(this.#templates, subject).id,
    }
  }

  /** null: what follows from the model. Errors: not_found, and those of a write. */
  async choose(model: string, template: string | null): Promise<void> {
    if (template !== null && !this.#templates.some(({ id }) => id === template)) {
      throw new RoostError('not_found', { what: 'template' })
    }
    const others = Object.entries(this.#chosen).filter(([id]) => id !== model)
    const chosen = Object.fromEntries(template === null ? others : [...others, [model, template]])
    await this.#storage.write.setSettings({ [key]: chosen })
    this.#chosen = chosen
  }
}
