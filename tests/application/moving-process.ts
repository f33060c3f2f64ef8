// A process to be killed while its data folder moves to and fro. Prints a line when it stands and at each end of a move.
// Arguments: the first data folder, another one.
import { join } from 'node:path'
import { DataFolder } from '../../electron/services/data-folder/data-folder.ts'
import { silentLogger } from '../../electron/platform/log.ts'
import { prepareDataFolders } from '../../electron/platform/paths.ts'
import { checkDatabaseFile, openStorage } from '../../electron/storage/client.ts'
import { generatedConversation, fillStorage } from './generated-conversations.ts'
import { seededRandom } from './seeded-random.ts'

const [anchor = '', other = ''] = process.argv.slice(2)
const random = seededRandom(process.pid)

while (true) {
  const folders = prepareDataFolders({ data: anchor, resources: anchor })
  const storage = await openStorage({ folders, log: silentLogger })
  const [id] = await fillStorage(storage, [generatedConversation(random, { messages: 4 })])
  process.stdout.write(`${JSON.stringify({ kept: id, root: folders.root })}\n`)
  await new Promise<void>((resolve) => {
    // Deleting what the last move left is told as well, and is no end of this one: whoever went on there would write into
    // a folder that is being copied, as no second Roost may.
    let begun = false
    const folder = new DataFolder({
      folders,
      emit: (_name, payload) => {
        if (begun && 'folder' in payload && payload.folder.work === null) resolve()
      },
      log: silentLogger,
      checkDatabase: (database) => checkDatabaseFile(database, { log: silentLogger }),
      restart: (between) =>
        void storage
          .close()
          .then(() => between(true))
          .then(resolve),
    })
    const target = folders.root === anchor ? other : anchor
    // What the last move left is in the way of the next one.
    void (folders.root === anchor ? Promise.resolve() : folder.deleteOld())
      .catch(() => undefined)
      .then(() => {
        begun = true
        return folder.move(target)
      })
      .catch(() => folder.move(join(other, `${Date.now()}`)))
  })
  await storage.close()
}
