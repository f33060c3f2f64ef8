// Calls about files out and in, backups and disk space.
import { readdir, stat, statfs } from 'node:fs/promises'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Handlers } from '../../contract/calls.ts'
import type { Conversation } from '../../contract/entities.ts'
import type { Backup, DiskUsage } from '../../contract/keeping.ts'
import { RoostError } from '../../contract/errors.ts'
import type { Emit } from '../../contract/events.ts'
import type { Clock } from '../../platform/clock.ts'
import { newId } from '../../platform/ids.ts'
import type { DataFolders } from '../../platform/paths.ts'
import type { Storage } from '../../storage/storage.ts'
import type { HostFacilities } from '../application.ts'
import type { DocumentRoom } from '../chat/document-turn.ts'
import type { FileExchange } from '../files/file-exchange.ts'
import { exportChats } from './export-chats.ts'
import { importChats } from './import-chats.ts'

type ArchiveCalls = Pick<
  Handlers,
  | 'export.run'
  | 'import.choose'
  | 'import.run'
  | 'backups.list'
  | 'backups.make'
  | 'backups.restore'
  | 'storage.usage'
  | 'storage.free'
  | 'storage.openFolder'
>

export interface ArchiveParts {
  readonly storage: Storage
  readonly files: FileExchange
  readonly folders: DataFolders
  readonly host: HostFacilities
  readonly emit: Emit
  readonly clock: Clock
  readonly withLiveText: (conversation: Conversation) => Conversation
  /** Documents come along with chats. */
  readonly documents: Pick<DocumentRoom, 'attach' | 'detach'>
}

const importKind = { name: 'Chats', extensions: ['json', 'zip'] }

export function archiveCalls(parts: ArchiveParts): ArchiveCalls {
  const { storage, files, folders, host, emit, clock } = parts
  const now = (): number => clock.now()
  /** Handles live as long as the process, and stand for file names. */
  const backupNames = new Map<string, string>()
  const backupIds = new Map<string, string>()
  /** One import at a time: what a failed one left is cleared away by kind, not by name. */
  let importing: Promise<unknown> = Promise.resolve()

  const idOf = (name: string): string => {
    const id = backupIds.get(name) ?? newId()
    backupIds.set(name, id)
    backupNames.set(id, name)
    return id
  }
  const listBackups = async (): Promise<Backup[]> =>
    (await storage.backups()).map(({ name, ...facts }) => ({ id: idOf(name), ...facts }))

  const usage = async (): Promise<DiskUsage> => {
    const disk = await statfs(folders.root)
    const inside = await storage.read.spaceInside()
    return {
      databaseBytes: (inside.pages - inside.freePages) * inside.pageBytes,
      states: await storage.read.snapshotUsage(),
      backups: await sizeOf(folders.backups),
      setAside: await sizeOf(folders.setAside),
      freeBytes: disk.bavail * disk.bsize,
    }
  }

  return {
    'export.run': (wish) => exportChats({ storage, files, withLiveText: parts.withLiveText, now }, wish),
    'import.choose': () => files.choose(importKind),
    'import.run': ({ file }) => {
      const work = importing.then(async () => {
        const { path } = await files.find(file)
        try {
          const report = await importChats(
            {
              storage,
              documents: parts.documents,
              now,
              arrived: (conversations) => {
                for (const conversation of conversations) emit('conversation.changed', { conversation })
              },
            },
            path,
          )
          emit('folders.changed', { folders: await storage.read.listFolders() })
          return report
        } finally {
          await files.release(file)
        }
      })
      importing = work.catch(() => undefined) // told to the one who asked
      return work
    },
    'backups.list': listBackups,
    'backups.make': async () => {
      await storage.backUp()
      return await listBackups()
    },
    'backups.restore': async ({ backup }) => {
      const name = backupNames.get(backup)
      if (name === undefined) throw new RoostError('not_found', { what: 'backup' })
      await storage.requestRestore(name)
      // After the reply: the window is told by its connection when everything is there again.
      const { restart } = host
      if (restart !== undefined) setImmediate(() => restart())
    },
    'storage.usage': usage,
    'storage.free': async ({ states, setAside }) => {
      if (states) await storage.write.dropOlderStates()
      if (setAside) {
        for (const name of await namesIn(folders.setAside)) {
          rmSync(join(folders.setAside, name), { force: true })
        }
      }
      return await usage()
    },
    'storage.openFolder': async () => {
      if (host.openFolder === undefined) {
        throw new RoostError('bad_request', { reason: 'Folders are opened by the desktop only.' })
      }
      await host.openFolder(folders.root)
    },
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (!(error instanceof Error)) throw error
    return [] // it is made when it is needed
  }
}

async function sizeOf(folder: string): Promise<{ count: number; bytes: number }> {
  let count = 0
  let bytes = 0
  for (const name of await namesIn(folder)) {
    const facts = await stat(join(folder, name)).catch(() => null) // gone meanwhile
    if (facts?.isFile() !== true) continue
    if (name.endsWith('.db')) count += 1
    bytes += facts.size
  }
  return { count, bytes }
}
