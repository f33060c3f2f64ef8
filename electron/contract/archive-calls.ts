// Calls about files out and in, backups and disk space.
import { z } from 'zod'
import { call, none } from './call.ts'
import { idSchema } from './entities.ts'
import { exportFormats } from './keeping.ts'
import type { Backup, DiskUsage, ExportedFile, ImportReport } from './keeping.ts'
import { LIMITS } from './limits.ts'

const conversations = z.array(idSchema).min(1).max(LIMITS.conversationsAtOnce)

export const archiveCalls = {
  /** null: all. Several in Markdown come as a zip of one file each. null comes back when a dialog was cancelled. */
  'export.run': call<ExportedFile | null>()(
    z.strictObject({
      conversations: conversations.nullable(),
      format: z.enum(exportFormats),
      thinking: z.boolean(),
    }),
  ),
  /** The system's file dialog. The file is an id from then on; null when the person cancelled. */
  'import.choose': call<{ file: string; name: string } | null>()(none),
  /** All of the file or nothing. Roost's own JSON, or the archive of ChatGPT: the zip or its conversations.json. */
  'import.run': call<ImportReport>()(z.strictObject({ file: idSchema })),

  'backups.list': call<Backup[]>()(none),
  'backups.make': call<Backup[]>()(none),
  /** The present database is set aside, then Roost starts anew on the copy. Everything is fetched again after that. */
  'backups.restore': call<void>()(z.strictObject({ backup: idSchema })),
  'storage.usage': call<DiskUsage>()(none),
  /** states: all but the newest of every conversation. setAside: databases that were set aside. */
  'storage.free': call<DiskUsage>()(z.strictObject({ states: z.boolean(), setAside: z.boolean() })),
  /** In the system's file manager. Only where AppInfo.nativeDialogs. */
  'storage.openFolder': call<void>()(none),
} as const
