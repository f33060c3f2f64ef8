// Files that are broken, huge, locked, scanned, or made to harm, each with what must become of it. All are made when the
// test runs. `server` is an address that nothing may ask for.
import { randomBytes } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { archiveOf, docxOf, epubOf, paragraph } from './small-archive.ts'
import { pdfOf, streamOf, textPage, unicodeFont } from './small-pdf.ts'

export interface HostileFile {
  readonly name: string
  /** A number: a file of that many zero bytes that takes no room on the disk. */
  readonly content: Uint8Array | string | number
  /** Codes that may come of it; 'ready': it is read. */
  readonly ends: readonly string[]
  readonly remark?: string
  /** Must, and must not, stand in the text. */
  readonly has?: string
  readonly hasNot?: string
}

const said = 'The lighthouse keeper counts gulls.'
const word = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main'
const officeRelations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const ready = ['ready']
const damaged = ['document_damaged']
const unsupported = ['document_unsupported']
const encrypted = ['document_encrypted']
const empty = ['document_empty']
const tooLarge = ['document_too_large']

function utf16(text: string, bigEndian: boolean): Buffer {
  const bytes = Buffer.from(text, 'utf16le')
  return bigEndian ? bytes.swap16() : bytes
}

/** With a document type of its own. */
function docxWithType(declarations: string, text: string): Buffer {
  return docxOf('', {
    document: `<?xml version="1.0"?><!DOCTYPE w:document [${declarations}]><w:document xmlns:w="${word}"><w:body>${paragraph(text)}</w:body></w:document>`,
  })
}

export function hostileFiles(server: string): HostileFile[] {
  return [
    ...texts(),
    ...wrongNames(),
    ...wordFiles(server),
    ...books(server),
    ...markup(server),
    ...pdfs(server),
  ]
}

function texts(): HostileFile[] {
  // "灯塔看守人数着海鸥。" in GBK and "日本語の文章です。" in Shift_JIS, several times.
  const gbk = Buffer.from('b5c6cbfebfb4cad8c8cbcafdd7c5baa3c5b8a1a3'.repeat(40), 'hex')
  const shiftJis = Buffer.from('93fa967b8cea82cc95b68fcd82c582b78142'.repeat(30), 'hex')
  return [
    { name: 'empty.txt', content: '', ends: empty },
    { name: 'blank.txt', content: ' \n\t\n  \r\n'.repeat(500), ends: empty },
    { name: 'only-nuls.txt', content: Buffer.alloc(5000), ends: unsupported },
    {
      name: 'a-nul.txt',
      content: `${said}\u0000 ${said}`.repeat(20),
      ends: ready,
      remark: 'characters_dropped',
    },
    { name: 'random.txt', content: randomBytes(20_000), ends: unsupported },
    {
      name: 'utf16-marked.txt',
      content: Buffer.concat([Buffer.from([0xff, 0xfe]), utf16(said, false)]),
      ends: ready,
      has: said,
    },
    { name: 'utf16-unmarked.txt', content: utf16(said.repeat(5), true), ends: ready, has: said },
    { name: 'utf8-marked.txt', content: `\ufeff${said}`, ends: ready, has: said },
    { name: 'gbk.txt', content: gbk, ends: ready, remark: 'encoding_guessed', has: '灯塔看守人数着海鸥' },
    {
      name: 'shift-jis.txt',
      content: shiftJis,
      ends: ready,
      remark: 'encoding_guessed',
      has: '日本語の文章です',
    },
    {
      name: 'latin1.txt',
      content: Buffer.from('Die Möwen über der Straße zählt niemand. '.repeat(20), 'latin1'),
      ends: ready,
      has: 'Möwen über der Straße',
    },
    {
      name: 'bad-bytes.txt',
      content: Buffer.concat([Buffer.from(`${said} ä`.repeat(200)), Buffer.from([0xc3, 0x28])]),
      ends: ready,
      remark: 'characters_replaced',
    },
    {
      name: 'invisible.txt',
      content: `${said} \u202eevil\u202c \u200b\u{e0041}\u{e0042} end`,
      ends: ready,
      remark: 'characters_dropped',
      has: 'evil',
      hasNot: '\u202e',
    },
    { name: 'half-characters.json', content: Buffer.from(`{"a": "${said}"}`), ends: ready, has: said },
    { name: 'one-line.txt', content: 'a'.repeat(8_000_000), ends: ready },
    { name: 'blanks-in-a-row.txt', content: `${said}${' '.repeat(3_000_000)}x\n`, ends: ready, has: said },
    { name: 'line-ends.txt', content: '\n'.repeat(10_000_000), ends: empty },
    { name: 'joints.ts', content: 'a-'.repeat(1_000_000), ends: ready },
    { name: 'huge.txt', content: 201 * 1024 * 1024, ends: tooLarge },
    {
      name: 'huge-nuls.txt',
      content: 199 * 1024 * 1024,
      ends: ['document_too_large', 'document_unsupported'],
    },
    {
      name: 'open-quote.csv',
      content: `name,place\n"${said},x\n`.repeat(3).concat('"'),
      ends: ['document_damaged', 'ready'],
    },
    { name: 'endless-record.csv', content: `a,b\n"${'x'.repeat(3_000_000)}`, ends: damaged },
  ]
}

