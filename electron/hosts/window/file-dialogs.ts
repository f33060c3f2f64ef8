// The system's dialogs for files that leave and enter Roost, and its file manager.
import { dialog, shell } from 'electron'
import type { OpenDialogOptions, SaveDialogOptions } from 'electron'
import { RoostError } from '../../contract/errors.ts'
import type { FileDialogs, FileKind } from '../../services/files/file-exchange.ts'
import type { CurrentWindow } from './bridge.ts'

export function fileDialogs(currentWindow: CurrentWindow): FileDialogs {
  return {
    async chooseFile(kind) {
      const options: OpenDialogOptions = {
        properties: ['openFile', 'dontAddToRecent'],
        filters: filters(kind),
      }
      const window = currentWindow()
      const { canceled, filePaths } =
        window === null ? await dialog.showOpenDialog(options) : await dialog.showOpenDialog(window, options)
      return canceled ? null : (filePaths[0] ?? null)
    },
    async chooseFiles(kind) {
      const options: OpenDialogOptions = {
        properties: ['openFile', 'multiSelections', 'dontAddToRecent'],
        filters: filters(kind),
      }
      const window = currentWindow()
      const { canceled, filePaths } =
        window === null ? await dialog.showOpenDialog(options) : await dialog.showOpenDialog(window, options)
      return canceled ? null : filePaths
    },
    async chooseFolder(title) {
      const options: OpenDialogOptions = { title, properties: ['openDirectory', 'dontAddToRecent'] }
      const window = currentWindow()
      const { canceled, filePaths } =
        window === null ? await dialog.showOpenDialog(options) : await dialog.showOpenDialog(window, options)
      return canceled ? null : (filePaths[0] ?? null)
    },
    async saveFile(kind, suggestedName) {
      const options: SaveDialogOptions = {
        defaultPath: suggestedName,
        properties: ['createDirectory', 'showOverwriteConfirmation', 'dontAddToRecent'],
        filters: filters(kind),
      }
      const window = currentWindow()
      const { canceled, filePath } =
        window === null ? await dialog.showSaveDialog(options) : await dialog.showSaveDialog(window, options)
      return canceled || filePath === '' ? null : filePath
    },
  }
}

function filters({ name, extensions }: FileKind): { name: string; extensions: string[] }[] {
  return [
    { name, extensions: [...extensions] },
    { name: '*', extensions: ['*'] },
  ]
}

/** Errors: file_unreadable, with the system's sentence in the log only. */
export async function openFolder(path: string): Promise<void> {
  const problem = await shell.openPath(path)
  if (problem !== '')
    throw new RoostError('file_unreadable', { reason: 'The system cannot show this folder.' })
}
