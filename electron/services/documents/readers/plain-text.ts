// Plain text and source code: paragraphs as they stand, line by line.
import { decodeText } from './decode-text.ts'
import { readPlain } from './file-bytes.ts'
import type { Reader } from './reader.ts'

/** A line alone that names a part of the text. */
const chapterLine =
  /^\s*(?:(?:chapter|part|section|appendix)\s+(?:\d{1,3}|[ivxlcdm]{1,7}|[a-z])\b.{0,80}|第[一二三四五六七八九十百千零〇\d]{1,8}[章节編编部回話话].{0,60})$/iu

export const readText: Reader = (input) => {
  const text = decodeText(readPlain(input.file, input.bytes), input.remark)
  for (const paragraph of paragraphsOf(text)) {
    const first = paragraph.indexOf('\n')
    const line = first < 0 ? paragraph : paragraph.slice(0, first)
    if (line.length < 100 && chapterLine.test(line)) {
      input.add({ kind: 'heading', level: /^\s*(?:section|第[^章]*节)/iu.test(line) ? 2 : 1, text: line })
      if (first >= 0) input.add({ kind: 'paragraph', text: paragraph.slice(first + 1) })
    } else input.add({ kind: 'paragraph', text: paragraph })
  }
  return Promise.resolve({ pages: null })
}

/** Where something is defined, at the beginning of a line. */
const definition =
  /^(?:export\s+)?(?:default\s+)?(?:public\s+|private\s+|static\s+|async\s+|abstract\s+|pub(?:\([a-z]+\))?\s+)*(?:function\*?|class|interface|type|enum|struct|def|fn|func|impl|trait|namespace|module|object|sub|proc|CREATE\s+(?:TABLE|VIEW|INDEX))\s+([\p{L}\p{N}_$.:]{1,80})/imu

export const readCode: Reader = (input) => {
  const text = decodeText(readPlain(input.file, input.bytes), input.remark)
  for (const paragraph of paragraphsOf(text)) {
    const name = paragraph.length < 20_000 ? definition.exec(paragraph)?.[1] : undefined
    if (name !== undefined) input.add({ kind: 'section', level: 1, title: name })
    input.add({ kind: 'code', text: paragraph })
  }
  return Promise.resolve({ pages: null })
}

/** Divided by empty lines; line by line, whatever the blanks. */
export function* paragraphsOf(text: string): Generator<string> {
  let start = -1
  for (let at = 0; at < text.length;) {
    let end = at
    while (end < text.length && text[end] !== '\n' && text[end] !== '\r') end += 1
    const empty = text.slice(at, end).trim() === ''
    if (empty && start >= 0) {
      yield text.slice(start, at)
      start = -1
    } else if (!empty && start < 0) start = at
    at = text[end] === '\r' && text[end + 1] === '\n' ? end + 2 : end + 1
  }
  if (start >= 0) yield text.slice(start)
}
