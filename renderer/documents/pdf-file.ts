// Draws pages of a PDF. In a chunk of its own: the library is fetched with the first PDF that is looked at. It runs under
// the policy of the page: its worker is a file of ours, nothing is fetched from elsewhere, nothing is evaluated; bytes of
// the file come from the host, piece by piece as pages need them.
import { GlobalWorkerOptions, PDFDataRangeTransport, getDocument } from 'pdfjs-dist'
import type { PDFDocumentProxy, PDFPageProxy, RenderTask } from 'pdfjs-dist'
import workerUrl from 'pdfjs-dist/build/pdf.worker.min.mjs?worker&url'
import { PackagedData, pdfData } from './pdf-data.ts'
import { findInPage } from './pdf-highlight.ts'

export type ReadPart = (offset: number) => Promise<{ bytes: Uint8Array; total: number } | null>

/** In CSS pixels of the drawn page. */
export interface MarkedBox {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
  readonly text: string
}

export interface DrawnPage {
  readonly width: number
  readonly height: number
  readonly boxes: readonly MarkedBox[]
}

interface Policies {
  createPolicy(
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ): {
    createScriptURL(url: string): string
  }
}

let port: Worker | null = null

/** One worker for all files. Its address passes the policy of the page only through this door, and no other does. */
function ownWorker(): Worker {
  if (port !== null) return port
  const policies = (globalThis as { trustedTypes?: Policies }).trustedTypes
  const policy = policies?.createPolicy('roost-pdf-worker', {
    createScriptURL: (url) => {
      if (url !== workerUrl) throw new Error('not the worker')
      return url
    },
  })
  port = new Worker(policy?.createScriptURL(workerUrl) ?? workerUrl, { type: 'module' })
  return port
}

class Pieces extends PDFDataRangeTransport {
  readonly #read: ReadPart
  readonly #failed: () => void

  constructor(total: number, first: Uint8Array, read: ReadPart, failed: () => void) {
    super(total, first)
    this.#read = read
    this.#failed = failed
  }

  override requestDataRange(begin: number, end: number): void {
    void this.#fetch(begin, end)
  }

  async #fetch(begin: number, end: number): Promise<void> {
    const bytes = new Uint8Array(end - begin)
    for (let at = begin; at < end;) {
      const part = await this.#read(at)
      if (part === null || part.bytes.length === 0) {
        this.#failed()
        return
      }
      const taken = part.bytes.subarray(0, end - at)
      bytes.set(taken, at - begin)
      at += taken.length
    }
    this.onDataRange(begin, bytes)
  }
}

export class PdfFile {
  readonly #pdf: PDFDocumentProxy
  #task: RenderTask | null = null

  private constructor(pdf: PDFDocumentProxy) {
    this.#pdf = pdf
  }

  /** null: it can't be had or can't be read. */
  static async open(read: ReadPart): Promise<PdfFile | null> {
    const first = await read(0)
    if (first === null) return null
    GlobalWorkerOptions.workerPort = ownWorker()
    try {
      const pdf = await new Promise<PDFDocumentProxy>((resolve, reject) => {
        const range = new Pieces(first.total, first.bytes, read, () => reject(new Error('the file is gone')))
        const loading = getDocument({
          range,
          disableAutoFetch: true,
          disableStream: true,
          // What the library needs besides the file lies beside the window, and is asked for by name.
          ...pdfData,
          BinaryDataFactory: PackagedData,
          cMapPacked: true,
          useWasm: false,
          useWorkerFetch: false,
          enableXfa: false,
          stopAtErrors: false,
          maxImageSize: 64 * 1024 * 1024,
          verbosity: 0,
        })
        loading.promise.then(resolve, reject)
      })
      return new PdfFile(pdf)
    } catch {
      // kind: damaged or refused. The caller shows the text instead.
      return null
    }
  }

  get pages(): number {
    return this.#pdf.numPages
  }

  /** Draws a page, and says where the passage stands on it. null: it can't be drawn, or another page came first. */
  async draw(
    canvas: HTMLCanvasElement,
    number: number,
    width: number,
    zoom: number,
    passage: string | null,
  ): Promise<DrawnPage | null> {
    try {
      this.#task?.cancel()
      const page = await this.#pdf.getPage(number)
      const plain = page.getViewport({ scale: 1 })
      const scale = (width / plain.width) * zoom
      const viewport = page.getViewport({ scale })
      const density = Math.min(3, globalThis.devicePixelRatio)
      canvas.width = Math.floor(viewport.width * density)
      canvas.height = Math.floor(viewport.height * density)
      const task = page.render({ canvas, viewport, transform: [density, 0, 0, density, 0, 0] })
      this.#task = task
      await task.promise
      const boxes = passage === null ? [] : await boxesOf(page, scale, passage)
      return { width: viewport.width, height: viewport.height, boxes }
    } catch {
      // kind: cancelled or damaged.
      return null
    }
  }

  close(): void {
    this.#task?.cancel()
    void this.#pdf.loadingTask.destroy()
  }
}

async function boxesOf(page: PDFPageProxy, scale: number, passage: string): Promise<MarkedBox[]> {
  const viewport = page.getViewport({ scale })
  const content = await page.getTextContent()
  const items = content.items.flatMap((item) => ('str' in item ? [item] : []))
  return findInPage(items, passage).flatMap(({ item: index, from, to }) => {
    const item = items[index]
    if (item === undefined || item.str === '') return []
    const [, , c = 0, d = 0, x = 0, y = 0] = item.transform as number[]
    const height = Math.hypot(c, d)
    const share = shares(item.str, content.styles[item.fontName]?.fontFamily ?? 'sans-serif')
    const left = x + item.width * share(from)
    const right = x + item.width * share(to)
    const [x0 = 0, y0 = 0] = viewport.convertToViewportPoint(left, y - height * 0.22) as number[]
    const [x1 = 0, y1 = 0] = viewport.convertToViewportPoint(right, y + height * 0.92) as number[]
    return [
      {
        left: Math.min(x0, x1),
        top: Math.min(y0, y1),
        width: Math.abs(x1 - x0),
        height: Math.abs(y1 - y0),
        text: item.str.slice(from, to),
      },
    ]
  })
}

let ruler: OffscreenCanvasRenderingContext2D | null = null

/**
 * What part of a line lies before a letter. Widths of the letters of the file are not known here: those of a like font
 * stand for them, in proportion; where there is none every letter counts the same.
 */
function shares(line: string, family: string): (letters: number) => number {
  ruler ??= new OffscreenCanvas(1, 1).getContext('2d')
  if (ruler !== null) ruler.font = `100px ${family}`
  const whole = ruler?.measureText(line).width ?? 0
  return (letters) => {
    if (letters >= line.length) return 1
    const before = ruler?.measureText(line.slice(0, letters)).width ?? 0
    return whole > 0 ? before / whole : letters / line.length
  }
}
