// What pdf.js needs besides the file that is drawn: character codes of fonts that are not in the file, the fonts that every
// reader of PDF brings itself, decoders of pictures. They are files of the window, put there by its build
// (renderer/vite.config.ts); nothing of it comes over a network.
import { version } from 'pdfjs-dist'

const folder = new URL(`assets/pdf-${version}/`, document.baseURI).href

export const pdfData = {
  cMapUrl: `${folder}cmaps/`,
  standardFontDataUrl: `${folder}fonts/`,
  /** Scripts, for want of WebAssembly: the worker imports them by itself. */
  wasmUrl: `${folder}decoders/`,
} as const

type Kind = keyof typeof pdfData

/** Given to pdf.js instead of its own, which asks the window's scheme in another way than a web page's. */
export class PackagedData {
  /** A name that a file made up leads nowhere: only names of this form are asked for. */
  async fetch(wanted: { kind: string; filename: string }): Promise<Uint8Array> {
    const { kind, filename } = wanted
    if (!isKind(kind) || !/^[\w-]+\.[a-z]+$/.test(filename))
      throw new Error(`no such data: ${kind} ${filename}`)
    const response = await fetch(pdfData[kind] + filename)
    if (!response.ok) throw new Error(`${filename}: ${response.status}`)
    return new Uint8Array(await response.arrayBuffer())
  }
}

function isKind(kind: string): kind is Kind {
  return Object.hasOwn(pdfData, kind)
}
