// Where a link of a message may lead: the web or an electronic letter, nothing else.
const SCHEMES = new Set(['http:', 'https:', 'mailto:'])
const LONGEST = 4096

/** The address in its full, normalised form; null when it leads nowhere a link may lead. */
export function linkTarget(address: string): string | null {
  if (address.length > LONGEST) return null
  try {
    const url = new URL(address)
    return SCHEMES.has(url.protocol) && url.href.length <= LONGEST ? url.href : null
  } catch {
    // kind: input. A relative address or no address at all.
    return null
  }
}
