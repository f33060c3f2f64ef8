// The headless application without a browser: calls over HTTP, as the window makes them.
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import type { CallName, Input, Output, Reply } from '../../electron/contract/calls.ts'
import { root } from '../e2e/roost.ts'

export interface Client {
  readonly process: ChildProcess
  call<N extends CallName>(name: N, input: Input<N>): Promise<Reply<Output<N>>>
  /** The value, or an error with the code in it. */
  ask<N extends CallName>(name: N, input: Input<N>): Promise<Output<N>>
  kill(): Promise<void>
}

/** Rejects with what the process said when it ends before it is ready. */
export async function startHeadless(
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Client> {
  const child = spawn(process.execPath, [join(root, 'dist/main/headless.js'), '--no-open', ...words], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let complaints = ''
  child.stderr.on('data', (data) => (complaints += String(data)))
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const address = await new Promise<string>((resolve, reject) => {
    let output = ''
    child.stdout.on('data', (data) => {
      output += String(data)
      const ready = /^Roost ready: (\S+)$/m.exec(output)
      if (ready?.[1] !== undefined) resolve(ready[1])
    })
    child.once('close', (code) => reject(new Error(`Roost ended with ${code}: ${complaints}`)))
  })
  const opened = await fetch(address, { redirect: 'manual' })
  const cookie = opened.headers.get('set-cookie')?.split(';')[0] ?? ''
  const { origin } = new URL(address)

  const call = async <N extends CallName>(name: N, input: Input<N>): Promise<Reply<Output<N>>> => {
    const headers = { 'content-type': 'application/json', cookie }
    const response = await fetch(`${origin}/call/${name}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(input),
    })
    return (await response.json()) as Reply<Output<N>>
  }
  return {
    process: child,
    call,
    ask: async (name, input) => {
      const reply = await call(name, input)
      if (!reply.ok) throw new Error(`${name}: ${reply.error.code} ${JSON.stringify(reply.error.detail)}`)
      return reply.value
    },
    kill: () => {
      child.kill('SIGKILL')
      return ended
    },
  }
}

export async function untilModelIsReady(client: Client): Promise<void> {
  for (;;) {
    const state = await client.ask('engine.state', {})
    if (state.phase === 'ready') return
    if (state.phase === 'fault') throw new Error(`no model: ${state.error.code}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
