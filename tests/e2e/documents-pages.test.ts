// Pages of PDF files that bring none of their letters along, drawn by what the window brings itself; and where a reload
// leads that happens while one of them is looked at.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Locator, Page } from 'playwright-core'
import { pdfOf, streamOf } from '../documents/small-pdf.ts'
import { drop } from './dropping.ts'
import { doors, makeHome, startRoost } from './roost.ts'
import type { Home, Roost } from './roost.ts'

const WORDS = '灯塔建于一八七一年'

/** Chinese in a font of the system's by the codes of UCS-2; black squares of Zapf Dingbats; a fax picture, all black. */
function paper(): Buffer {
  const codes = Array.from(WORDS)
    .map((letter) => (letter.codePointAt(0) ?? 0).toString(16).padStart(4, '0'))
    .join('')
  const page = [
    `BT /F1 48 Tf 1 0 0 1 60 700 Tm <${codes}> Tj ET`,
    'BT /F2 96 Tf 1 0 0 1 60 500 Tm (nnn) Tj ET',
    'q 300 0 0 100 60 300 cm /I Do Q',
  ].join('\n')
  // Group 4: one bit for each line that is like the one above, the first like a white one; Decode turns white to black.
  const lines = Buffer.alloc(2, 0xff)
  const parameters = '/K -1 /Columns 16 /Rows 16 /EndOfBlock false'
  const picture = `/Type /XObject /Subtype /Image /Width 16 /Height 16 /BitsPerComponent 1 /ColorSpace /DeviceGray /Decode [1 0] /Filter /CCITTFaxDecode /DecodeParms << ${parameters} >>`
  return pdfOf({
    pages: [page],
    font: '<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [10 0 R] >>',
    resources: '/XObject << /I 13 0 R >>',
    objects: {
      10: '<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /FontDescriptor 11 0 R /DW 1000 >>',
      11: '<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>',
      12: '<< /Type /Font /Subtype /Type1 /BaseFont /ZapfDingbats >>',
      13: streamOf(lines, false, picture),
    },
  })
}

/** The second font stands beside F1. */
function withSquares(file: Buffer): Buffer {
  const text = file.toString('latin1')
  const before = '/Font << /F1 3 0 R >>'
  if (!text.includes(before)) throw new Error('the file has no fonts')
  // Places in the table of objects move: a reader finds them again, as it does in many files of the world.
  return Buffer.from(text.replace(before, '/Font << /F1 3 0 R /F2 12 0 R >>'), 'latin1')
}

/** The share of dark points of the drawn page between these heights of the paper, in its left 360 of 595 points. */
function inked(canvas: Locator, from: number, to: number): Promise<number> {
  return canvas.evaluate(
    (element, [top, bottom]) => {
      const drawn = element as HTMLCanvasElement
      const scale = drawn.height / 842
      const width = Math.round((300 * drawn.width) / 595)
      const left = Math.round((60 * drawn.width) / 595)
      const { data } = drawn
        .getContext('2d')!
        .getImageData(left, Math.round(top * scale), width, Math.round((bottom - top) * scale))
      let dark = 0
      for (let at = 0; at < data.length; at += 4) if ((data[at] ?? 255) < 128) dark += 1
      return dark / (data.length / 4)
    },
    [842 - to, 842 - from] as const,
  )
}

describe.each(doors)('a PDF without letters of its own, through the door "%s"', (door) => {
  let home: Home
  let roost: Roost
  const asked: { url: string; status: number }[] = []

  beforeAll(async () => {
    home = makeHome()
    roost = await startRoost(door, { home })
    roost.page.on('response', (response) => asked.push({ url: response.url(), status: response.status() }))
  })
  afterAll(async () => {
    await roost.kill()
    home.remove()
  })

  const listed = (page: Page): Locator => page.getByRole('list', { name: 'Documents' })

  it('is drawn with what the window brings, and nothing is asked for elsewhere', async () => {
    const { page } = roost
    const path = join(home.folder, 'lantern.pdf')
    writeFileSync(path, withSquares(paper()))
    await page.getByRole('link', { name: 'Documents' }).click()
    await drop(roost, [path])
    await listed(page).getByText('1 passage').waitFor({ timeout: 60_000 })
    await listed(page).getByRole('button', { name: 'lantern.pdf', exact: true }).click()
    await page.getByRole('region', { name: 'Text' }).getByText(WORDS).waitFor({ timeout: 20_000 })
    await page.getByRole('tab', { name: 'Pages' }).click()
    const canvas = page.getByRole('img', { name: 'lantern.pdf, Page 1' })
    await page.locator('.pdf-page[data-drawn="true"]').waitFor({ timeout: 30_000 })
    // Strokes of large letters; three squares in their widths; a whole picture. Between them: paper.
    expect(await inked(canvas, 695, 745)).toBeGreaterThan(0.05)
    expect(await inked(canvas, 500, 560)).toBeGreaterThan(0.3)
    expect(await inked(canvas, 305, 395)).toBeGreaterThan(0.95)
    expect(await inked(canvas, 420, 480)).toBe(0)

    const origin = new URL(page.url()).origin
    expect(asked.filter(({ url }) => !url.startsWith(origin))).toEqual([])
    const data = asked.filter(({ url }) => /\/assets\/pdf-[\d.]+\//.test(url))
    expect(data.filter(({ status }) => status !== 200)).toEqual([])
    const files = data.map(({ url }) => url.split('/').at(-1))
    expect(files).toEqual(expect.arrayContaining(['UniGB-UCS2-H.bcmap', 'FoxitDingbats.pfb']))
  })

  it('is there again after a reload, and the way back leads to the list', async () => {
    const { page } = roost
    const opened = page.getByRole('region', { name: 'lantern.pdf' })
    await opened.waitFor()
    await page.reload()
    await opened.getByRole('tab', { name: 'Pages' }).waitFor({ timeout: 30_000 })
    await page.getByRole('button', { name: 'New collection' }).click()
    await page.getByRole('textbox', { name: 'Name of the collection' }).fill('Lights')
    await page.keyboard.press('Enter')
    await page.getByText('Nothing is in this collection').waitFor({ timeout: 10_000 })
    await page.reload()
    await page.getByText('Nothing is in this collection').waitFor({ timeout: 30_000 })
    await page.goBack()
    await expect.poll(() => opened.count(), { timeout: 10_000 }).toBe(1)
    await page.goBack()
    await listed(page).getByRole('button', { name: 'lantern.pdf', exact: true }).waitFor({ timeout: 10_000 })
    expect(await opened.count()).toBe(0)
  })
})
