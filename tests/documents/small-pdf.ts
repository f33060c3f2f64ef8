// PDF files of a few objects, written by hand: what the readers and their walls are tested with.
import { deflateSync } from 'node:zlib'

export interface PdfParts {
  /** Content streams, one per page. */
  readonly pages: readonly (string | Uint8Array)[]
  /** Of the resources of every page, besides the font F1. */
  readonly resources?: string
  /** Entries of the catalogue and of the trailer. */
  readonly catalogue?: string
  readonly trailer?: string
  /** Further objects, by their numbers from 10. */
  readonly objects?: Readonly<Record<number, string | Buffer>>
  /** Instead of Helvetica: the object of the font F1. */
  readonly font?: string
  readonly compressed?: boolean
}

const firstPage = 1000

export function pdfOf(parts: PdfParts): Buffer {
  const objects = new Map<number, Buffer>()
  const put = (number: number, content: string | Buffer): void =>
    void objects.set(number, Buffer.from(content))
  const kids = parts.pages.map((_, index) => `${firstPage + index * 2} 0 R`).join(' ')
  put(1, `<< /Type /Catalog /Pages 2 0 R ${parts.catalogue ?? ''} >>`)
  put(2, `<< /Type /Pages /Count ${parts.pages.length} /Kids [${kids}] >>`)
  put(3, parts.font ?? '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>')
  for (const [number, content] of Object.entries(parts.objects ?? {})) put(Number(number), content)
  for (const [index, content] of parts.pages.entries()) {
    const number = firstPage + index * 2
    const resources = `/Font << /F1 3 0 R >> ${parts.resources ?? ''}`
    put(
      number,
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << ${resources} >> /Contents ${number + 1} 0 R >>`,
    )
    put(number + 1, streamOf(content, parts.compressed === true))
  }
  const pieces: Buffer[] = [Buffer.from('%PDF-1.7\n%\u00e2\u00e3\u00cf\u00d3\n', 'latin1')]
  const places = new Map<number, number>()
  let offset = pieces[0]?.length ?? 0
  for (const [number, content] of objects) {
    const piece = Buffer.concat([Buffer.from(`${number} 0 obj\n`), content, Buffer.from('\nendobj\n')])
    places.set(number, offset)
    pieces.push(piece)
    offset += piece.length
  }
  const table = [...places]
    .map(([number, at]) => `${number} 1\n${String(at).padStart(10, '0')} 00000 n \n`)
    .join('')
  const size = Math.max(...places.keys()) + 1
  pieces.push(
    Buffer.from(
      `xref\n0 1\n0000000000 65535 f \n${table}trailer\n<< /Size ${size} /Root 1 0 R ${parts.trailer ?? ''} >>\nstartxref\n${offset}\n%%EOF\n`,
    ),
  )
  return Buffer.concat(pieces)
}

export function streamOf(content: string | Uint8Array, compressed: boolean, more = ''): Buffer {
  const plain = Buffer.from(content)
  const data = compressed ? deflateSync(plain) : plain
  const filter = compressed ? '/Filter /FlateDecode' : ''
  return Buffer.concat([
    Buffer.from(`<< /Length ${data.length} ${filter} ${more} >>\nstream\n`),
    data,
    Buffer.from('\nendstream'),
  ])
}

/** Lines from the top of a page; a number before the text: its size, else 11. */
export function textPage(lines: readonly (string | readonly [number, string])[]): string {
  let y = 790
  return lines
    .map((line) => {
      const [size, text] = typeof line === 'string' ? ([11, line] as const) : line
      y -= size * 1.3
      const shown = text.startsWith('<') ? text : `(${text.replaceAll(/[\\()]/g, '\\$&')})`
      return `BT /F1 ${size} Tf 1 0 0 1 60 ${y.toFixed(1)} Tm ${shown} Tj ET`
    })
    .join('\n')
}

/** A font without a file whose codes are the places of these characters, told by a ToUnicode table. */
export function unicodeFont(characters: string): {
  font: string
  objects: Record<number, string | Buffer>
  codes: (text: string) => string
} {
  const known = Array.from(characters)
  const hex = (value: number): string => value.toString(16).padStart(4, '0')
  const table = known.map((one, index) => `<${hex(index + 1)}> <${hex(one.codePointAt(0) ?? 0)}>`).join('\n')
  const map = `/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /T def /CMapType 2 def
1 begincodespacerange <0000> <ffff> endcodespacerange
${known.length} beginbfchar
${table}
endbfchar endcmap end end`
  return {
    font: '<< /Type /Font /Subtype /Type0 /BaseFont /Song /Encoding /Identity-H /DescendantFonts [10 0 R] /ToUnicode 12 0 R >>',
    objects: {
      10: '<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Song /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /FontDescriptor 11 0 R /DW 1000 >>',
      11: '<< /Type /FontDescriptor /FontName /Song /Flags 4 /FontBBox [0 0 1000 1000] /ItalicAngle 0 /Ascent 800 /Descent -200 /CapHeight 700 /StemV 80 >>',
      12: streamOf(map, false),
    },
    codes: (text) =>
      `<${Array.from(text)
        .map((one) => hex(known.indexOf(one) + 1))
        .join('')}>`,
  }
}
