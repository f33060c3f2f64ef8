// A store on a host that answers as a test says.
import type { CallName, Input, Output } from '../../electron/contract/calls.ts'
import { AnswerStreams } from './answer-streams.ts'
import { createAppStore } from './store.ts'
import type { AppStore } from './store.ts'

export interface ScriptedStore {
  readonly store: AppStore
  /** Every call so far. */
  readonly calls: readonly { readonly name: CallName; readonly input: unknown }[]
}

/** `upload` gives the id of a file, or throws what the host says of it. */
export function storeOn(
  answer: (name: CallName, input: never) => unknown,
  upload: (file: File) => string = (file) => file.name,
): ScriptedStore {
  const calls: { name: CallName; input: unknown }[] = []
  let ids = 0
  const store = createAppStore({
    bridge: {
      async call<N extends CallName>(name: N, input: Input<N>): Promise<Output<N>> {
        calls.push({ name, input })
        return (await answer(name, input as never)) as Output<N>
      },
      subscribe: () => () => undefined,
      reconnect: () => undefined,
      upload: async (file) => {
        await Promise.resolve()
        return { file: upload(file), name: file.name }
      },
      download: () => undefined,
    },
    streams: new AnswerStreams({ schedule: () => undefined, refill: () => Promise.resolve(null) }),
    newId: () => `id-${(ids += 1)}`,
    now: () => 0,
  })
  return { store, calls }
}
