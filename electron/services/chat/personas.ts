// The shelf: texts and examples that a chat may begin with, each kept as a ready state for the models it was read by, so
// that a new chat says its first word without reading them again. And sets of sampling values with a name.
import type { ConversationSummary } from '../../contract/entities.ts'
import { RoostError } from '../../contract/errors.ts'
import type { Emit } from '../../contract/events.ts'
import { defaultParameters } from '../../contract/default-parameters.ts'
import type { Persona, Preset } from '../../contract/memory.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Storage, StoredPersona } from '../../storage/storage.ts'
import type { ActiveModel } from './active-model.ts'
import type { BackgroundReader } from './background-reader.ts'
import { openingHash, stateKey } from './opening.ts'

export interface PersonasParts {
  readonly storage: Storage
  readonly background: BackgroundReader
  readonly emit: Emit
  readonly clock: Clock
  /** null: nothing is loaded. */
  model(): ActiveModel | null
}

export class Personas {
  readonly #parts: PersonasParts

  constructor(parts: PersonasParts) {
    this.#parts = parts
  }

  async list(): Promise<Persona[]> {
    const { read } = this.#parts.storage
    const [personas, states] = await Promise.all([read.personas(), read.openingStates()])
    const model = this.#parts.model()
    return personas.map((persona) => {
      const own = states.filter((state) => state.persona === persona.id)
      const hash = openingHash({ ...persona, tunedState: null })
      const fitting =
        model === null
          ? undefined
          : own.find(
              ({ fingerprint, system }) =>
                fingerprint === model.loaded.description.fingerprint &&
                system === stateKey(model.template, hash),
            )
      return {
        ...persona,
        ready: model === null || hash === '' ? null : fitting !== undefined,
        tokens: fitting?.tokens ?? null,
        bytes: own.reduce((sum, { bytes }) => sum + bytes, 0),
      }
    })
  }

  async save(persona: StoredPersona): Promise<Persona[]> {
    const { storage, background, clock } = this.#parts
    const before = (await storage.read.personas()).find(({ id }) => id === persona.id)
    await storage.write.putPersona(persona, clock.now())
    if (
      before !== undefined &&
      openingHash({ ...before, tunedState: null }) !== openingHash({ ...persona, tunedState: null })
    ) {
      await storage.write.dropOpeningStates(persona.id)
    }
    background.consider()
    return await this.list()
  }

  async delete(id: string): Promise<Persona[]> {
    await this.#parts.storage.write.deletePersona(id)
    this.#parts.emit('memory.changed', { conversation: null })
    return await this.list()
  }

  /** Errors: not_found. */
  async start(conversation: string, id: string): Promise<ConversationSummary> {
    const { storage, clock, emit } = this.#parts
    const persona = (await storage.read.personas()).find((one) => one.id === id)
    if (persona === undefined) throw new RoostError('not_found', { what: 'persona' })
    await storage.write.createConversation(conversation, clock.now())
    await storage.write.setSystemPrompt(conversation, persona.systemPrompt)
    const made = await storage.write.setParameters(conversation, {
      ...defaultParameters,
      examples: persona.examples,
      sampling: persona.sampling,
      persona: id,
    })
    emit('conversation.changed', { conversation: made })
    return made
  }

  presets(): Promise<Preset[]> {
    return this.#parts.storage.read.presets()
  }

  async savePreset(preset: Preset): Promise<Preset[]> {
    await this.#parts.storage.write.putPreset(preset)
    return await this.presets()
  }

  async deletePreset(id: string): Promise<Preset[]> {
    await this.#parts.storage.write.deletePreset(id)
    return await this.presets()
  }
}
