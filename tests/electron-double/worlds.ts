// What runs inside the page: in its own world the objects that contextBridge exposes, in an isolated world the preload
// with a small `electron`. The functions are sent as source, so they use nothing from outside of themselves.
import { decode, encode } from './clone.ts'

/** Name of the isolated world, and of the function that reaches this process from it (and from nowhere else). */
export const PRELOAD_WORLD = 'preload'
export const BINDING = '__electronDouble'
/** In the isolated world: takes messages of this process, as text. */
export const DELIVER = '__electronDeliver'

/** From the preload to main. */
export type FromPreload =
  | { kind: 'invoke'; id: number; channel: string; values: unknown[] }
  | { kind: 'send'; channel: string; values: unknown[] }
/** From main to the preload. */
export type ToPreload =
  | { kind: 'reply'; id: number; value?: unknown; error?: string }
  | { kind: 'message'; channel: string; values: unknown[] }

/** Describes an exposed value: functions stay where they are and get a number. */
interface Description {
  call?: number
  members?: Record<string, Description>
  value?: unknown
}

/** The page's own world: builds what the preload exposes, out of descriptions that arrive as events. */
function pageWorld(): void {
  interface Waiting {
    resolve?: (value: unknown) => void
    reject?: (error: Error) => void
    /** Set where the answer arrived before the call returned. */
    answer?: { value?: unknown; callback?: number; error?: string }
  }
  const waiting = new Map<number, Waiting>()
  const callbacks = new Map<number, (...values: unknown[]) => void>()
  let count = 0

  const pack = (value: unknown): unknown => {
    if (typeof value !== 'function') return value
    count += 1
    callbacks.set(count, value as (...values: unknown[]) => void)
    return { $callback: count }
  }
  const proxyOf =
    (call: number) =>
    (...values: unknown[]): unknown => {
      count += 1
      const id = count
      const entry: Waiting = {}
      waiting.set(id, entry)
      dispatchEvent(new CustomEvent('double:call', { detail: { call, id, values: values.map(pack) } }))
      if (entry.answer === undefined) {
        return new Promise((resolve, reject) => Object.assign(entry, { resolve, reject }))
      }
      waiting.delete(id)
      if (entry.answer.error !== undefined) throw new Error(entry.answer.error)
      // A function that comes back (the end of a subscription) is a proxy too.
      return entry.answer.callback === undefined ? entry.answer.value : proxyOf(entry.answer.callback)
    }
  const build = (description: Description): unknown => {
    if (description.call !== undefined) return proxyOf(description.call)
    if (description.members === undefined) return description.value
    const entries = Object.entries(description.members).map(([key, member]) => [key, build(member)] as const)
    return Object.freeze(Object.fromEntries(entries))
  }
  const on = <Detail>(name: string, listener: (detail: Detail) => void): void => {
    addEventListener(name, (event) => listener((event as CustomEvent<Detail>).detail))
  }
  on<{ key: string; api: Description }>('double:expose', ({ key, api }) => {
    Object.defineProperty(globalThis, key, { value: build(api), enumerable: true })
  })
  on<{ id: number; value?: unknown; callback?: number; error?: string }>('double:return', (answer) => {
    const entry = waiting.get(answer.id)
    if (entry?.resolve === undefined) {
      if (entry !== undefined) entry.answer = answer
      return
    }
    waiting.delete(answer.id)
    if (answer.error === undefined) entry.resolve(answer.value)
    else entry.reject?.(new Error(answer.error))
  })
  on<{ callback: number; values: unknown[] }>('double:callback', ({ callback, values }) => {
    callbacks.get(callback)?.(...values)
  })
}

