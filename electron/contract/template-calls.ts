// Calls about the forms that models are spoken to in.
import { z } from 'zod'
import { call, none } from './call.ts'
import type { ChatTemplateSummary } from './chat-templates.ts'
import { idSchema } from './entities.ts'

export const templateCalls = {
  'templates.list': call<ChatTemplateSummary[]>()(none),
  /** For this model, from its next answer on; null: what follows from the model. engine.changed tells it. */
  'templates.choose': call<void>()(
    z.strictObject({ model: idSchema, template: z.string().max(64).nullable() }),
  ),
} as const
