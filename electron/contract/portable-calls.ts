// Calls about portable memory files.
import { z } from 'zod'
import { call, conversation, none } from './call.ts'
import { idSchema } from './entities.ts'
import type { ConversationSummary } from './entities.ts'
import type { ExportedFile } from './keeping.ts'
import type { PortableSummary } from './memory.ts'

export const portableCalls = {
  /** One conversation with its states, as a .roost file. null: a dialog was cancelled. */
  'portable.export': call<ExportedFile | null>()(conversation),
  /** The system's file dialog; null when the person cancelled. In a browser the file is uploaded. */
  'portable.choose': call<{ file: string; name: string } | null>()(none),
  /** What the file is; nothing of it is kept. Errors: portable_damaged, portable_newer. */
  'portable.inspect': call<PortableSummary>()(z.strictObject({ file: idSchema })),
  /** The conversation, under new ids where the old ones are taken. States of other weights are left out. */
  'portable.import': call<ConversationSummary>()(z.strictObject({ file: idSchema })),
} as const
