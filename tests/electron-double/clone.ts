// Structured clone as text: what crosses between the worlds of a page and this process goes through encode and decode.
// Both functions are also sent to the page as source, so they may use nothing from outside of themselves.

/** Throws like Electron does for what cannot be cloned. */
export function encode(value: unknown): string {
  const pack = (item: unknown): unknown => {
    if (item === undefined) return { $: 'undefined' }
    if (item === null || typeof item === 'boolean' || typeof item === 'string') return item
    if (typeof item === 'number') return Number.isFinite(item) ? item : { $: 'number', text: String(item) }
    if (typeof item === 'bigint') return { $: 'bigint', text: String(item) }
    if (typeof item !== 'object') throw new Error('An object could not be cloned.')
    if (item instanceof Date) return { $: 'date', time: item.getTime() }
    if (item instanceof Error) return { $: 'error', name: item.name, message: item.message }
    if (item instanceof Map)
      return { $: 'map', entries: Array.from(item, ([key, part]) => [pack(key), pack(part)]) }
    if (item instanceof Set) return { $: 'set', entries: Array.from(item, pack) }
    if (item instanceof Uint8Array) return { $: 'bytes', bytes: Array.from(item) }
    if (ArrayBuffer.isView(item) || item instanceof ArrayBuffer)
      throw new Error('Not needed by Roost, not cloned here.')
    if (Array.isArray(item)) return item.map(pack)
    const entries = Object.entries(item).map(([key, part]) => [key, pack(part)] as const)
    return { $: 'object', entries }
  }
  return JSON.stringify(pack(value))
}

export function decode(text: string): unknown {
  interface Packed {
    $: string
    text: string
    time: number
    name: string
    message: string
    bytes: number[]
    entries: [unknown, unknown][]
  }
  const unpack = (item: unknown): unknown => {
    if (Array.isArray(item)) return item.map(unpack)
    if (typeof item !== 'object' || item === null) return item
    const packed = item as Packed
    switch (packed.$) {
      case 'undefined':
        return undefined
      case 'number':
        return Number(packed.text)
      case 'bigint':
        return BigInt(packed.text)
      case 'date':
        return new Date(packed.time)
      case 'error':
        return Object.assign(new Error(packed.message), { name: packed.name })
      case 'map':
        return new Map(packed.entries.map(([key, part]) => [unpack(key), unpack(part)]))
      case 'set':
        return new Set(packed.entries.map(unpack))
      case 'bytes':
        return Uint8Array.from(packed.bytes)
      default:
        return Object.fromEntries(packed.entries.map(([key, part]) => [key, unpack(part)]))
    }
  }
  return unpack(JSON.parse(text))
}
