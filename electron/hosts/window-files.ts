// The files of the built window, listed once at start: a request can only name one of them, so no path of a request
// ever reaches the file system. Both hosts serve from this map.
import { readFile, readdir } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'
import { RoostError } from '../contract/errors.ts'

export interface WindowFile {
  readonly contentType: string
  /** Names with a content hash never change; the page itself is asked for each time. */
  readonly immutable: boolean
  read(): Promise<Buffer>
}

/** Address path ("/", "/assets/main-1a2b.js") to file. */
export type WindowFiles = ReadonlyMap<string, WindowFile>

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
  '.ttf': 'font/ttf',
  '.txt': 'text/plain; charset=utf-8',
  // Read by pdf.js: character codes, and fonts in a form that browsers do not know.
  '.bcmap': 'application/octet-stream',
  '.pfb': 'application/octet-stream',
}

/** @param folder the built window, with index.html in it */
export async function listWindowFiles(folder: string): Promise<WindowFiles> {
  const files = new Map<string, WindowFile>()
  let entries
  try {
    entries = await readdir(folder, { recursive: true, withFileTypes: true })
  } catch (error) {
    throw notBuilt(error)
  }
  for (const entry of entries) {
    const contentType = contentTypes[extname(entry.name).toLowerCase()]
    // Source maps and anything of an unknown kind stay unreachable.
    if (!entry.isFile() || contentType === undefined) continue
    const path = join(entry.parentPath, entry.name)
    const address = '/' + relative(folder, path).split(sep).join('/')
    files.set(address, {
      contentType,
      immutable: address.startsWith('/assets/'),
      read: () => readFile(path),
    })
  }
  const page = files.get('/index.html')
  if (page === undefined) throw notBuilt(undefined)
  files.set('/', page)
  return files
}

function notBuilt(cause: unknown): RoostError {
  return new RoostError(
    'file_missing',
    { reason: 'The window is not built: run "npm run build".' },
    { cause },
  )
}