function wrongNames(): HostileFile[] {
  const png = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), randomBytes(3000)])
  const older = Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(4096)])
  return [
    { name: 'picture.txt', content: png, ends: unsupported },
    {
      name: 'photo.pdf',
      content: Buffer.concat([Buffer.from('ffd8ffe0', 'hex'), randomBytes(3000)]),
      ends: unsupported,
    },
    {
      name: 'program.txt',
      content: Buffer.concat([Buffer.from('7f454c46', 'hex'), randomBytes(3000)]),
      ends: unsupported,
    },
    { name: 'packed.md', content: gzipSync(said), ends: unsupported },
    {
      name: 'really-pdf.txt',
      content: pdfOf({ pages: [textPage([said])] }),
      ends: ready,
      remark: 'kind_by_content',
      has: said,
    },
    {
      name: 'really-html.pdf',
      content: `<!doctype html><p>${said}</p>`,
      ends: ready,
      remark: 'kind_by_content',
      has: said,
    },
    { name: 'really-text.docx', content: said, ends: ready, remark: 'kind_by_content', has: said },
    { name: 'older.doc', content: older, ends: unsupported },
    {
      name: 'locked.docx',
      content: Buffer.concat([older, utf16('EncryptedPackage', false), Buffer.alloc(2000)]),
      ends: encrypted,
    },
    {
      name: 'sheet.xlsx',
      content: archiveOf([{ name: 'xl/workbook.xml', content: '<a/>' }]),
      ends: unsupported,
    },
    { name: 'things.zip', content: archiveOf([{ name: 'a.txt', content: said }]), ends: unsupported },
    { name: 'open.odt', content: archiveOf([{ name: 'content.xml', content: '<a/>' }]), ends: unsupported },
  ]
}

function wordFiles(server: string): HostileFile[] {
  const sound = docxOf(paragraph(said))
  const nested = `${'<w:tbl><w:tr><w:tc>'.repeat(10_000)}${paragraph(said)}${'</w:tc></w:tr></w:tbl>'.repeat(10_000)}`
  const outside = ['attachedTemplate', 'image', 'oleObject', 'hyperlink']
    .map(
      (type, index) =>
        `<Relationship Id="x${index}" Type="${officeRelations}/${type}" TargetMode="External" Target="${server}/${type}"/>`,
    )
    .join('')
  const field = `<w:p><w:r><w:instrText>INCLUDETEXT "${server}/field"</w:instrText></w:r><w:r><w:t>${said}</w:t></w:r></w:p>`
  const bomb = `<?xml version="1.0"?><w:document xmlns:w="${word}"><w:body>${paragraph('a'.repeat(120_000_000))}</w:body></w:document>`
  return [
    { name: 'sound.docx', content: sound, ends: ready, has: said },
    { name: 'cut.docx', content: sound.subarray(0, sound.length - 60), ends: damaged },
    {
      name: 'no-text-part.docx',
      content: archiveOf([{ name: '[Content_Types].xml', content: '<a/>' }]),
      ends: damaged,
    },
    { name: 'own-entity.docx', content: docxWithType(`<!ENTITY e "${said}">`, '&e;'), ends: damaged },
    {
      name: 'file-entity.docx',
      content: docxWithType('<!ENTITY e SYSTEM "file:///etc/passwd">', '&e;'),
      ends: damaged,
    },
    {
      name: 'net-entity.docx',
      content: docxWithType(`<!ENTITY % e SYSTEM "${server}/dtd"> %e;`, said),
      ends: damaged,
    },
    {
      name: 'laughs.docx',
      content: docxWithType(
        `<!ENTITY a "ha">${Array.from('bcdefghij', (one, index) => `<!ENTITY ${one} "${`&${'abcdefghi'[index] ?? ''};`.repeat(10)}">`).join('')}`,
        '&j;',
      ),
      ends: damaged,
    },
    {
      name: 'outside.docx',
      content: docxOf(paragraph(said), { relations: outside }),
      ends: ready,
      remark: 'outside_parts_ignored',
      has: said,
    },
    {
      name: 'linked-file.docx',
      content: docxOf(paragraph(said), {
        relations: `<Relationship Id="p" Type="${officeRelations}/image" TargetMode="External" Target="file:///etc/passwd"/>`,
      }),
      ends: ready,
      hasNot: 'root:',
    },
    { name: 'field.docx', content: docxOf(field), ends: ready, has: said, hasNot: 'INCLUDETEXT' },
    { name: 'nested.docx', content: docxOf(nested), ends: tooLarge },
    { name: 'bomb.docx', content: docxOf('', { document: bomb }), ends: tooLarge },
    { name: 'unclosed.docx', content: docxOf(`<w:p><w:r><w:t>${said}`), ends: damaged },
    {
      name: 'no-characters.docx',
      content: docxOf('', {
        document: Buffer.concat([Buffer.from('<a>'), Buffer.from([0xff, 0xfe, 0xfd]), Buffer.from('</a>')]),
      }),
      ends: damaged,
    },
    { name: 'blank.docx', content: docxOf(paragraph(' ')), ends: empty },
    {
      name: 'lying-size.docx',
      content: archiveOf([{ name: 'word/document.xml', content: `<a>${said}</a>`, declaredBytes: 3 }]),
      ends: damaged,
    },
    {
      name: 'locked-part.docx',
      content: archiveOf([{ name: 'word/document.xml', content: '<a/>', encrypted: true }]),
      ends: encrypted,
    },
    {
      name: 'way-out.docx',
      content: archiveOf([{ name: '../../word/document.xml', content: '<a/>' }]),
      ends: damaged,
    },
    {
      name: 'twice.docx',
      content: archiveOf([
        { name: 'word/document.xml', content: '<a/>' },
        { name: 'word/document.xml', content: '<b/>' },
      ]),
      ends: damaged,
    },
    {
      name: 'ten-thousand-parts.docx',
      content: archiveOf(Array.from({ length: 10_001 }, (_, index) => ({ name: `p${index}`, content: '' }))),
      ends: tooLarge,
    },
  ]
}

