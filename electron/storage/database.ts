// The two views of a connection. Only code that is handed a WritableDatabase can write.
import type Database from 'better-sqlite3'
import { RoostError } from '../contract/errors.ts'

export type SqlValue = string | number | bigint | Uint8Array | null

const slowMs = 40

export interface QueryTimer {
  (sql: string, milliseconds: number): void
}

export class ReadableDatabase {
  protected readonly connection: Database.Database
  readonly #statements = new Map<string, Database.Statement>()
  readonly #onSlow: QueryTimer | null

  constructor(connection: Database.Database, onSlow: QueryTimer | null = null) {
    this.connection = connection
    this.#onSlow = onSlow
  }

  /** The caller names the row's type: it must be the columns of the query. */
  all<Row>(sql: string, ...values: SqlValue[]): Row[] {
    return this.timed(sql, (statement) => statement.all(...values) as Row[])
  }

  /** Reads on while the caller works on the row; nothing else may run on this connection meanwhile. */
  each<Row>(sql: string): IterableIterator<Row> {
    return this.connection.prepare(sql).iterate() as IterableIterator<Row>
  }

  one<Row>(sql: string, ...values: SqlValue[]): Row | undefined {
    return this.timed(sql, (statement) => statement.get(...values) as Row | undefined)
  }

  /** One statement per text, made once. */
  protected timed<T>(sql: string, work: (statement: Database.Statement) => T): T {
    let statement = this.#statements.get(sql)
    if (statement === undefined) {
      statement = this.connection.prepare(sql)
      this.#statements.set(sql, statement)
    }
    const began = performance.now()
    try {
      return work(statement)
    } finally {
      const took = performance.now() - began
      if (took > slowMs) this.#onSlow?.(sql, took)
    }
  }
}

export class WritableDatabase extends ReadableDatabase {
  /** Returns the number of changed rows. */
  run(sql: string, ...values: SqlValue[]): number {
    return this.timed(sql, (statement) => statement.run(...values).changes)
  }

  /** Several statements, not prepared: for schema work. */
  exec(sql: string): void {
    this.connection.exec(sql)
  }

  /** All of `work` or nothing. Takes the write lock at once; nested calls join the outer one. */
  transaction<T>(work: () => T): T {
    return this.connection.inTransaction ? work() : this.connection.transaction(work).immediate()
  }
}

/** Tokens are stored as little-endian u32. */
export function tokensToBlob(tokens: Uint32Array): Uint8Array {
  const blob = new Uint8Array(tokens.length * 4)
  const view = new DataView(blob.buffer)
  tokens.forEach((token, index) => view.setUint32(index * 4, token, true))
  return blob
}

export function blobToTokens(blob: Uint8Array): Uint32Array {
  const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength)
  return Uint32Array.from({ length: Math.floor(blob.byteLength / 4) }, (_, index) =>
    view.getUint32(index * 4, true),
  )
}

function sqliteCode(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null
}

export function isDamage(error: unknown): boolean {
  const code = sqliteCode(error)
  return code !== null && (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB')
}

/** After one of these the connection must not be trusted: what the kernel dropped is unknown. */
export function isInputOutputFailure(error: unknown): boolean {
  return sqliteCode(error)?.startsWith('SQLITE_IOERR') === true
}

/** SQLite's codes as ours. Messages of SQLite may quote values, so only its code goes on. */
export function toRoostError(error: unknown): RoostError {
  if (error instanceof RoostError) return error
  const code = sqliteCode(error)
  if (code === null) return new RoostError('internal', {}, { cause: error })
  if (code === 'SQLITE_FULL') {
    return new RoostError(
      'disk_full',
      { reason: 'The disk that holds the conversations is full.' },
      { cause: error },
    )
  }
  if (isDamage(error)) return new RoostError('storage_damaged', { sqlite: code }, { cause: error })
  const unavailable = ['SQLITE_BUSY', 'SQLITE_LOCKED', 'SQLITE_READONLY', 'SQLITE_CANTOPEN', 'SQLITE_IOERR']
  if (unavailable.some((prefix) => code.startsWith(prefix))) {
    return new RoostError('storage_unavailable', { sqlite: code }, { cause: error })
  }
  return new RoostError('internal', { sqlite: code }, { cause: error })
}
