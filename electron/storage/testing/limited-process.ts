// Writes turns under the file size limit of its shell until storage refuses, then tries to read. Prints what was
// acknowledged, one id per line, then "refused CODE" and "read COUNT".
import { randomUUID } from 'node:crypto'
import { RoostError } from '../../contract/errors.ts'
import { silentLogger } from '../../platform/log.ts'
import { prepareDataFolders } from '../../platform/paths.ts'
import { openStorage } from '../client.ts'

const root = process.argv[2]
if (root === undefined) throw new Error('no data folder')
const folders = prepareDataFolders({ data: root, resources: root })
const storage = await openStorage({ folders, log: silentLogger })
const conversation = randomUUID()
let refused = ''
for (let turn = 0; refused === '' && turn < 1000; turn++) {
  const answer = randomUUID()
  try {
    await storage.write.beginTurn({
      conversation,
      parent: null,
      question: randomUUID(),
      answer,
      text: 'question '.repeat(2000),
      model: 'Tiny',
      title: 't',
      now: turn,
    })
    process.stdout.write(`${answer}\n`)
  } catch (error) {
    refused = error instanceof RoostError ? error.code : 'no RoostError'
  }
}
const { messages } = (await storage.read.conversation(conversation)) ?? { messages: [] }
process.stdout.write(`refused ${refused}\nread ${messages.length}\n`)
await storage.close()