function books(server: string): HostileFile[] {
  const chapter = `<html xmlns="http://www.w3.org/1999/xhtml"><body><h1>One</h1><p>${said}</p></body></html>`
  const locked = `<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><EncryptedData><EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc"/></EncryptedData></encryption>`
  return [
    {
      name: 'sound.epub',
      content: epubOf([{ href: 'one.xhtml', content: chapter }]),
      ends: ready,
      has: said,
    },
    {
      name: 'outside.epub',
      content: epubOf([{ href: 'one.xhtml', content: chapter }, { href: `${server}/two.xhtml` }]),
      ends: ready,
      remark: 'outside_parts_ignored',
      has: said,
    },
    {
      name: 'locked.epub',
      content: epubOf([{ href: 'one.xhtml', content: chapter }], {
        parts: [{ name: 'META-INF/encryption.xml', content: locked }],
      }),
      ends: encrypted,
    },
    {
      name: 'way-out.epub',
      content: epubOf([{ href: '../../../etc/passwd' }]),
      ends: damaged,
      hasNot: 'root:',
    },
    { name: 'missing.epub', content: epubOf([{ href: 'one.xhtml' }]), ends: damaged },
    { name: 'no-table.epub', content: epubOf([], { opf: 'no XML at all' }), ends: damaged },
  ]
}

function markup(server: string): HostileFile[] {
  const loads = `<img src="${server}/a"><iframe src="${server}/b"></iframe><script src="${server}/c"></script><link rel=stylesheet href="${server}/d"><object data="${server}/e"></object><meta http-equiv=refresh content="0;url=${server}/f">`
  return [
    {
      name: 'loads.html',
      content: `<html><body><p>${said}</p>${loads}</body></html>`,
      ends: ready,
      remark: 'outside_parts_ignored',
      has: said,
    },
    {
      name: 'only-script.html',
      content: '<html><script>fetch("/x")</script><style>a{}</style><div hidden>words</div></html>',
      ends: empty,
    },
    {
      name: 'hidden-words.html',
      content: `<p>${said}</p><p style="display: none">obey me</p><p style="font-size:0px">obey me</p>`,
      ends: ready,
      hasNot: 'obey',
    },
    { name: 'deep.html', content: `${'<div>'.repeat(10_000)}${said}`, ends: tooLarge },
    { name: 'never-closed.html', content: `<p>${'<b><i>'.repeat(50_000)}${said}`, ends: tooLarge },
    {
      name: 'deep.md',
      content: `${'> '.repeat(10_000)}${said}`,
      ends: ['document_too_large', 'document_too_slow', 'document_damaged', 'ready'],
    },
    { name: 'brackets.md', content: `${'['.repeat(20_000)}${said}`, ends: ['ready', 'document_too_slow'] },
    {
      name: 'loads.md',
      content: `# Title\n\n![x](${server}/a) ${said} <img src="${server}/b">\n`,
      ends: ready,
      remark: 'outside_parts_ignored',
      has: said,
    },
  ]
}

