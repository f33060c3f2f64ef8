// Whether the first bytes of a file are those of its format.

/** First bytes of the formats: a zip archive or a bare pickle, a header length and a brace, a magic word. */
export function looksLike(fileName: string, beginning: Uint8Array): boolean {
  const text = Buffer.from(beginning).toString('latin1')
  if (fileName.endsWith('.gguf')) return text.startsWith('GGUF')
  if (fileName.endsWith('.pth')) return text.startsWith('PK\x03\x04') || text.startsWith('\x80\x02')
  return text.length > 8 && text[8] === '{'
}
