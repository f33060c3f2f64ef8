// What cannot be changed once a database exists.

/** "Rst1", stored in the file's header: says whose database it is. */
export const applicationId = 0x52737431

/** Snapshots are blobs of megabytes: fewer, larger pages than SQLite's default of 4096. */
export const pageSize = 8192

/** Older ones can lose a write when two connections reset the log at the same moment. */
export const oldestSqlite = [3, 51, 3] as const
