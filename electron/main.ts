// The door of the desktop application: what is needed, given to the Electron host. No logic.
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { app } from 'electron'
import { findProgramFiles, houseOn, prepareGround } from './compose.ts'
import { ownOptions, parseCommandLine } from './hosts/command-line.ts'
import { runElectronHost, sayAndExit } from './hosts/window/electron-host.ts'
import { spawnUtilityProbe } from './hosts/window/probe-process.ts'
import { startingProblem } from './hosts/house.ts'

const shipped = app.isPackaged ? process.resourcesPath : null
const files = findProgramFiles(dirname(fileURLToPath(import.meta.url)), shipped)
const commandLine = parseCommandLine(ownOptions(process.argv.slice(1)))

if ('stop' in commandLine) {
  sayAndExit(commandLine.stop, commandLine.status)
} else {
  try {
    const ground = prepareGround(files, commandLine, 'main')
    await runElectronHost({
      windowFolder: files.window,
      preload: files.preload,
      profileFolder: join(ground.folders.root, 'window'),
      windowStateFile: join(ground.folders.root, 'window.json'),
      openHouse: houseOn({ files, ground, commandLine, spawnProbe: spawnUtilityProbe }),
      log: ground.log.child('window'),
    })
  } catch (error) {
    sayAndExit(startingProblem(error), 1)
  }
}