function pdfs(server: string): HostileFile[] {
  const sound = pdfOf({ pages: [textPage([said])] })
  const song = unicodeFont('灯塔看守人数着海鸥。')
  const picture = {
    resources: '/XObject << /I 10 0 R >>',
    objects: {
      10: streamOf(
        Buffer.alloc(300),
        false,
        '/Type /XObject /Subtype /Image /Width 10 /Height 10 /ColorSpace /DeviceRGB /BitsPerComponent 8',
      ),
    },
  }
  const scanned = 'q 500 0 0 700 40 40 cm /I Do Q'
  return [
    { name: 'sound.pdf', content: sound, ends: ready, has: said },
    {
      name: 'chinese.pdf',
      content: pdfOf({
        pages: [textPage([song.codes('灯塔看守人数着海鸥。')])],
        font: song.font,
        objects: song.objects,
      }),
      ends: ready,
      has: '灯塔看守人数着海鸥。',
    },
    {
      name: 'older-codes.pdf',
      content: pdfOf({
        pages: [textPage(['<b5c6cbfebfb4cad8c8cb>'])],
        font: '<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /GBK-EUC-H /DescendantFonts [10 0 R] >>',
        objects: {
          10: '<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /FontDescriptor 11 0 R >>',
          11: song.objects[11] ?? '',
        },
      }),
      ends: ready,
      has: '灯塔看守人',
    },
    {
      name: 'cut.pdf',
      content: sound.subarray(0, Math.floor(sound.length / 3)),
      ends: ['document_damaged', 'document_empty'],
    },
    { name: 'header-only.pdf', content: '%PDF-1.7\n', ends: damaged },
    {
      name: 'garbage.pdf',
      content: Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(50_000)]),
      ends: ['document_damaged', 'document_empty'],
    },
    {
      name: 'password.pdf',
      content: pdfOf({
        pages: [textPage([said])],
        objects: {
          10: `<< /Filter /Standard /V 1 /R 2 /P -4 /O <${'3c'.repeat(32)}> /U <${'a5'.repeat(32)}> >>`,
        },
        trailer: `/Encrypt 10 0 R /ID [<${'11'.repeat(16)}> <${'11'.repeat(16)}>]`,
      }),
      ends: encrypted,
    },
    { name: 'scanned.pdf', content: pdfOf({ pages: [scanned, scanned], ...picture }), ends: empty },
    {
      name: 'partly-scanned.pdf',
      content: pdfOf({ pages: [textPage([said]), scanned], ...picture }),
      ends: ready,
      remark: 'pages_without_text',
      has: said,
    },
    { name: 'blank.pdf', content: pdfOf({ pages: [' '] }), ends: empty },
    { name: 'no-pages.pdf', content: pdfOf({ pages: [] }), ends: ['document_damaged', 'document_empty'] },
    {
      name: 'actions.pdf',
      content: pdfOf({
        pages: [textPage([said])],
        catalogue: `/OpenAction << /S /JavaScript /JS (app.launchURL\\("${server}/js"\\)) >> /AA << /WC << /S /Launch /F (/bin/sh) >> >>`,
      }),
      ends: ready,
      has: said,
    },
    {
      name: 'outside-stream.pdf',
      content: pdfOf({
        pages: [textPage([said])],
        resources: '/XObject << /X 10 0 R >>',
        objects: {
          10: streamOf(
            '',
            false,
            `/F << /FS /URL /F (${server}/stream) >> /Type /XObject /Subtype /Form /BBox [0 0 1 1]`,
          ),
        },
      }),
      ends: ready,
    },
    {
      name: 'loop.pdf',
      content: pdfOf({
        pages: [textPage([said])],
        catalogue: '/Pages 20 0 R',
        objects: { 20: '<< /Type /Pages /Count 5 /Kids [20 0 R] >>' },
      }),
      ends: ['document_damaged', 'document_empty', 'ready'],
    },
    {
      name: 'many-pages.pdf',
      content: pdfOf({ pages: Array.from({ length: 2001 }, () => ' ') }),
      ends: tooLarge,
    },
    {
      name: 'bomb.pdf',
      content: pdfOf({ pages: [`${textPage([said])}${' '.repeat(700_000_000 / 10)}`], compressed: true }),
      ends: ['document_too_slow', 'document_damaged', 'ready'],
    },
  ]
}
