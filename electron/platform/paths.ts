// Where everything lies. One root, the same for every way of starting Roost; nothing outside it is written, but for the
// note in the folder that it was moved from.
import { chmodSync, existsSync, mkdirSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import envPaths from 'env-paths'
import { RoostError } from '../contract/errors.ts'
import { concludeMove, locate } from './data-location.ts'

export interface DataFolders {
  readonly root: string
  /** Where every start looks first: `root`, unless the data was moved from there (data-location.ts). */
  readonly anchor: string
  /** The one database file: conversations and their snapshots. */
  readonly database: string
  /** Copies of the database without its snapshots. */
  readonly backups: string
  /** Databases that could not be read, under dated names. Never emptied by Roost. */
  readonly setAside: string
  readonly models: string
  readonly logs: string
  /** What is shipped: chat templates, the starter model. Read only. */
  readonly resources: string
}

export interface DataFolderOptions {
  /** --data PATH; null: ROOST_DATA, else the system's place for application data. */
  readonly data: string | null
  readonly resources: string
  readonly environment?: Readonly<Record<string, string | undefined>>
}

export function dataRoot(options: Omit<DataFolderOptions, 'resources'>): string {
  const environment = options.environment ?? process.env
  const chosen = options.data ?? environment.ROOST_DATA
  if (chosen !== undefined && chosen !== '') return resolve(chosen)
  return envPaths('Roost', { suffix: '' }).data
}

/** Creates the folders with mode 0700, whatever the umask. Errors: storage_unavailable. */
export function prepareDataFolders(options: DataFolderOptions): DataFolders {
  const anchor = dataRoot(options)
  const root = locate(anchor).folder
  const folders: DataFolders = {
    root,
    anchor,
    database: join(root, 'roost.db'),
    backups: join(root, 'backups'),
    setAside: join(root, 'set-aside'),
    models: join(root, 'models'),
    logs: join(root, 'logs'),
    resources: resolve(options.resources),
  }
  try {
    createPrivateFolder(root)
    concludeMove(anchor, root)
    createPrivateFolder(folders.models)
    createPrivateFolder(folders.backups)
  } catch (error) {
    if (error instanceof RoostError) throw error
    throw new RoostError(
      'storage_unavailable',
      { reason: `The data folder cannot be written (${systemCode(error)}).` },
      { cause: error },
    )
  }
  try {
    createPrivateFolder(folders.logs)
  } catch (error) {
    // The logger goes on without a file, and says so as soon as it can write one.
    if (!(error instanceof Error)) throw error
  }
  return folders
}

export function createPrivateFolder(path: string): void {
  createWithParents(path)
  // mkdir's mode passes through the umask, and the folder may have existed. Not ours to change: no harm.
  try {
    chmodSync(path, 0o700)
  } catch (error) {
    if (systemCode(error) !== 'EPERM') throw error
  }
}

/**
 * Not mkdirSync's own `recursive`: where the parent exists and the system still answers ENOENT (as /proc does), Node 24
 * tries the same two folders for ever.
 */
function createWithParents(path: string): void {
  const missing: string[] = []
  for (let folder = path; !existsSync(folder) && dirname(folder) !== folder; folder = dirname(folder)) {
    missing.push(folder)
  }
  for (const folder of missing.reverse()) {
    try {
      mkdirSync(folder, { mode: 0o700 })
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error // another start may have been quicker
    }
  }
  if (!statSync(path).isDirectory()) throw Object.assign(new Error('not a folder'), { code: 'ENOTDIR' })
}

export function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown'
}
