// Answers about the data folder, for stories and tests of the window: a move that takes as long as a test wants.
import type { DataFolderState } from '../../electron/contract/data-folder.ts'
import type { Emit } from '../../electron/contract/events.ts'
import type { CallName, Input, Output } from '../../electron/contract/calls.ts'

type Answers<N extends CallName> = { [K in N]: (input: Input<K>) => Output<K> | Promise<Output<K>> }

const here = '/home/mira/.local/share/Roost'
const there = '/media/mira/Archive/Roost'

export function standInDataFolder(
  emit: Emit,
): Answers<
  | 'dataFolder.state'
  | 'dataFolder.choose'
  | 'dataFolder.inspect'
  | 'dataFolder.move'
  | 'dataFolder.cancel'
  | 'dataFolder.deleteOld'
> {
  let state: DataFolderState = { path: here, work: null, error: null, old: null }
  const tell = (change: Partial<DataFolderState>): DataFolderState => {
    state = { ...state, ...change }
    emit('dataFolder.changed', { folder: state })
    return state
  }
  return {
    'dataFolder.state': () => state,
    'dataFolder.choose': () => ({ folder: '00000000-0000-4000-8000-0000000000f1', label: there }),
    'dataFolder.inspect': () => ({
      label: there,
      neededBytes: 4_310_000_000,
      freeBytes: 212_000_000_000,
      problem: null,
    }),
    'dataFolder.move': () => {
      tell({ work: { phase: 'copying', doneBytes: 1_240_000_000, totalBytes: 4_310_000_000 } })
    },
    'dataFolder.cancel': () => {
      tell({ work: null })
    },
    'dataFolder.deleteOld': () => tell({ old: null }),
  }
}
