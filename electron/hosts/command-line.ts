// Options of the application, the same for both doors. An option wins over its environment variable.
import { parseArgs } from 'node:util'

export interface CommandLine {
  /** --data; null: the environment or the system decides (platform/paths.ts). */
  readonly data: string | null
  /** --port; 0: a free one. */
  readonly port: number
  /** --no-open not given. */
  readonly openBrowser: boolean
  /** --model: load this file at start. */
  readonly model: string | null
  readonly headless: boolean
  /** --hub: the official hub for models; null: ROOST_HUB, else the usual one. */
  readonly hub: string | null
}

export const USAGE = `Usage: npm start [-- OPTIONS]
  --headless      serve on loopback for a browser, do not look for Electron
  --data DIR      the folder that holds everything durable (environment: ROOST_DATA)
  --port N        loopback port, default a free one
  --no-open       do not open the system's browser
  --model PATH    load this model file at start
  --hub ADDRESS   get models from this hub (environment: ROOST_HUB)
  --help          show this`

const options = {
  headless: { type: 'boolean', default: false },
  data: { type: 'string' },
  port: { type: 'string', default: '0' },
  'no-open': { type: 'boolean', default: false },
  model: { type: 'string' },
  hub: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const

/** Gives a sentence instead where the words are wrong, or USAGE for --help. */
export function parseCommandLine(
  words: readonly string[],
): CommandLine | { readonly stop: string; readonly status: number } {
  let values
  try {
    values = parseArgs({
      args: [...words],
      allowPositionals: false,
      options,
    }).values
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    return { stop: `${firstSentence(error.message)}\n${USAGE}`, status: 2 }
  }
  if (values.help) return { stop: USAGE, status: 0 }
  if (!/^\d{1,5}$/.test(values.port) || Number(values.port) > 65_535) {
    return { stop: `--port takes a number from 0 to 65535, not "${values.port}".`, status: 2 }
  }
  if (values.data === '' || values.model === '') {
    return { stop: `--${values.data === '' ? 'data' : 'model'} takes a path and got none.`, status: 2 }
  }
  const hub = values.hub ?? process.env.ROOST_HUB ?? ''
  if (hub !== '' && !/^https?:\/\/[^/]/.test(hub)) {
    return { stop: `--hub takes an address that begins with https://, not "${hub}".`, status: 2 }
  }
  return {
    data: values.data ?? null,
    port: Number(values.port),
    openBrowser: !values['no-open'],
    model: values.model ?? null,
    headless: values.headless,
    hub: hub === '' ? null : hub,
  }
}

/** Node adds advice about positional arguments, of which there are none here. */
function firstSentence(message: string): string {
  return `${message.split('. ')[0]?.replace(/\.$/, '') ?? message}.`
}

/** Only our own options: Electron's command line also holds switches of Chromium, its own, and of the system. */
export function ownOptions(words: readonly string[]): string[] {
  const own: string[] = []
  for (let i = 0; i < words.length; i += 1) {
    const word = words[i] ?? ''
    const [name = '', value] = word.startsWith('--') ? word.slice(2).split('=', 2) : []
    if (!Object.hasOwn(options, name)) continue
    own.push(word)
    const following = words[i + 1]
    if (
      options[name as keyof typeof options].type === 'string' &&
      value === undefined &&
      following !== undefined
    ) {
      own.push(following)
      i += 1
    }
  }
  return own
}