/** The isolated world: `electron` as a sandboxed preload sees it, then the preload itself. */
function preloadWorld(
  tools: { encode: typeof encode; decode: typeof decode },
  names: { binding: string; deliver: string; platform: string },
  preload: (
    require: (name: string) => unknown,
    module: { exports: unknown },
    exports: unknown,
    process: unknown,
  ) => void,
): void {
  if (window !== window.top) return // preloads do not run in frames
  type Listener = (event: unknown, ...values: unknown[]) => void
  const world = globalThis as unknown as Record<string, (text: string) => void>
  const functions = new Map<number, (...values: unknown[]) => unknown>()
  const replies = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>()
  const listeners = new Map<string, Listener[]>()
  let count = 0
  const post = (message: FromPreload): void => world[names.binding]?.(tools.encode(message))

  const ipcRenderer = {
    invoke: (channel: string, ...values: unknown[]) =>
      new Promise((resolve, reject) => {
        count += 1
        replies.set(count, { resolve, reject })
        post({ kind: 'invoke', id: count, channel, values })
      }),
    send: (channel: string, ...values: unknown[]) => post({ kind: 'send', channel, values }),
    on(channel: string, listener: Listener) {
      listeners.set(channel, [...(listeners.get(channel) ?? []), listener])
      return ipcRenderer
    },
    removeListener(channel: string, listener: Listener) {
      const kept = (listeners.get(channel) ?? []).filter((one) => one !== listener)
      listeners.set(channel, kept)
      return ipcRenderer
    },
  }
  world[names.deliver] = (text) => {
    const message = tools.decode(text) as ToPreload
    if (message.kind === 'message') {
      for (const listener of listeners.get(message.channel) ?? []) listener({}, ...message.values)
      return
    }
    const reply = replies.get(message.id)
    replies.delete(message.id)
    if (message.error === undefined) reply?.resolve(message.value)
    else reply?.reject(new Error(message.error))
  }

  const register = (value: (...values: unknown[]) => unknown): number => {
    count += 1
    functions.set(count, value)
    return count
  }
  const describe = (value: unknown): Description => {
    if (typeof value === 'function') return { call: register(value as (...values: unknown[]) => unknown) }
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return { value }
    return {
      members: Object.fromEntries(Object.entries(value).map(([key, member]) => [key, describe(member)])),
    }
  }
  const fire = (name: string, detail: unknown): void => void dispatchEvent(new CustomEvent(name, { detail }))
  const unpack = (value: unknown): unknown => {
    const callback = (value as { $callback?: number } | null | undefined)?.$callback
    if (callback === undefined) return value
    return (...values: unknown[]) => fire('double:callback', { callback, values })
  }
  const sentence = (error: unknown): string => (error instanceof Error ? error.message : String(error))
  addEventListener('double:call', (event) => {
    const { call, id, values } = (event as CustomEvent<{ call: number; id: number; values: unknown[] }>)
      .detail
    try {
      const result = functions.get(call)?.(...values.map(unpack))
      if (result instanceof Promise) {
        result.then(
          (value: unknown) => fire('double:return', { id, value }),
          (error: unknown) => fire('double:return', { id, error: sentence(error) }),
        )
      } else if (typeof result === 'function') {
        fire('double:return', { id, callback: register(result as (...values: unknown[]) => unknown) })
      } else {
        fire('double:return', { id, value: result })
      }
    } catch (error) {
      fire('double:return', { id, error: sentence(error) })
    }
  })
  const contextBridge = {
    exposeInMainWorld: (key: string, api: unknown) => fire('double:expose', { key, api: describe(api) }),
  }
  // A page can't make a File of a path: where a test needs one, it names the File by the path.
  const webUtils = { getPathForFile: (file: File) => (file.name.startsWith('/') ? file.name : '') }
  const module = { exports: {} }
  const require = (name: string): unknown => {
    if (name === 'electron') return { contextBridge, ipcRenderer, webUtils }
    throw new Error(`module not found: ${name}`)
  }
  preload(require, module, module.exports, {
    platform: names.platform,
    sandboxed: true,
    contextIsolated: true,
  })
}

export function pageWorldSource(): string {
  return `(${pageWorld.toString()})()`
}

/** @param preload the text of the built preload */
export function preloadWorldSource(preload: string): string {
  const names = { binding: BINDING, deliver: DELIVER, platform: process.platform }
  return `(${preloadWorld.toString()})(
    { encode: ${encode.toString()}, decode: ${decode.toString()} },
    ${JSON.stringify(names)},
    function (require, module, exports, process) {${preload}\n},
  )`
}
