// The door without a window of its own: what is needed, given to the headless host. No logic.
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findProgramFiles, houseOn, prepareGround } from './compose.ts'
import { parseCommandLine } from './hosts/command-line.ts'
import { runHeadlessHost } from './hosts/headless/headless-host.ts'
import { startingProblem } from './hosts/house.ts'

const files = findProgramFiles(dirname(fileURLToPath(import.meta.url)), null)
const commandLine = parseCommandLine(process.argv.slice(2))

if ('stop' in commandLine) {
  const stream = commandLine.status === 0 ? process.stdout : process.stderr
  stream.write(`${commandLine.stop}\n`)
  process.exit(commandLine.status)
}
try {
  const ground = prepareGround(files, commandLine, 'headless')
  await runHeadlessHost({
    commandLine,
    windowFolder: files.window,
    openHouse: houseOn({ files, ground, commandLine }),
    log: ground.log.child('headless'),
    print: (line) => void process.stdout.write(`${line}\n`),
  })
  ground.log.close()
  process.exit(0)
} catch (error) {
  process.stderr.write(`${startingProblem(error)}\n`)
  process.exit(1)
}
