// The files of a drop, folders looked through.
import { isPassedOver, kindByName } from '../../electron/contract/document-kinds.ts'

export interface Dropped {
  readonly files: readonly File[]
  /** Files in folders whose kind is not read. A file that was dropped by itself is always taken: its row says why not. */
  readonly leftOut: number
  /** Entries that the system does not hand out. */
  readonly unreadable: number
  /** There were more than were asked for. */
  readonly more: boolean
}

/** As deep as a followed folder is looked through. */
const DEEPEST = 16

/** Must be asked while the drop is being handled; what it found comes later. At most `limit` files. */
export function droppedFiles(transfer: DataTransfer, limit: number): Promise<Dropped> {
  const entries = [...transfer.items].flatMap((item) => {
    const entry = item.kind === 'file' ? item.webkitGetAsEntry() : null
    return entry === null ? [] : [entry]
  })
  if (entries.length > 0) return walk(entries, limit)
  // A file that a page made has no entry.
  const plain = [...transfer.files]
  return Promise.resolve({
    files: plain.slice(0, limit),
    leftOut: 0,
    unreadable: 0,
    more: plain.length > limit,
  })
}

async function walk(dropped: readonly FileSystemEntry[], limit: number): Promise<Dropped> {
  const files: File[] = []
  let leftOut = 0
  let unreadable = 0
  let more = false
  let level: readonly FileSystemEntry[] = dropped
  for (let depth = 0; level.length > 0 && depth <= DEEPEST && !more; depth++) {
    const below: FileSystemEntry[] = []
    for (const entry of level) {
      if (depth > 0 && isPassedOver(entry.name)) continue
      if (entry.isDirectory) {
        const inside = await children(entry as FileSystemDirectoryEntry)
        if (inside === null) unreadable += 1
        else below.push(...inside)
      } else if (depth > 0 && kindByName(entry.name) === null) {
        leftOut += 1
      } else if (files.length === limit) {
        more = true
        break
      } else {
        const file = await fileOf(entry as FileSystemFileEntry)
        if (file === null) unreadable += 1
        else files.push(file)
      }
    }
    level = below
  }
  return { files, leftOut, unreadable, more }
}

function fileOf(entry: FileSystemFileEntry): Promise<File | null> {
  return new Promise((resolve) => entry.file(resolve, () => resolve(null)))
}

/** In the order of their names; null: they can't be had. A reader gives a part at a time, and an empty one at the end. */
async function children(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[] | null> {
  const reader = folder.createReader()
  const found: FileSystemEntry[] = []
  for (;;) {
    const part = await new Promise<FileSystemEntry[] | null>((resolve) =>
      reader.readEntries(resolve, () => resolve(null)),
    )
    if (part === null) return null
    if (part.length === 0) return found.sort((a, b) => (a.name < b.name ? -1 : 1))
    found.push(...part)
  }
}
