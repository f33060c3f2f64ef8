// The seam between the two doors and the house: a host gives its facilities, and gets the handlers of every call.
import type { Emit } from '../contract/events.ts'
import type { Handlers } from '../contract/calls.ts'
import type { Engine } from '../engine/engine.ts'
import type { Storage } from '../storage/storage.ts'
import type { Logger } from '../platform/log.ts'
import type { DataFolders } from '../platform/paths.ts'
import type { SecretKeeper } from './downloads/hub-settings.ts'
import type { ParseJobOptions } from './documents/parse-job.ts'
import type { FileDialogs, FileExchange } from './files/file-exchange.ts'

/** What only a host can do. Services never import a host. */
export interface HostFacilities {
  readonly kind: 'electron' | 'headless'
  readonly locale: string
  readonly nativeDialogs: boolean
  /** Path of a model file, or null when the person cancelled. Only called where nativeDialogs is true. */
  chooseModelFile(): Promise<string | null>
  /** Path of a folder, or null when the person cancelled. Only called where nativeDialogs is true. */
  chooseModelFolder(): Promise<string | null>
  /** Called with a checked http, https or mailto address; asks the person, then opens the system's browser. */
  openLink(url: string): Promise<void>
  /** The system's dialogs for files; absent: files are uploaded and downloaded. */
  readonly dialogs?: FileDialogs
  /** Shows a folder in the system's file manager. */
  readonly openFolder?: (path: string) => Promise<void>
  /** Closes the house, does `between` (told whether it closed; never rejects), and opens it anew wherever the data folder
   *  then is; windows then fetch everything again. Does not wait. */
  readonly restart?: (between?: (closed: boolean) => Promise<void>) => void
  /** The system's key store; absent: none, secrets then lie in a file that only their owner can read. */
  readonly secrets?: SecretKeeper
}

export interface ApplicationParts {
  readonly version: string
  readonly folders: DataFolders
  readonly storage: Storage
  readonly engine: Engine
  readonly host: HostFacilities
  readonly emit: Emit
  readonly log: Logger
  /** --model PATH: load this file at start. */
  readonly initialModel: string | null
  /** --hub ADDRESS: models come from there instead of the usual hub. */
  readonly hub?: string | null
  /** Whether a database that nobody has open is sound; absent: the data folder cannot be moved. */
  readonly checkDatabase?: (database: string) => Promise<boolean>
  /** How the process that reads a document is started; absent: as a child of this Node, from the sources. */
  readonly parser?: ParseJobOptions
}

export interface Application {
  readonly handlers: Handlers
  /** For a host whose window uploads and downloads. */
  readonly files: FileExchange
  /** Loads the model to begin with; called once, after the host can deliver events. Does not wait for the load. */
  start(): void
  /** Stops generations (their text is kept), waits for the last transaction. At most two seconds. */
  close(): Promise<void>
}
