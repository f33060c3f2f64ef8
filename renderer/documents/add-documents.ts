// Files in, by whichever dialog there is.
import type { Destination } from '../state/documents-state.ts'
import { chosenUse } from '../state/source-list.ts'
import type { AppStore } from '../state/store.ts'
import { pickFiles } from './pick-files.ts'

export async function chooseDocuments(store: AppStore, to: Destination): Promise<void> {
  if (store.getState().info?.nativeDialogs === true) {
    await store.getState().addFiles(null, to)
    return
  }
  const files = await pickFiles()
  if (files.length > 0) await store.getState().addFiles(files, to)
}

export function attachFiles(store: AppStore): Promise<void> {
  const state = store.getState()
  return chooseDocuments(store, {
    kind: 'chat',
    conversation: state.conversation,
    use: chosenUse(state),
  })
}
