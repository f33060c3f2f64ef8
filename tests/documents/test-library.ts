// The rooms of importing over a real database, for tests: with a parser in this process that counts what it reads, or with
// the real one.
import { readFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { DocumentReading } from '../../electron/contract/document-entities.ts'
import type { EventMessage } from '../../electron/contract/events.ts'
import { silentLogger } from '../../electron/platform/log.ts'
import { systemClock } from '../../electron/platform/clock.ts'
import { prepareDataFolders } from '../../electron/platform/paths.ts'
import { openStorage } from '../../electron/storage/client.ts'
import type { NewPassage, Storage } from '../../electron/storage/storage.ts'
import { FileExchange } from '../../electron/services/files/file-exchange.ts'
import { Chunking } from '../../electron/services/documents/chunking.ts'
import { DocumentRows } from '../../electron/services/documents/document-rows.ts'
import { FolderWatch } from '../../electron/services/documents/folder-watch.ts'
import { ImportService } from '../../electron/services/documents/import-service.ts'
import type { ParseFile } from '../../electron/services/documents/parse-job.ts'
import { RoostError } from '../../electron/contract/errors.ts'

export const noReading: DocumentReading = {
  phase: 'none',
  doneTokens: 0,
  totalTokens: null,
  secondsLeft: null,
  model: null,
  bytes: 0,
  error: null,
}

/** Reads text files without a process of their own. "broken" in a text stands for a document that cannot be read. */
export function countingParser(): { parse: ParseFile; read: string[] } {
  const read: string[] = []
  const parse: ParseFile = async ({ path, name }, listeners, signal) => {
    await new Promise((resolve) => setImmediate(resolve))
    if (signal.aborted) throw new RoostError('cancelled')
    read.push(name)
    const content = readFileSync(path)
    const text = content.toString('utf8')
    if (text.includes('broken')) throw new RoostError('document_damaged', { reason: 'It is broken.' })
    const passages: NewPassage[] = []
    const chunking = new Chunking((chunk) => passages.push(chunk))
    for (const paragraph of text.split('\n\n')) chunking.add({ kind: 'paragraph', text: paragraph })
    chunking.end()
    listeners.passages(passages)
    return {
      sha256: createHash('sha256').update(content).digest('hex'),
      bytes: content.length,
      document: 'text',
      pages: null,
      characters: chunking.characters,
      passages: chunking.passages,
      outline: chunking.outline,
      remarks: [],
    }
  }
  return { parse, read }
}

export class TestLibrary {
  readonly storage: Storage
  readonly rows: DocumentRows
  readonly files: FileExchange
  readonly imports: ImportService
  readonly watch: FolderWatch
  readonly events: EventMessage[]
  readonly folder: string

  private constructor(
    parts: Pick<TestLibrary, 'storage' | 'rows' | 'files' | 'imports' | 'watch' | 'events' | 'folder'>,
  ) {
    this.storage = parts.storage
    this.rows = parts.rows
    this.files = parts.files
    this.imports = parts.imports
    this.watch = parts.watch
    this.events = parts.events
    this.folder = parts.folder
  }

  static async open(root: string, parse: ParseFile): Promise<TestLibrary> {
    const folders = prepareDataFolders({ data: root, resources: root })
    const storage = await openStorage({ folders, log: silentLogger })
    const events: EventMessage[] = []
    const rows = await DocumentRows.read(
      storage,
      (name, payload) => events.push({ name, payload } as EventMessage),
      () => noReading,
    )
    const files = new FileExchange(join(root, 'exchange'), null)
    const folder = join(root, 'documents')
    const imports = new ImportService({
      ...{ storage, rows, files, folder, parse, clock: systemClock, log: silentLogger },
      textChanged: () => Promise.resolve(),
    })
    const watch = new FolderWatch(rows, imports, silentLogger)
    return new TestLibrary({ storage, rows, files, imports, watch, events, folder })
  }

  async add(path: string, collection: string | null = null): Promise<string> {
    const { file } = await this.files.know(path)
    const [document] = await this.imports.add([file], collection)
    return document?.id ?? ''
  }

  async close(): Promise<void> {
    await this.watch.close()
    await this.imports.close()
    this.rows.close()
    await this.storage.close()
  }
}
