// Books: the chapters in the order of the spine, each read as a page of HTML. The manifest may name parts of the file only.
import { Archive } from './archive.ts'
import { decodeText } from './decode-text.ts'
import { MarkupText } from './markup-text.ts'
import { parsing } from '../parsing-limits.ts'
import { damaged, encrypted, tooLarge } from './reader.ts'
import type { Reader } from './reader.ts'
import { readXml } from './xml.ts'

const chapterTypes = new Set(['application/xhtml+xml', 'text/html', 'application/html+xml'])
const fontObfuscation = /\/(?:embedding|pdf\/enc#RC)$/

export const readEpub: Reader = async (input) => {
  const archive = await Archive.open(input.file, input.bytes)
  if (archive.has('META-INF/encryption.xml')) await refuseLocked(archive)
  const opf = await packagePath(archive)
  const { chapters, outside } = await spineOf(archive, opf)
  if (chapters.length === 0) throw damaged('The book has no chapters.')
  if (chapters.length > parsing.pages) {
    throw tooLarge('pages', parsing.pages, `The book has more than ${parsing.pages} chapters.`)
  }
  let ignored = outside
  for (const [index, chapter] of chapters.entries()) {
    const markup = new MarkupText(input.add)
    const pieces: Buffer[] = []
    for await (const piece of archive.read(chapter)) pieces.push(piece)
    markup.write(decodeText(Buffer.concat(pieces), input.remark))
    markup.end()
    ignored += markup.outsideParts
    input.progress((index + 1) / chapters.length)
  }
  if (ignored > 0) input.remark('outside_parts_ignored', { count: ignored })
  return { pages: null }
}

/** Fonts may be scrambled; a chapter that is, needs a key that only a shop's reader has. */
async function refuseLocked(archive: Archive): Promise<void> {
  const found = { locked: false, method: '' }
  await readXml(archive.read('META-INF/encryption.xml'), {
    begin: (element) => {
      if (element.name === 'EncryptionMethod') found.method = element.attribute('Algorithm') ?? ''
    },
    end: (name) => {
      if (name !== 'EncryptedData') return
      found.locked ||= !fontObfuscation.test(found.method)
      found.method = ''
    },
  })
  if (found.locked) throw encrypted('The book is protected (DRM).')
}

async function packagePath(archive: Archive): Promise<string> {
  const paths: string[] = []
  if (!archive.has('META-INF/container.xml')) throw damaged('The book has no table of its parts.')
  await readXml(archive.read('META-INF/container.xml'), {
    begin: (element) => {
      const path = element.name === 'rootfile' ? inside('', element.attribute('full-path') ?? '') : null
      if (path !== null) paths.push(path)
    },
    end: () => undefined,
  })
  const [path] = paths
  if (path === undefined || !archive.has(path)) throw damaged('The book has no table of its parts.')
  return path
}

async function spineOf(archive: Archive, opf: string): Promise<{ chapters: string[]; outside: number }> {
  const folder = opf.slice(0, opf.lastIndexOf('/') + 1)
  const parts = new Map<string, string>()
  const order: string[] = []
  let outside = 0
  await readXml(archive.read(opf), {
    begin: (element) => {
      if (element.name === 'item' && chapterTypes.has(element.attribute('media-type') ?? '')) {
        const path = inside(folder, element.attribute('href') ?? '')
        if (path === null) outside += 1
        else parts.set(element.attribute('id') ?? '', path)
      } else if (element.name === 'itemref') order.push(element.attribute('idref') ?? '')
    },
    end: () => undefined,
  })
  const chapters = [...new Set(order)].flatMap((id) => parts.get(id) ?? [])
  return { chapters, outside }
}

/** A path in the archive; null: it leads out of it. */
function inside(folder: string, href: string): string | null {
  const bare = href.replace(/[#?].*$/s, '')
  if (bare === '' || /^[a-z][a-z\d+.-]*:/i.test(bare) || bare.startsWith('//')) return null
  let decoded: string
  try {
    decoded = decodeURIComponent(bare)
  } catch (error) {
    if (error instanceof URIError) return null
    throw error
  }
  const steps: string[] = []
  for (const step of (decoded.startsWith('/') ? decoded.slice(1) : folder + decoded).split('/')) {
    if (step === '..') {
      if (steps.pop() === undefined) return null
    } else if (step !== '.' && step !== '') steps.push(step)
  }
  return steps.join('/')
}
