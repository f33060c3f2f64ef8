// The files of a drop, folders looked through.

/** Must be asked while the drop is being handled; what it found comes later. At most `limit` files. */
export function droppedFiles(transfer: DataTransfer, limit: number): Promise<File[]> {
  const entries = [...transfer.items].flatMap((item) => {
    const entry = item.kind === 'file' ? item.webkitGetAsEntry() : null
    return entry === null ? [] : [entry]
  })
  // A file that a page made has no entry.
  const plain = entries.length === 0 ? [...transfer.files] : []
  return entries.length === 0 ? Promise.resolve(plain.slice(0, limit)) : walk(entries, limit)
}

async function walk(entries: readonly FileSystemEntry[], limit: number): Promise<File[]> {
  const files: File[] = []
  const waiting = [...entries]
  for (let entry = waiting.shift(); entry !== undefined && files.length < limit; entry = waiting.shift()) {
    if (entry.isDirectory) waiting.push(...(await children(entry as FileSystemDirectoryEntry)))
    else if (!entry.name.startsWith('.')) {
      const file = await fileOf(entry as FileSystemFileEntry)
      if (file !== null) files.push(file)
    }
  }
  return files
}

function fileOf(entry: FileSystemFileEntry): Promise<File | null> {
  return new Promise((resolve) => entry.file(resolve, () => resolve(null)))
}

/** A reader gives a part at a time, and an empty one at the end. */
async function children(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader()
  const found: FileSystemEntry[] = []
  for (;;) {
    const part = await new Promise<FileSystemEntry[]>((resolve) =>
      reader.readEntries(resolve, () => resolve([])),
    )
    if (part.length === 0) return found
    found.push(...part)
  }
}
