// Where the database and what belongs to it lie.
export interface DatabasePlaces {
  readonly database: string
  readonly backups: string
  readonly setAside: string
}
