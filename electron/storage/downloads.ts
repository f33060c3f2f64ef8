// Downloads as they are kept: what is wanted, where from, and what was decided about it.
import type { ErrorValue } from '../contract/errors.ts'
import type { ReadableDatabase, WritableDatabase } from './database.ts'

/** How much of it is on the disk is not kept here. */
export interface KeptDownload {
  readonly id: string
  readonly position: number
  /** queued: is to go on, now or when its turn comes. */
  readonly state: 'queued' | 'paused' | 'finished'
  /** Id of the catalogue entry; null: none, or gone. */
  readonly entry: string | null
  readonly title: string
  readonly fileName: string
  /** A direct address, or else a file of a repository. */
  readonly address: string | null
  readonly repository: string | null
  /** null: the newest. */
  readonly revision: string | null
  /** In the repository, with a slash at its end; '' for the top. */
  readonly folder: string
  /** What the person agreed to; null: the first source may say. */
  readonly totalBytes: number | null
  /** Published; null: none is known. */
  readonly sha256: string | null
  /** Strong ETag and the origin that gave it, where no hash identifies the file. */
  readonly etag: string | null
  readonly etagOrigin: string | null
  /** Host that it was fetched from last; '' before the first. */
  readonly source: string
  readonly error: ErrorValue | null
  /** Id of the installed model. */
  readonly model: string | null
  readonly createdAt: number
}

/** Mixed into StorageReader and StorageWriter. */
export interface DownloadsReader {
  /** In the order of the queue. */
  downloads(): Promise<KeptDownload[]>
}

export interface DownloadsWriter {
  /** The whole row. */
  putDownload(download: KeptDownload): Promise<void>
  removeDownload(id: string): Promise<void>
}

interface Row {
  id: string
  position: number
  state: KeptDownload['state']
  entry: string | null
  title: string
  file_name: string
  address: string | null
  repository: string | null
  revision: string | null
  folder: string
  total_bytes: number | null
  sha256: string | null
  etag: string | null
  etag_origin: string | null
  source: string
  error: string | null
  model: string | null
  created_at: number
}

/** In the order of the queue. */
export function listDownloads(db: ReadableDatabase): KeptDownload[] {
  return db.all<Row>('SELECT * FROM download ORDER BY position, sequence').map((row) => ({
    id: row.id,
    position: row.position,
    state: row.state,
    entry: row.entry,
    title: row.title,
    fileName: row.file_name,
    address: row.address,
    repository: row.repository,
    revision: row.revision,
    folder: row.folder,
    totalBytes: row.total_bytes,
    sha256: row.sha256,
    etag: row.etag,
    etagOrigin: row.etag_origin,
    source: row.source,
    error: row.error === null ? null : (JSON.parse(row.error) as ErrorValue),
    model: row.model,
    createdAt: row.created_at,
  }))
}

/** Writes the whole row; the id stays. */
export function putDownload(db: WritableDatabase, download: KeptDownload): void {
  db.run(
    `INSERT INTO download (id, position, state, entry, title, file_name, address, repository, revision, folder,
       total_bytes, sha256, etag, etag_origin, source, error, model, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET position = excluded.position, state = excluded.state, entry = excluded.entry,
       title = excluded.title, file_name = excluded.file_name, address = excluded.address,
       repository = excluded.repository, revision = excluded.revision, folder = excluded.folder,
       total_bytes = excluded.total_bytes, sha256 = excluded.sha256, etag = excluded.etag,
       etag_origin = excluded.etag_origin, source = excluded.source, error = excluded.error, model = excluded.model`,
    download.id,
    download.position,
    download.state,
    download.entry,
    download.title,
    download.fileName,
    download.address,
    download.repository,
    download.revision,
    download.folder,
    download.totalBytes,
    download.sha256,
    download.etag,
    download.etagOrigin,
    download.source,
    download.error === null ? null : JSON.stringify(download.error),
    download.model,
    download.createdAt,
  )
}

export function removeDownload(db: WritableDatabase, id: string): void {
  db.run('DELETE FROM download WHERE id = ?', id)
}
