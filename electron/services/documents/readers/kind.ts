// What a file is: by its first bytes, and where these are text, by its extension.
import type { DocumentKind } from '../../../contract/document-entities.ts'
import { kindByName } from '../../../contract/document-kinds.ts'
import { Archive } from './archive.ts'
import { readAt } from './file-bytes.ts'
import { encrypted, unsupported } from './reader.ts'

export { kindByName }

/** What a dialog offers. */
export const documentExtensions: readonly string[] = [
  ...['pdf', 'docx', 'docm', 'epub', 'html', 'htm', 'xhtml', 'md', 'markdown', 'csv', 'tsv'],
  ...[
    'txt',
    'text',
    'log',
    'rst',
    'org',
    'adoc',
    'srt',
    'vtt',
    'json',
    'xml',
    'yaml',
    'yml',
    'py',
    'js',
    'ts',
    'c',
    'cpp',
  ],
]
const signatures: readonly (readonly [string, string])[] = [
  ['89504e47', 'a picture (PNG)'],
  ['ffd8ff', 'a picture (JPEG)'],
  ['47494638', 'a picture (GIF)'],
  ['49492a00', 'a picture (TIFF)'],
  ['4d4d002a', 'a picture (TIFF)'],
  ['7f454c46', 'a program'],
  ['4d5a', 'a program'],
  ['cafebabe', 'a program'],
  ['cffaedfe', 'a program'],
  ['1f8b', 'a compressed file (gzip)'],
  ['425a68', 'a compressed file (bzip2)'],
  ['fd377a585a', 'a compressed file (xz)'],
  ['28b52ffd', 'a compressed file (zstd)'],
  ['377abcaf271c', 'an archive (7z)'],
  ['526172211a07', 'an archive (RAR)'],
  ['53514c69746520666f726d61742033', 'a database (SQLite)'],
  ['47475546', 'a model file (GGUF)'],
  ['494433', 'a sound file'],
  ['4f676753', 'a sound file'],
  ['664c6143', 'a sound file'],
  ['7b5c727466', 'a document in Rich Text Format'],
  ['25215053', 'a PostScript file'],
]

/** Errors: document_unsupported, document_encrypted, document_damaged, document_too_large. */
export async function kindOf(file: number, bytes: number, name: string): Promise<DocumentKind> {
  const head = readAt(file, 0, Math.min(bytes, 4096))
  if (head.length === 0) return kindByName(name) ?? 'text'
  const hex = head.toString('hex', 0, 16)
  // A PDF may have other bytes before it.
  if (head.subarray(0, 1024).includes('%PDF-')) return 'pdf'
  if (hex.startsWith('504b0304') || hex.startsWith('504b0506')) return await archiveKind(file, bytes)
  if (hex.startsWith('d0cf11e0a1b11ae1')) throw olderOffice(file, bytes)
  if (head.toString('latin1', 4, 8) === 'ftyp')
    throw unsupported('The file is a film or sound file, not a document.')
  const known = signatures.find(([signature]) => hex.startsWith(signature))
  if (known !== undefined) throw unsupported(`The file is ${known[1]}, not a document.`)
  const byName = kindByName(name)
  const markup = /^\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--[\s\S]{0,500}?-->\s*)?<(?:!doctype\s+html|html)\b/i
  if (byName === 'pdf' || byName === 'docx' || byName === 'epub') {
    return markup.test(head.toString('latin1')) ? 'html' : 'text'
  }
  if (byName === null || byName === 'text') return markup.test(head.toString('latin1')) ? 'html' : 'text'
  return byName
}

async function archiveKind(file: number, bytes: number): Promise<DocumentKind> {
  const archive = await Archive.open(file, bytes)
  if (archive.has('word/document.xml') || archive.has('word/document2.xml')) return 'docx'
  if (archive.has('META-INF/container.xml')) return 'epub'
  if (archive.has('xl/workbook.xml'))
    throw unsupported('The file is a spreadsheet; save it as CSV to read it here.')
  if (archive.has('ppt/presentation.xml'))
    throw unsupported('The file is a presentation; save it as PDF to read it here.')
  if (archive.has('content.xml'))
    throw unsupported('The file is an OpenDocument; save it as DOCX or PDF to read it here.')
  if (archive.has('[Content_Types].xml')) return 'docx'
  throw unsupported('The file is an archive, not a document.')
}

/** Word's older format, or a newer file behind a password: both lie in the same kind of container. */
function olderOffice(file: number, bytes: number): Error {
  const start = readAt(file, 0, Math.min(bytes, 4 * 1024 * 1024))
  return start.includes(Buffer.from('EncryptedPackage', 'utf16le'))
    ? encrypted('The file is protected by a password.')
    : unsupported('The file is in the format of Word before 2007; save it as DOCX to read it here.')
}
