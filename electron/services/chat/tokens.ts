export function joinTokens(parts: readonly Uint32Array[]): Uint32Array {
  const joined = new Uint32Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}

export function startsWithTokens(tokens: Uint32Array, beginning: Uint32Array): boolean {
  return beginning.length <= tokens.length && beginning.every((token, index) => tokens[index] === token)
}
