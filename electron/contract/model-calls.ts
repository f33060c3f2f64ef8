// Calls about models: the engine, the library of files, the window's own file chooser.
import { z } from 'zod'
import { call, none } from './call.ts'
import { idSchema } from './entities.ts'
import type { EngineState, FolderListing, ModelSummary } from './entities.ts'

export const modelCalls = {
  'engine.state': call<EngineState>()(none),
  'models.list': call<ModelSummary[]>()(none),
  /** Opens the system's file dialog; null when the person cancelled. Only where AppInfo.nativeDialogs. */
  'models.chooseFile': call<ModelSummary | null>()(none),
  /** Handles come from files.browse. */
  'models.addFile': call<ModelSummary>()(z.strictObject({ file: idSchema })),
  'models.load': call<void>()(z.strictObject({ model: idSchema })),
  'models.cancelLoad': call<void>()(none),
  'models.unload': call<void>()(none),
  'models.forget': call<void>()(z.strictObject({ model: idSchema })),
  /** null: the first folder. Only where AppInfo.nativeDialogs is false. */
  'files.browse': call<FolderListing>()(z.strictObject({ folder: idSchema.nullable() })),
} as const
