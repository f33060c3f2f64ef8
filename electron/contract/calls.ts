// Everything the window can ask for: nothing else exists. No input carries a path, SQL or a function
// name; addresses to fetch only where a person types them (download-calls.ts), and main checks each.
// The calls of each noun have a file of their own.
import { z } from 'zod'
import { archiveCalls } from './archive-calls.ts'
import { call, none } from './call.ts'
import { conversationCalls } from './conversation-calls.ts'
import { dataFolderCalls } from './data-folder.ts'
import { documentCalls } from './document-calls.ts'
import { downloadCalls } from './download-calls.ts'
import { settingsSchema } from './entities.ts'
import type { AppInfo, Settings } from './entities.ts'
import { evidenceCalls } from './evidence-calls.ts'
import type { ErrorValue } from './errors.ts'
import { keepingCalls } from './keeping-calls.ts'
import { libraryCalls } from './library-calls.ts'
import { memoryCalls } from './memory-calls.ts'
import { modelCalls } from './model-calls.ts'
import { portableCalls } from './portable-calls.ts'
import { refreshCalls } from './refresh-calls.ts'
import { templateCalls } from './template-calls.ts'

export const calls = {
  'app.info': call<AppInfo>()(none),
  /** Shows the address and asks before the system's browser opens it. http, https and mailto only. */
  'app.openLink': call<void>()(z.strictObject({ url: z.string().max(4096) })),

  'settings.get': call<Settings>()(none),
  'settings.set': call<Settings>()(settingsSchema.partial()),
  ...modelCalls,
  ...conversationCalls,
  ...keepingCalls,
  ...archiveCalls,
  ...dataFolderCalls,
  ...libraryCalls,
  ...downloadCalls,
  ...documentCalls,
  ...evidenceCalls,
  ...memoryCalls,
  ...portableCalls,
  ...refreshCalls,
  ...templateCalls,
} as const

export type Calls = typeof calls
export type CallName = keyof Calls
export type Input<N extends CallName> = z.infer<Calls[N]['input']>
export type Output<N extends CallName> = Calls[N]['output']

/** Who asks: comes from the transport, never from the arguments. */
export interface Caller {
  readonly host: 'electron' | 'headless'
  readonly client: string
}

/** A missing or extra handler does not compile. */
export type Handlers = { [N in CallName]: (input: Input<N>, caller: Caller) => Promise<Output<N>> }
export type Reply<T> = { ok: true; value: T } | { ok: false; error: ErrorValue }
