// What of a drop is taken: a file that was dropped by itself always is, of folders only documents, and nothing is passed
// over without being counted.
import { expect, it } from 'vitest'
import { droppedFiles } from './dropped-files.ts'

type Node = string | { readonly name: string; readonly inside: readonly Node[] | null }

/** As Chromium gives them: the entries of a folder in portions, then an empty one. null: it can't be opened. */
function entry(node: Node): FileSystemEntry {
  if (typeof node === 'string') {
    const file = (done: (file: File) => void, failed: () => void): void =>
      node.startsWith('locked') ? failed() : done(new File(['x'], node))
    return { name: node, isDirectory: false, isFile: true, file } as unknown as FileSystemEntry
  }
  const { name, inside } = node
  const createReader = (): unknown => {
    const left = [...(inside ?? [])]
    return {
      readEntries: (done: (found: FileSystemEntry[]) => void, failed: () => void) =>
        inside === null ? failed() : done(left.splice(0, 2).map(entry)),
    }
  }
  return { name, isDirectory: true, isFile: false, createReader } as unknown as FileSystemEntry
}

function transfer(...nodes: Node[]): DataTransfer {
  const items = nodes.map((node) => ({ kind: 'file', webkitGetAsEntry: () => entry(node) }))
  return { items, files: [] } as unknown as DataTransfer
}

async function dropped(limit: number, ...nodes: Node[]) {
  const { files, ...rest } = await droppedFiles(transfer(...nodes), limit)
  return { names: files.map(({ name }) => name), ...rest }
}

it('takes every file that was dropped by itself, whatever it is called', async () => {
  expect(await dropped(9, 'a.md', 'photo.png', '.hidden')).toEqual({
    names: ['a.md', 'photo.png', '.hidden'],
    leftOut: 0,
    unreadable: 0,
    more: false,
  })
})

it('looks through folders in portions, at any depth, by name, and counts what is no document', async () => {
  const folder: Node = {
    name: 'island',
    inside: [
      'e.txt',
      'b.png',
      'a.md',
      'c.pdf',
      'd.csv',
      { name: 'deep', inside: [{ name: 'er', inside: ['灯塔.docx', 'x.zip'] }] },
    ],
  }
  const { names, leftOut } = await dropped(99, folder)
  expect(names).toEqual(['a.md', 'c.pdf', 'd.csv', 'e.txt', '灯塔.docx'])
  expect(leftOut).toBe(2)
})

it('passes over what programs keep for themselves, without counting it', async () => {
  const folder: Node = {
    name: 'project',
    inside: [
      { name: '.git', inside: ['config.txt'] },
      { name: 'node_modules', inside: ['readme.md'] },
      '~$open.docx',
      '.env.txt',
      'own.md',
    ],
  }
  expect(await dropped(9, folder)).toEqual({ names: ['own.md'], leftOut: 0, unreadable: 0, more: false })
})

it('says what the system does not hand out instead of losing it', async () => {
  const { names, unreadable } = await dropped(9, 'locked.md', { name: 'secret', inside: null }, 'a.md')
  expect(names).toEqual(['a.md'])
  expect(unreadable).toBe(2)
})

it('stops at the limit and says that there was more; as many as the limit are no more', async () => {
  const folder: Node = { name: 'f', inside: ['1.md', '2.md', '3.md'] }
  expect(await dropped(3, folder)).toMatchObject({ names: ['1.md', '2.md', '3.md'], more: false })
  expect(await dropped(2, folder)).toMatchObject({ names: ['1.md', '2.md'], more: true })
})
