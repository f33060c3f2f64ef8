// A zip of a few parts, sound or not: what a DOCX or EPUB of a test is made of.
import { crc32, deflateRawSync } from 'node:zlib'

export interface Part {
  readonly name: string
  readonly content: string | Uint8Array
  /** What the directory says instead of the truth. */
  readonly declaredBytes?: number
  readonly encrypted?: boolean
}

export function archiveOf(parts: readonly Part[]): Buffer {
  const pieces: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const { name, content, declaredBytes, encrypted } of parts) {
    const plain = Buffer.from(content)
    const packed = deflateRawSync(plain)
    const facts = Buffer.alloc(26)
    facts.writeUInt16LE(20, 0)
    facts.writeUInt16LE((encrypted === true ? 1 : 0) | 0x800, 2)
    facts.writeUInt16LE(8, 4)
    facts.writeUInt32LE(crc32(plain), 10)
    facts.writeUInt32LE(packed.length, 14)
    facts.writeUInt32LE(declaredBytes ?? plain.length, 18)
    facts.writeUInt16LE(Buffer.byteLength(name), 22)
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004'), facts, Buffer.from(name), packed])
    const entry = Buffer.alloc(16)
    entry.writeUInt32LE(offset, 12)
    directory.push(
      Buffer.concat([
        Buffer.from('PK\u0001\u0002'),
        Buffer.from([20, 0]),
        facts,
        entry.subarray(2),
        Buffer.from(name),
      ]),
    )
    pieces.push(local)
    offset += local.length
  }
  const entries = Buffer.concat(directory)
  const end = Buffer.alloc(18)
  end.writeUInt16LE(parts.length, 4)
  end.writeUInt16LE(parts.length, 6)
  end.writeUInt32LE(entries.length, 8)
  end.writeUInt32LE(offset, 12)
  return Buffer.concat([...pieces, entries, Buffer.from('PK\u0005\u0006'), end])
}

const word = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main'
const packageRelations = 'http://schemas.openxmlformats.org/package/2006/relationships'

/** `body`: elements of w:body; or `document`: the whole part. */
export function docxOf(
  body: string,
  more: { document?: string | Uint8Array; relations?: string; styles?: string; parts?: readonly Part[] } = {},
): Buffer {
  const document =
    more.document ??
    `<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="${word}"><w:body>${body}</w:body></w:document>`
  return archiveOf([
    {
      name: '[Content_Types].xml',
      content: '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
    },
    {
      name: '_rels/.rels',
      content: `<Relationships xmlns="${packageRelations}"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`,
    },
    { name: 'word/document.xml', content: document },
    {
      name: 'word/_rels/document.xml.rels',
      content: `<Relationships xmlns="${packageRelations}">${more.relations ?? ''}</Relationships>`,
    },
    ...(more.styles === undefined
      ? []
      : [{ name: 'word/styles.xml', content: `<w:styles xmlns:w="${word}">${more.styles}</w:styles>` }]),
    ...(more.parts ?? []),
  ])
}

export function paragraph(text: string, style?: string): string {
  const properties = style === undefined ? '' : `<w:pPr><w:pStyle w:val="${style}"/></w:pPr>`
  return `<w:p>${properties}<w:r><w:t>${text}</w:t></w:r></w:p>`
}

export function epubOf(
  chapters: readonly { href: string; content?: string }[],
  more: { parts?: readonly Part[]; opf?: string } = {},
): Buffer {
  const items = chapters
    .map(({ href }, index) => `<item id="c${index}" href="${href}" media-type="application/xhtml+xml"/>`)
    .join('')
  const spine = chapters.map((_, index) => `<itemref idref="c${index}"/>`).join('')
  return archiveOf([
    { name: 'mimetype', content: 'application/epub+zip' },
    {
      name: 'META-INF/container.xml',
      content:
        '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>',
    },
    {
      name: 'OEBPS/book.opf',
      content:
        more.opf ??
        `<package xmlns="http://www.idpf.org/2007/opf"><manifest>${items}</manifest><spine>${spine}</spine></package>`,
    },
    ...chapters.flatMap(({ href, content }) =>
      content === undefined ? [] : [{ name: `OEBPS/${href}`, content }],
    ),
    ...(more.parts ?? []),
  ])
}
