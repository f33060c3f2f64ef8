// The real readers without a process of their own: for tests of what is found, not of what is survived.
import { closeSync, openSync } from 'node:fs'
import type { NewPassage } from '../../../storage/storage.ts'
import type { ParseFile } from '../parse-job.ts'
import { readDocument } from '../read-document.ts'

export const readHere: ParseFile = async ({ path, name }, listeners) => {
  const file = openSync(path, 'r')
  try {
    const passages: NewPassage[] = []
    const facts = await readDocument(file, name, {
      passage: (passage) => passages.push(passage),
      progress: listeners.progress,
    })
    listeners.passages(passages)
    return facts
  } finally {
    closeSync(file)
  }
}
